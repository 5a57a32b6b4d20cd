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


def test_an_instance_whose_end_nobody_tells_has_not_ended() -> None:
    (verdict,) = judged([call(OUTSIDE, 95)], network())
    assert not said("after-end", verdict)
