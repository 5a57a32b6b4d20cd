"""The session speaks from home and from elsewhere within the same five minutes."""

from tests.detection.records import AWS, HOME, OUTSIDE, call, judged, network, said, verdict_at
from truant.detection.signals.two_places import WEIGHT_HOME, WEIGHT_UNKNOWN
from truant.model.finding import Evidence


def two(*calls: tuple[str, float], at: str = OUTSIDE, known: bool = True) -> list[Evidence]:
    records = [call(source, minute) for source, minute in calls]
    return said("two-places", verdict_at(at, judged(records, network() if known else ())))


def test_one_place_after_the_other_is_no_evidence() -> None:
    assert not two((HOME, 0), (OUTSIDE, 6))


def test_the_same_minutes_of_another_day_are_no_evidence() -> None:
    assert not two((HOME, 0), (OUTSIDE, 24 * 60))


def test_at_once_speaks_for_theft_and_says_when_and_where() -> None:
    (evidence,) = two((HOME, 61), (OUTSIDE, 64))
    assert evidence.weight == WEIGHT_HOME
    assert "2026-03-15 01:00:00 UTC" in evidence.sentence
    assert f"from {OUTSIDE} and from {HOME}, its home" in evidence.sentence


def test_it_says_little_where_both_may_be_the_instances_own() -> None:
    (evidence,) = two((AWS, 61), (OUTSIDE, 64), known=False)
    assert evidence.weight == WEIGHT_UNKNOWN
    assert "home" not in evidence.sentence


def test_the_less_harmful_of_two_unknown_places_is_not_blamed() -> None:
    assert not two((AWS, 61), (OUTSIDE, 64), at=AWS, known=False)
