"""Reading and folding a folder: the same whatever the number of processes; all accounted for."""

import gzip
import json
from pathlib import Path

import pytest

from truant.connectors import trail_files
from truant.runners import embedded
from truant.runners.embedded import chunks, fold_all, fold_files, jobs_for
from truant.simulator.scenario import build


def laid_out(folder: Path, *scenarios: str) -> list[Path]:
    """The trail files of a simulated world."""
    for name, data in build(11, scenarios, with_flow_logs=False).trail.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return trail_files.find([folder])[0]


def silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def test_processes_give_what_one_gives(tmp_path: Path) -> None:
    files = laid_out(tmp_path, "demo", "E8")
    assert len(chunks(files, 3)) > 2, "too little to be spread over processes"
    alone, together = fold_all(files, 1, silent), fold_all(files, 3, silent)
    assert together == alone == fold_files(files)


def test_progress_goes_from_none_to_all(tmp_path: Path) -> None:
    files = laid_out(tmp_path, "demo")
    told: list[tuple[int, int]] = []
    fold_all(files, 2, lambda done, total: told.append((done, total)))
    assert told[0] == (0, len(files))
    assert told[-1] == (len(files), len(files))
    assert told == sorted(told)


def test_no_file_no_work() -> None:
    told: list[tuple[int, int]] = []
    folded = fold_all([], 4, lambda done, total: told.append((done, total)))
    assert (folded.accounting.files, told) == (0, [(0, 0)])


def test_every_record_is_folded_ignored_or_refused(tmp_path: Path) -> None:
    files = laid_out(tmp_path, "demo", "T22")
    records = sum(len(json.loads(gzip.decompress(file.read_bytes()))["Records"]) for file in files)
    (tmp_path / "broken.json").write_text("{not json")
    (tmp_path / "timeless.json").write_text('{"Records": [{"eventName": "A"}]}')
    (tmp_path / "empty.json").write_bytes(b"")
    accounting = fold_all(trail_files.find([tmp_path])[0], 2, silent).accounting
    assert accounting.records == records + 2
    assert sum(accounting.seen.values()) == records
    told = {(Path(one.file).name, one.position) for one in accounting.refusals}
    assert told == {("broken.json", 0), ("timeless.json", 1)}


def test_refusals_beyond_the_bound_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "REFUSALS_MAX", 3)
    for name in range(5):
        (tmp_path / f"{name}.json").write_text("no")
    accounting = fold_files(sorted(tmp_path.iterdir())).accounting
    assert (len(accounting.refusals), accounting.refused) == (3, 5)


def test_so_many_processes_as_pay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = laid_out(tmp_path, "demo")
    assert jobs_for(files, 8) == 1
    monkeypatch.setattr(embedded, "SPREAD_BYTES_MIN", sum(f.stat().st_size for f in files))
    assert jobs_for(files, 8) == 8
    assert jobs_for(files[1:], 8) == jobs_for([tmp_path / "missing"], 8) == 1


def test_chunks_hold_every_file_once_the_largest_first(tmp_path: Path) -> None:
    files = laid_out(tmp_path, "demo", "E8")
    runs = chunks(files, 3)
    assert sorted(file for run in runs for file in run) == files
    sizes = [sum(file.stat().st_size for file in run) for run in runs]
    assert sizes == sorted(sizes, reverse=True)
