"""Listening: the number of processes changes nothing, and every record is accounted for."""

from pathlib import Path

import pytest

from truant.connectors.flow_log_files import find
from truant.detection.flow_fold import Scope
from truant.detection.flows import scope_of
from truant.detection.inventory import Inventory
from truant.model.aws_ranges import RangesHistory
from truant.model.flow_lines import V2, V3
from truant.runners import embedded
from truant.runners.flow_logs import Listened, listen

DAY = 20_416  # 24 November 2025
HEADER = f"{' '.join(V2 + V3)}\n"
INSTANCE = "i-0123456789abcdef0"


def line(second: int, instance: str = INSTANCE, action: str = "ACCEPT") -> str:
    start = DAY * 86_400 + second
    return (
        f"3 1 eni-{instance[2:]} 10.0.0.5 54.10.0.1 40000 443 6 9 99 {start} {start + 20} {action} "
        f"OK vpc-1 subnet-1 {instance} 19 IPv4 10.0.0.5 54.10.0.1\n"
    )


def laid(folder: Path) -> Path:
    for number in range(6):
        text = HEADER + "".join(line(number * 600 + 60 * minute) for minute in range(10))
        text += line(number * 600, "i-0fffffffffffffff0") + "broken\n"
        name = f"1_vpcflowlogs_eu-west-1_fl-1_20251124T{number:02}00Z_{number}.log"
        (folder / name).write_text(text)
    (folder / "1_vpcflowlogs_eu-west-1_fl-1_20250101T0000Z_9.log").write_text(HEADER + line(0))
    (folder / "readme.md").write_text("not a log")
    return folder


def scope() -> Scope:
    return scope_of([INSTANCE], Inventory([]), DAY, DAY)


def listened(folder: Path, jobs: int) -> tuple[Listened, list[tuple[int, int]]]:
    told: list[tuple[int, int]] = []
    found = listen(
        *find(folder),
        scope(),
        RangesHistory(),
        jobs,
        lambda done, total: told.append((done, total)),
    )
    return found, told


def test_everything_read_is_accounted_for(tmp_path: Path) -> None:
    found, told = listened(laid(tmp_path), 1)
    accounting = found.accounting
    assert (accounting.kept, accounting.ignored, accounting.quarantined) == (60, 6, 6)
    assert accounting.read == 72
    assert accounting.files == 6
    assert accounting.left_out == {
        "files: of other days than the trail's": 1,
        "files: not named like flow logs": 1,
    }
    assert (told[0], told[-1]) == ((0, 6), (6, 6))
    assert [one.position for one in accounting.refusals] == [13] * 6
    assert accounting.size == sum(path.stat().st_size for path in tmp_path.glob("*20251124*"))
    assert set(found.hearings) == {("eni-0123456789abcdef0", DAY)}


def test_processes_change_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "CHUNK_BYTES_MAX", 1)
    laid(tmp_path)
    assert listened(tmp_path, 1)[0] == listened(tmp_path, 2)[0]
