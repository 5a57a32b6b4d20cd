"""The fit finds what samples say, keeps signs, and stays near the code where they say little."""

import pytest
from benchmarks.fit_weights import INTERCEPT, Rows, fit, gathered, log_loss, probability

from truant.detection.scoring import PRIOR


def test_a_weight_moves_to_what_the_samples_say() -> None:
    """Said of 400 thefts and of 200 others: the odds are 2, the log-odds 0.7, less the prior."""
    rows: Rows = {("place +8.00",): (600, 400), (): (1000, 20)}
    result = fit(rows)
    assert probability(("place +8.00",), result.after) == pytest.approx(2 / 3, abs=0.05)
    assert result.after["place +8.00"] < result.before["place +8.00"]


def test_a_weight_keeps_its_sign() -> None:
    rows: Rows = {("presigned -10.00",): (2000, 2000), ("client +1.00",): (5000, 0)}
    result = fit(rows)
    assert result.after["presigned -10.00"] <= 0
    assert result.after["client +1.00"] >= 0


def test_what_was_seen_once_stays_near_the_code() -> None:
    rows: Rows = {("console +2.50",): (1, 0), (): (10_000, 180)}
    assert fit(rows).after["console +2.50"] == pytest.approx(2.5, abs=0.3)


def test_samples_are_counted_and_scored() -> None:
    found = [(("client +1.00",), True), (("client +1.00",), False), ((), False)]
    assert gathered(found) == {("client +1.00",): (2, 1), (): (1, 0)}
    sure = {INTERCEPT: PRIOR, "client +1.00": 20.0}
    assert log_loss(found[:1], sure) < log_loss(found[1:2], sure)
