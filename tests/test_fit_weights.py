"""The fit finds what samples say, keeps signs, and stays near the code where they say little."""

from pathlib import Path

import pytest
from benchmarks.fit_weights import (
    INTERCEPT,
    Rows,
    fit,
    gathered,
    gathered_samples,
    log_loss,
    probability,
)
from benchmarks.quality import Task

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


def test_gathering_goes_on_where_it_was_interrupted(tmp_path: Path) -> None:
    kept = tmp_path / "samples.jsonl"
    work = [Task(seed, "E6") for seed in (1, 2)]
    first = list(gathered_samples(work[:1], 1, kept))
    assert len(kept.read_bytes().splitlines()) == 1
    both = list(gathered_samples(work, 1, kept))
    assert both[:1] == first
    assert [task for task, _ in both] == work
    assert len(kept.read_bytes().splitlines()) == 2
    assert any(is_theft for _, found in both for _, is_theft in found)


def test_a_place_is_named_beside_its_weight() -> None:
    """Several places have the same weight, and are fitted apart."""
    ((_, found),) = gathered_samples([Task(1, "E6")], 1, None)
    names = {name for features, _ in found for name in features}
    assert "place: outside AWS +8.00" in names
