"""A key delivered by IMDSv1 beside an instance that uses IMDSv2, and the other way round."""

import pytest

from tests.detection.records import (
    AWS,
    HOME,
    KEY,
    OUTSIDE,
    TWIN,
    call,
    judged,
    network,
    said,
    verdict_at,
    who,
)
from truant.model.finding import Evidence


def twin(*, own: str | None, stray: str | None) -> list[Evidence]:
    records = [
        call(HOME, 0, identity=who(KEY, delivery=own)),
        call(OUTSIDE, 9, identity=who(TWIN, delivery=stray)),
    ]
    return said("twin-key", verdict_at(OUTSIDE, judged(records, network())))


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_the_same_way_of_asking_is_no_evidence(version: str) -> None:
    assert not twin(own=version, stray=version)


def test_unknown_delivery_is_no_evidence() -> None:
    assert not twin(own=None, stray="1.0")
    assert not twin(own="2.0", stray=None)


@pytest.mark.parametrize(("own", "stray"), [("2.0", "1.0"), ("1.0", "2.0")])
def test_the_other_twin_speaks_for_theft_and_is_named(own: str, stray: str) -> None:
    (evidence,) = twin(own=own, stray=stray)
    assert evidence.weight > 0
    assert TWIN in evidence.sentence
    assert f"IMDSv{stray[0]}" in evidence.sentence.split(";")[0]
    assert f"IMDSv{own[0]}" in evidence.sentence.split(";")[1]


def test_an_instance_whose_software_asks_both_ways_has_no_twin() -> None:
    records = [
        call(HOME, 0, identity=who(KEY, delivery="2.0")),
        call(HOME, 1, identity=who("ASIA3", delivery="1.0")),
        call(OUTSIDE, 9, identity=who(TWIN, delivery="1.0")),
    ]
    assert not said("twin-key", verdict_at(OUTSIDE, judged(records, network())))


def test_without_a_known_home_only_the_more_harmful_place_is_the_strange_one() -> None:
    records = [
        call(AWS, 0, identity=who(KEY, delivery="2.0")),
        call(OUTSIDE, 9, identity=who(TWIN, delivery="1.0")),
    ]
    verdicts = judged(records)
    assert said("twin-key", verdict_at(OUTSIDE, verdicts))
    assert not said("twin-key", verdict_at(AWS, verdicts))
