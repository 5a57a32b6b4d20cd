"""Only the name says whose the keys are: a doubt, that is said."""

from tests.detection.records import KEY, OUTSIDE, call, found, issuance, judged, said, who


def test_delivered_keys_are_beyond_doubt() -> None:
    (verdict,) = judged([call(OUTSIDE)])
    assert not said("claim", verdict)
    assert not verdict.is_claim


def test_issued_keys_are_beyond_doubt() -> None:
    records = [issuance(KEY), call(OUTSIDE, 9, identity=who(delivery=None))]
    (verdict,) = judged(records)
    assert not said("claim", verdict)


def test_a_name_alone_is_doubted_in_words_and_still_a_finding() -> None:
    """Records of before 2020 prove nothing: they would hide every theft."""
    (verdict,) = found([call(OUTSIDE, identity=who(delivery=None))])
    (evidence,) = said("claim", verdict)
    assert evidence.weight < 0
    assert "session's name only" in evidence.sentence
    assert verdict.is_claim
    (proven,) = found([call(OUTSIDE)])
    assert verdict.probability < proven.probability
