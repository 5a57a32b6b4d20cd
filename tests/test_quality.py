"""The quality benchmark counts right: on worlds of which it is known what is to be found."""

import json
from pathlib import Path

import pytest
from benchmarks.quality import FULL, LOGS, NO_FLOW_LOGS, Task, judged, measure, measure_all
from benchmarks.quality_report import calibration_error, text
from benchmarks.results import Result
from benchmarks.worlds import laid_out

from truant.detection.findings import finding
from truant.detection.judge import is_finding
from truant.runners.scan import ScanRequest, scan
from truant.simulator.simulation import files


def measured(name: str) -> Result:
    return measure(Task(seed=40, name=name))


def test_a_theft_from_outside_is_found_at_once_by_truant_and_missed_by_the_lock() -> None:
    result = measured("E6")
    for mode in (FULL, NO_FLOW_LOGS, LOGS):
        one = result.scores[mode]
        assert (one.found.total(), one.observable.total()) == (1, 1)
        assert not one.false_alarms
        assert not (one.wrong_type | one.wrong_severity | one.wrong_count)
    assert result.scores["first address of a session (Netflix)"].found.total() == 0
    assert [calls for _, calls, _ in result.early] == [1]


def test_a_clean_topology_has_nothing_to_find_and_no_alarm() -> None:
    result = measured("T8")
    assert result.scores[NO_FLOW_LOGS].observable.total() == 0
    assert not result.scores[NO_FLOW_LOGS].false_alarms
    assert result.scores["first address of a session (Netflix)"].false_alarms["T8"] > 0


def test_what_no_log_shows_is_not_counted_as_missed() -> None:
    assert not measured("E5").scores[NO_FLOW_LOGS].missed


def test_the_calibration_error_is_the_weighted_distance() -> None:
    right = [(0.75, True), (0.75, True), (0.75, True), (0.75, False)]
    wrong = [(0.95, False)] * 4
    assert calibration_error(right) == pytest.approx(0.0)
    assert calibration_error(wrong) == pytest.approx(0.95)
    assert calibration_error([*right, *wrong]) == pytest.approx(0.475)


def test_the_report_names_every_contender() -> None:
    report = text(measured("E6"), 1)
    for name in (FULL, "inventory every ten minutes (Farris)", "| E6 |"):
        assert name in report


def test_a_run_goes_on_where_the_last_one_was_killed(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    first = list(measure_all([1, 2], ["E6"], 1, results))
    whole = results.read_bytes()
    results.write_bytes(whole[:-40])  # killed while it wrote
    again = list(measure_all([1, 2], ["E6"], 1, results))
    assert [one.scores for one in again] == [one.scores for one in first]
    assert [one.calibration for one in again] == [one.calibration for one in first]
    assert again[0].seconds == first[0].seconds  # not measured again
    assert len(results.read_bytes().splitlines()) == 3  # of which one is cut short
    assert [one.seconds for one in measure_all([1, 2], ["E6"], 1, results)] == [
        one.seconds for one in again
    ]


def test_what_other_code_measured_is_not_taken(tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    list(measure_all([1], ["E6"], 1, results))
    results.write_bytes(results.read_bytes().replace(b'"code":"', b'"code":"0'))
    list(measure_all([1], ["E6"], 1, results))
    assert len(results.read_bytes().splitlines()) == 2


@pytest.mark.parametrize("name", ["E8", "T19"])
def test_the_benchmark_judges_as_a_scan_of_the_files_does(tmp_path: Path, name: str) -> None:
    """It folds what the simulator holds in memory, in one piece, and reads no trail file."""
    with laid_out(5, [name], with_flow_logs=False) as world:
        verdicts = judged(world, frozenset({"logs", "inventory"}))
        told = [finding(one, world.full_inventory) for one in verdicts if is_finding(one)]
        for path, data in files(world.made).items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(data)
    request = ScanRequest(
        paths=(tmp_path / "trail",),
        cache=tmp_path / "cache",
        now=0,
        inventory=tmp_path / "inventory",
        config=tmp_path / "truant.toml",
        ip_ranges=tmp_path / "ip-ranges.json",
        download=False,
    )
    found = scan(request, lambda _files, _size: None).findings
    assert sorted(map(json.dumps, told)) == sorted(map(json.dumps, found))
