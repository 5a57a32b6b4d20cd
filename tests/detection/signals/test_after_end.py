"""A key used when its instance is gone."""

from tests.detection.records import DAY, INSTANCE, OUTSIDE, call, judged, network, said
from truant.detection.view import SHUTDOWN_SECONDS
from truant.model.fact import Fact, Mode

ENDED = Fact(INSTANCE, "ended", DAY + 3600, Mode.BEGINS, (str(DAY + 3600),), "test")


def test_the_last_calls_of_a_shutdown_are_not_after_the_end() -> None:
    minute = 60 + SHUTDOWN_SECONDS / 60 - 1
    (verdict,) = judged([call(OUTSIDE, minute)], {*network(), ENDED})
    assert not said("after-end", verdict)


def test_use_after_the_end_speaks_for_theft_and_says_until_when() -> None:
    (verdict,) = judged([call(OUTSIDE, 30), late := call(OUTSIDE, 95)], {*network(), ENDED})
    (evidence,) = said("after-end", verdict)
    assert evidence.weight > 0
    assert "ended by 2026-03-15 01:00:00 UTC" in evidence.sentence
    assert "until 2026-03-15 01:35:00 UTC" in evidence.sentence
    assert evidence.event_ids == (late["eventID"],)


def stopped(start: int | None) -> set[Fact]:
    """Stopped an hour into the day; started again some minutes later, or not."""
    facts = {Fact(INSTANCE, "stopped", DAY + 3600, Mode.BEGINS, ("yes",), "test")}
    if start is not None:
        facts.add(Fact(INSTANCE, "stopped", DAY + start * 60, Mode.ENDS, (), "test"))
    return facts


def test_use_while_the_instance_is_stopped_speaks_for_theft() -> None:
    (verdict,) = judged([late := call(OUTSIDE, 95)], {*network(), *stopped(None)})
    (evidence,) = said("after-end", verdict)
    assert "was stopped at 2026-03-15 01:00:00 UTC; its key" in evidence.sentence
    assert evidence.event_ids == (late["eventID"],)
    (verdict,) = judged([call(OUTSIDE, 95)], {*network(), *stopped(180)})
    (evidence,) = said("after-end", verdict)
    assert "and started at 2026-03-15 03:00:00 UTC" in evidence.sentence


def test_use_before_a_stop_or_after_the_next_start_is_nothing_of_the_kind() -> None:
    for minute in (30, 65, 95):
        (verdict,) = judged([call(OUTSIDE, minute)], {*network(), *stopped(90)})
        assert not said("after-end", verdict)


def test_an_instance_whose_end_nobody_tells_has_not_ended() -> None:
    (verdict,) = judged([call(OUTSIDE, 95)], network())
    assert not said("after-end", verdict)
