"""The quality benchmark counts right: on worlds of which it is known what is to be found."""

import pytest
from benchmarks.quality import FULL, LOGS, NO_FLOW_LOGS, Result, Task, measure
from benchmarks.quality_report import calibration_error, text


def measured(name: str) -> Result:
    return measure(Task(seed=20, name=name))


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
    report = text(measured("E6"), 1, 1, 1.0)
    for name in (FULL, "inventory every ten minutes (Farris)", "| E6 |"):
        assert name in report
