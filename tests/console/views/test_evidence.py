"""Tests of `views.evidence`: the bars add up to the probability that the finding tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.worlds import world
from truant.console.views.evidence import add_up

weights = st.floats(-20, 20).map(lambda one: round(one, 2))


@given(st.lists(weights, max_size=8))
def test_weights_add_up(some: list[float]) -> None:
    evidence = [{"signal": "s", "weight": weight, "sentence": "x"} for weight in some]
    info = {"prior": -4.0, "evidence": evidence}
    found = add_up({"service": {"additionalInfo": info}})
    assert found.total == pytest.approx(-4 + sum(some))
    assert len(found.rows) == len(some)
    assert all(0 <= row.chance <= 1 for row in found.rows)
    if found.rows:
        assert found.rows[-1].chance == found.chance


def test_they_come_to_what_detection_says() -> None:
    for finding in world("demo", seed=7).findings:
        told = finding["service"]["additionalInfo"]["probability"]  # type: ignore[index]
        assert add_up(finding).chance == pytest.approx(told, abs=0.0001)
