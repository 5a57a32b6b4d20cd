"""`truant scan --state` as a user runs it."""

from pathlib import Path

from tests.command import given, truant


def test_a_day_is_added_and_a_foreign_file_is_an_error(world: Path, tmp_path: Path) -> None:
    whole = truant(tmp_path, "scan", *given(world), "--format", "jsonl")
    state = tmp_path / "state"
    for _ in range(2):
        run = truant(tmp_path, "scan", *given(world), "--format", "jsonl", "--state", state)
        assert (run.returncode, run.stdout) == (0, whole.stdout)
    assert "were skipped, because they had been." in run.stderr
    state.write_text("something else")
    run = truant(tmp_path, "scan", *given(world), "--state", state)
    assert (run.returncode, run.stdout) == (2, "")
    assert "is no state of a scan" in run.stderr
    assert state.read_text() == "something else"


def test_a_mistyped_path_is_no_quiet_day(world: Path, tmp_path: Path) -> None:
    state, empty = tmp_path / "state", tmp_path / "empty"
    truant(tmp_path, "scan", *given(world), "--state", state)
    empty.mkdir()
    run = truant(tmp_path, "scan", empty, "--state", state)
    assert run.returncode == 2
    assert "no file there is named like a log" in run.stderr
