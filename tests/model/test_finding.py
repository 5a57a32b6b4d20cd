"""Probabilities and ids of findings."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.finding import (
    HIGH,
    LOW,
    MEDIUM,
    Evidence,
    FindingType,
    Home,
    Verdict,
    finding_id,
    probability,
)

WEIGHTS = st.lists(st.floats(-20, 20), max_size=6)
TEXTS = st.text(st.characters(exclude_characters="\x1f"), max_size=8)


def evidence(weights: list[float]) -> tuple[Evidence, ...]:
    return tuple(Evidence("signal", weight, "A sentence.") for weight in weights)


@given(st.floats(-5, 5), WEIGHTS)
def test_log_odds_add_up(prior: float, weights: list[float]) -> None:
    found = probability(prior, evidence(weights))
    odds = max(-40.0, min(40.0, prior + sum(weights)))
    assert found == round(math.exp(odds) / (1 + math.exp(odds)), 4)
    assert 0 <= found <= 1
    assert float(f"{found}") == found


@given(st.floats(-5, 5), WEIGHTS, st.floats(0, 20))
def test_evidence_against_somebody_never_makes_him_less_suspect(
    prior: float, weights: list[float], more: float
) -> None:
    assert probability(prior, evidence([*weights, more])) >= probability(prior, evidence(weights))


@pytest.mark.parametrize("weight", [1e308, -1e308, float("inf"), float("-inf")])
def test_boundless_weights_do_not_overflow(weight: float) -> None:
    assert probability(0.0, evidence([weight])) == (1.0 if weight > 0 else 0.0)


@given(st.tuples(TEXTS, TEXTS, TEXTS), st.tuples(TEXTS, TEXTS, TEXTS))
def test_an_id_is_of_its_type_session_and_party_alone(
    parts: tuple[str, str, str], others: tuple[str, str, str]
) -> None:
    one, other = finding_id(*parts), finding_id(*others)
    assert (one == other) == (parts == others)
    assert len(one) == 32
    assert int(one, 16) >= 0


def test_an_id_never_changes_from_one_release_to_the_next() -> None:
    """Findings are stored by it."""
    party = "network 198.51.100.0/24"
    assert (
        finding_id(FindingType.OUTSIDE_AWS, "AROAEXAMPLE:i-0123456789abcdef0", party)
        == "ad2d1aa13b348b883ec2db5307f688fa"
    )


def test_half_a_surrogate_in_a_name_does_not_crash() -> None:
    assert finding_id("type", "AROA\ud800:i-1", "party")


def test_a_verdict_tells_its_probability_and_id() -> None:
    verdict = Verdict(
        type=FindingType.OUTSIDE_AWS,
        severity=HIGH,
        principal_id="AROAEXAMPLE:i-1",
        account=None,
        role_name=None,
        role_arn=None,
        instance="i-1",
        region="",
        party="network 198.51.100.0/24",
        remote_account=None,
        is_affiliated=False,
        prior=-2.0,
        evidence=evidence([3.0]),
        strays=(),
        home=Home((), (), is_known=False),
    )
    assert verdict.probability == probability(-2.0, evidence([3.0]))
    assert verdict.id == finding_id(verdict.type, verdict.principal_id, verdict.party)


def test_severities_stand_in_guarddutys_bands() -> None:
    assert 1.0 <= LOW <= 3.9 < 4.0 <= MEDIUM <= 6.9 < 7.0 <= HIGH <= 8.9
