"""Signals look in order, and what they say adds up to a probability."""

import math

import pytest

from tests.detection.records import (
    AWS,
    DAY,
    INSTANCE,
    MAC,
    OUTSIDE,
    TWIN,
    call,
    judged,
    network,
    who,
)
from truant.detection.scoring import EXPLANATIONS, PRIOR, SIGNALS, THRESHOLD
from truant.model.fact import Fact, Mode
from truant.model.finding import Evidence, probability

ENDED = Fact(INSTANCE, "ended", DAY, Mode.BEGINS, (str(DAY),), "test")


def test_without_evidence_theft_is_improbable() -> None:
    assert probability(PRIOR, ()) < 0.05 < THRESHOLD


@pytest.mark.parametrize("weight", [-1e9, -40.0, 0.0, 4.0, 1e9])
def test_weights_add_up_as_log_odds(weight: float) -> None:
    found = probability(PRIOR, (Evidence("a", weight / 2, "s"), Evidence("b", weight / 2, "s")))
    log_odds = max(-40.0, min(40.0, PRIOR + weight))
    assert found == round(1 / (1 + math.exp(-log_odds)), 4)


def test_evidence_stands_in_the_order_of_signals_and_each_is_a_sentence() -> None:
    records = [call(OUTSIDE, 700, identity=who(TWIN, delivery="1.0"), userAgent=MAC)]
    (verdict,) = judged(records, {*network(), ENDED})
    order = [name for name, _ in SIGNALS]
    told = [order.index(one.signal) for one in verdict.evidence]
    assert told == sorted(told)
    assert len(told) > 1
    for one in verdict.evidence:
        assert one.sentence[0].isupper() or one.sentence[0].isdigit()
        assert one.sentence.endswith((".", ".”"))


def test_an_explanation_ends_the_looking() -> None:
    """What a download by a customer looks like is not held against the instance."""
    extra = {"AuthenticationMethod": "QueryString"}
    record = call(AWS, 700, "s3:GetObject", userAgent=MAC, additionalEventData=extra)
    (verdict,) = judged([record], {*network(), ENDED})
    assert verdict.evidence[-1].signal == "presigned"
    assert verdict.probability < 0.05


def test_explanations_are_signals() -> None:
    assert {name for name, _ in SIGNALS} > EXPLANATIONS
