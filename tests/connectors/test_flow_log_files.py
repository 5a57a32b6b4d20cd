"""Flow log files: found in both layouts, read in blocks, broken ones told."""

import gzip
from pathlib import Path

import pytest

from truant.connectors import flow_log_files, flow_parquet
from truant.connectors.flow_log_files import (
    BLOCK_BYTES,
    LINE_BYTES_MAX,
    REFUSED_MAX,
    day_of,
    find,
    read,
)
from truant.connectors.trail_files import Unreadable
from truant.model.flow_lines import V2
from truant.model.flow_tally import Refused, Tally

HEADER = f"{' '.join(V2)}\n"
START = 1_764_000_000
LINE = (
    f"2 123456789010 eni-1 10.0.1.10 54.10.0.1 40000 443 6 20 4249 {START} {START + 59} ACCEPT OK\n"
)
PLAIN = "AWSLogs/123456789012/vpcflowlogs/us-east-1/2018/06/20"
HIVE = (
    "AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=us-east-1/year=2018/"
    "month=06/day=20/hour=16"
)
NAME = "123456789012_vpcflowlogs_us-east-1_fl-1234abcd_20180620T1620Z_fe123456.log"


def laid(folder: Path, name: str, data: bytes | str) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def whole(path: Path) -> Tally:
    total = Tally()
    for tally in read(path):
        total.records.update(tally.records)
        total.talks |= tally.talks
        total.refused += tally.refused
        total.size += tally.size
    return total


def number(tally: Tally) -> int:
    return sum(tally.records.values())


def test_both_layouts_are_found(tmp_path: Path) -> None:
    files = [
        laid(tmp_path, f"{PLAIN}/{NAME}.gz", b""),
        laid(tmp_path, f"{PLAIN}/16/{NAME}.gz", b""),
        laid(tmp_path, f"{HIVE}/{NAME}.gz", b""),
        laid(tmp_path, "exported/000000.gz", b""),
        laid(tmp_path, "saved.log", b""),
        laid(tmp_path, "saved.txt", b""),
    ]
    laid(tmp_path, "aws-logs-write-test", b"Permission Check Successful")
    assert find(tmp_path) == (sorted(files), 1)
    assert find(tmp_path / "saved.log") == ([tmp_path / "saved.log"], 0)


def test_the_day_is_in_the_name() -> None:
    assert day_of(Path(f"{PLAIN}/{NAME}.gz")) == 17_702  # 20 June 2018
    assert day_of(Path(f"{HIVE}/{NAME.replace('.log', '.log.parquet')}")) == 17_702
    assert day_of(Path("000000.gz")) is None
    assert day_of(Path(NAME.replace("20180620", "20189920"))) is None


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"nowhere: no such file or folder"):
        find(tmp_path / "nowhere")


@pytest.mark.parametrize("name", ["a.log", "a.log.gz", "a.gz", "a.txt"])
def test_text_plain_and_inflated(tmp_path: Path, name: str) -> None:
    content = (HEADER + LINE * 3).encode()
    path = laid(tmp_path, name, gzip.compress(content) if name.endswith("gz") else content)
    found = whole(path)
    assert (number(found), found.refused) == (3, [])
    assert found.size == len(LINE) * 3


def test_gzip_members_joined(tmp_path: Path) -> None:
    part = gzip.compress((HEADER + LINE).encode())
    found = whole(laid(tmp_path, "a.log.gz", part + part))
    assert (number(found), found.refused) == (2, [])


def test_many_blocks(tmp_path: Path) -> None:
    lines = 3 * BLOCK_BYTES // len(LINE)
    text = HEADER + LINE * lines + "broken\n" + LINE
    found = whole(laid(tmp_path, "a.log.gz", gzip.compress(text.encode(), 1)))
    assert number(found) == lines + 1
    assert [one.position for one in found.refused] == [lines + 2]


def test_no_newline_at_the_end(tmp_path: Path) -> None:
    assert number(whole(laid(tmp_path, "a.log", HEADER + LINE + LINE.rstrip()))) == 2


@pytest.mark.parametrize("content", ["", HEADER])
def test_nothing_in_it(tmp_path: Path, content: str) -> None:
    assert whole(laid(tmp_path, "a.log", content)) == Tally()


def test_a_file_cut_off(tmp_path: Path) -> None:
    """What stood before the cut is used, and the cut is told."""
    lines = 4 * BLOCK_BYTES // len(LINE)
    data = gzip.compress((HEADER + LINE * lines).encode(), 0)
    found = whole(laid(tmp_path, "a.log.gz", data[: len(data) // 2]))
    assert 0 < number(found) < lines
    (refused,) = found.refused
    assert refused.position == 0
    assert refused.reason.endswith("what stood before is used")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x1f\x8b\x08\x00broken", "what stood before is used"),
        (b'{"Records": []}', "no header line names the fields"),
        (b"srcaddr dstaddr dstport\n1 2 3\n", "the format lacks interface-id, start, end, action"),
        (b"\x00" * 1000, "no header line"),
        (b"x" * (LINE_BYTES_MAX + BLOCK_BYTES), f"a line is longer than {LINE_BYTES_MAX:,} bytes"),
    ],
)
def test_what_is_no_flow_log_is_refused_whole(tmp_path: Path, data: bytes, reason: str) -> None:
    found = whole(laid(tmp_path, "a.log", data))
    assert number(found) == 0
    (refused,) = found.refused
    assert refused.position == 0
    assert reason in refused.reason


@pytest.mark.parametrize("at", [40, 2000, -6])
def test_a_file_with_a_broken_place(tmp_path: Path, at: int) -> None:
    data = bytearray(gzip.compress((HEADER + LINE * 9000).encode(), 6))
    data[at : at + 4] = b"\xff\x00\xff\xee"
    refused = whole(laid(tmp_path, "a.log.gz", bytes(data))).refused
    assert refused
    assert not any(one.unreadable for one in refused)


def test_a_file_that_is_closed_to_us(tmp_path: Path) -> None:
    """Here a folder that is named like a log and cannot be listed, or read as a file."""
    laid(tmp_path, "folder.log/a.log", HEADER + LINE)
    assert find(tmp_path) == ([tmp_path / "folder.log/a.log"], 0)
    (refused,) = whole(tmp_path / "folder.log").refused
    assert refused.unreadable


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    (refused,) = whole(tmp_path / "gone.log").refused
    assert refused == Refused(0, "cannot be read: No such file or directory", unreadable=True)


def test_a_file_of_rubbish_is_not_read_to_its_end(tmp_path: Path) -> None:
    found = whole(laid(tmp_path, "a.log", HEADER + "x\n" * 20 * REFUSED_MAX + LINE))
    assert len(found.refused) == REFUSED_MAX + 1
    assert found.refused[-1] == Refused(
        0, "more than 1,000 broken lines: the rest of the file is left out"
    )


def test_a_file_that_inflates_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_log_files, "INFLATED_BYTES_MAX", 2 * BLOCK_BYTES)
    text = HEADER + LINE * (4 * BLOCK_BYTES // len(LINE))
    found = whole(laid(tmp_path, "a.log.gz", gzip.compress(text.encode(), 1)))
    assert "inflates to more than" in found.refused[-1].reason
    assert number(found) > 0


def test_parquet_without_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flow_parquet, "is_installed", lambda: False)
    laid(tmp_path, "a.log.parquet", b"PAR1")
    with pytest.raises(Unreadable, match=r"pip install 'truant\[flow-parquet\]'"):
        find(tmp_path)
    (refused,) = whole(tmp_path / "a.log.parquet").refused
    assert "Parquet needs the package duckdb" in refused.reason
