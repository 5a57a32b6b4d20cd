"""Tests of `embedded`: the number of processes changes nothing."""

from pathlib import Path

from truant.runners.embedded import CHUNK_FILES_MAX, Folded, fold_all
from truant.simulator.scenario import build
from truant.simulator.simulation import files


def fold_with(paths: list[Path], jobs: int) -> Folded:
    return fold_all(paths, jobs, lambda _files, _size: None)


def test_processes_change_nothing(tmp_path: Path) -> None:
    laid = {name: data for name, data in files(build(5, ["E7"])).items() if "CloudTrail/" in name}
    for number, data in enumerate(laid.values()):
        (tmp_path / f"{number}.json.gz").write_bytes(data)
    paths = sorted(tmp_path.iterdir())
    assert len(paths) > CHUNK_FILES_MAX, "too few files to be shared out"
    one, two = fold_with(paths, 1), fold_with(paths, 2)
    assert one.accounting == two.accounting
    assert one.state.sessions.keys() == two.state.sessions.keys()
    for principal, session in one.state.sessions.items():
        other = two.state.sessions[principal]
        assert {s.index: s for s in session.sightings} == {s.index: s for s in other.sightings}
    assert (one.state.facts, one.state.mints) == (two.state.facts, two.state.mints)
