"""Where the calls came from weighs most, and less the less is known of home."""

from tests.detection.records import (
    AWS,
    HOME,
    OUTSIDE,
    call,
    found,
    judged,
    network,
    said,
    verdict_at,
)
from truant.detection.signals.place import KNOWN_HOME, LIKELY_HOME, UNKNOWN_HOME
from truant.model.network import HARM, Place
from truant.model.network import HOME as HOMES


def test_calls_from_home_are_not_even_looked_at() -> None:
    assert judged([call(HOME)], network()) == []


def test_aws_with_owner_unknown_says_nothing_where_home_is_unknown() -> None:
    (verdict,) = judged([call(AWS)])
    (place,) = said("place", verdict)
    assert place.weight == 0
    assert verdict.probability < 0.05
    assert "inventory of its ways out at that time is unknown" in place.sentence


def test_outside_aws_is_a_finding_with_and_without_an_inventory_and_the_doubt_is_said() -> None:
    (known,), (unknown,) = found([call(OUTSIDE)], network()), found([call(OUTSIDE)])
    assert known.probability > unknown.probability > 0.5
    assert "unknown" in said("place", unknown)[0].sentence
    assert "unknown" not in said("place", known)[0].sentence


def test_the_evidence_names_the_calls() -> None:
    record = call(OUTSIDE, 3)
    (verdict,) = found([record])
    assert said("place", verdict)[0].event_ids == (record["eventID"],)


def test_the_better_home_is_known_the_more_a_place_says() -> None:
    strays = set(Place) - HOMES - {Place.AWS_SERVICE}
    for weights in (KNOWN_HOME, LIKELY_HOME, UNKNOWN_HOME):
        assert set(weights) == strays
    for place in strays:
        assert UNKNOWN_HOME[place] <= LIKELY_HOME[place] <= KNOWN_HOME[place]


def test_of_several_places_of_one_party_the_worst_speaks() -> None:
    """An address that was the instance's until it moved to a stranger."""
    (verdict,) = judged([call(OUTSIDE, 1), call("203.0.113.67", 2)], network())
    assert verdict_at(OUTSIDE, [verdict]) is verdict_at("203.0.113.67", [verdict])
    assert HARM[verdict.strays[0].place] == max(HARM.values())
