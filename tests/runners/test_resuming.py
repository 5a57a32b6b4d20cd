"""Going on from an earlier scan gives what one scan of everything gives, however it is cut."""

import gzip
import json
import os
import random
from pathlib import Path

import pytest

from tests.runners.test_embedded import laid_out, silent
from truant.connectors.state_file import BadState, frames, stamp, write
from truant.runners import resuming
from truant.runners.resuming import Kept, Resumed
from truant.runners.scan import ScanRequest, ScanResult, scan

SCENARIOS = ("demo", "E8", "E15", "T13")
STEPS = 10


def scanned(paths: list[Path], state: Path | None, jobs: int = 1) -> ScanResult:
    request = ScanRequest(tuple(paths), Path("/nonexistent"), 0, state=state, jobs=jobs)
    result = scan(request, silent)
    if state is not None:
        assert result.resumed is not None
        resuming.save(state, result.resumed.kept)
    return result


def told(result: ScanResult) -> str:
    return json.dumps(result.findings)


@pytest.mark.parametrize("jobs", [1, 2])
def test_ten_steps_in_any_order_with_files_repeated(tmp_path: Path, jobs: int) -> None:
    files = laid_out(tmp_path / "trail", *SCENARIOS)
    whole, state = scanned(files, None), tmp_path / "state"
    assert whole.findings
    rng = random.Random(jobs)
    rng.shuffle(files)
    for step in range(STEPS):
        again = rng.sample(files[:: step + 1], 1)
        result = scanned([*files[step::STEPS], *again], state, jobs)
    assert told(result) == told(whole)
    assert result.accounting.seen == whole.accounting.seen, "no record is counted twice"
    assert result.accounting.files == len(files)


def test_what_has_been_read_is_skipped_and_said_so(tmp_path: Path) -> None:
    files = laid_out(tmp_path / "trail", "demo")
    state = tmp_path / "state"
    first = scanned(files[:-1], state)
    assert not any("read before" in one for one in first.notices)
    second = scanned(files, state)
    before = first.accounting.records
    said = (
        f"Added to {before:,} records that were read before; {len(files) - 1:,} of {len(files):,}"
    )
    assert any(one.startswith(said) for one in second.notices)
    assert second.resumed is not None
    assert (second.resumed.skipped, second.resumed.again) == (len(files) - 1, 0)


def test_a_file_that_has_grown_is_read_again_and_counts_no_call_twice(tmp_path: Path) -> None:
    files, state, lines = laid_out(tmp_path / "trail", "demo"), tmp_path / "state", []
    for file in files:
        lines += [json.dumps(r) for r in json.loads(gzip.decompress(file.read_bytes()))["Records"]]
    growing = tmp_path / "all.jsonl"
    growing.write_text("\n".join(lines[: len(lines) // 2]) + "\n")
    scanned([growing], state)
    growing.write_text("\n".join(lines) + "\n")
    result = scanned([growing], state)
    assert result.resumed is not None
    assert result.resumed.again == 1
    assert any("1 files have changed" in one for one in result.notices)
    assert told(result) == told(scanned(files, None))


def test_a_file_that_was_broken_is_told_no_more_once_it_is_whole(tmp_path: Path) -> None:
    (file, *_), state = laid_out(tmp_path / "trail", "demo"), tmp_path / "state"
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    assert scanned([file], state).accounting.refused == 1
    assert scanned([file], state).accounting.refused == 1, "it is still so, though nothing is read"
    file.write_bytes(content)
    accounting = scanned([file], state).accounting
    assert (accounting.refused, accounting.refusals) == (0, [])


def test_what_cannot_be_opened_is_tried_again(tmp_path: Path) -> None:
    (file, *_), state = laid_out(tmp_path / "trail", "demo"), tmp_path / "state"
    link = tmp_path / "link.json.gz"
    link.symlink_to(tmp_path / "later.json.gz")
    kept = Resumed(Kept())
    read = resuming.fresh(kept, [link])
    assert read == {link: None}
    folder = tmp_path / "more"
    folder.mkdir()
    (folder / "link.json.gz").symlink_to(tmp_path / "later.json.gz")
    first = scanned([folder], state)
    assert first.accounting.unreadable == 1
    (tmp_path / "later.json.gz").write_bytes(file.read_bytes())
    second = scanned([folder], state)
    assert (second.accounting.unreadable, second.accounting.files) == (0, 1)
    assert second.accounting.records


def test_the_same_state_is_the_same_bytes_and_comes_back_whole(tmp_path: Path) -> None:
    files, state = laid_out(tmp_path / "trail", "E8", "T13"), tmp_path / "state"
    scanned(files, state)
    content = state.read_bytes()
    scanned(files, state)
    assert state.read_bytes() == content
    kept = resuming.load(state)
    assert set(kept.files) == {str(file) for file in files}
    assert kept.state.facts
    assert kept.state.mints


def test_what_is_no_state_is_an_error_and_is_left_alone(tmp_path: Path) -> None:
    files, state = laid_out(tmp_path / "trail", "demo"), tmp_path / "state"
    write(state, [b"\xc1"], None)
    with pytest.raises(BadState, match="scan everything again"):
        scanned(files, state)
    assert list(frames(state)) == [b"\xc1"]


def test_time_of_change_tells_versions_apart(tmp_path: Path) -> None:
    (file, *_), state = laid_out(tmp_path / "trail", "demo"), tmp_path / "state"
    scanned([file], state)
    before = stamp(state)
    os.utime(file, ns=(1, 1))
    result = scanned([file], state)
    assert result.resumed is not None
    assert result.resumed.again == 1
    assert stamp(state) != before
