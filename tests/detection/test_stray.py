"""Pieces as a finding tells them; a call counts once."""

from tests.detection.records import (
    ACCOUNT,
    INSTANCE,
    OUTSIDE,
    ROLE,
    SISTER,
    Json,
    call,
    folded,
    found,
    made,
    network,
)
from truant.detection.pieces import Piece
from truant.detection.place import Placement
from truant.detection.stray import strays_of
from truant.model.finding import Verdict
from truant.model.network import Place

THERE = {"type": "AWSAccount", "principalId": f"{ROLE}:{INSTANCE}", "accountId": ACCOUNT}


def copied(record: Json) -> Json:
    """The record of the same call in the other account's trail."""
    return record | {"userIdentity": THERE, "recipientAccountId": SISTER, "eventID": "copy"}


def calls(*records: Json) -> int:
    (verdict,) = found(records, network())
    return sum(stray.count for stray in verdict.strays)


def test_a_call_into_another_account_counts_once() -> None:
    assume = made("ASIACHILD", OUTSIDE, 1, sharedEventID="shared")
    assert calls(assume, copied(assume)) == 1
    assert calls(call(OUTSIDE, 0), assume, copied(assume)) == 2


def test_known_from_the_other_account_alone_it_counts() -> None:
    assume = made("ASIACHILD", OUTSIDE, 1, sharedEventID="shared")
    assert calls(copied(assume)) == 1
    assert calls(copied(assume), call(OUTSIDE, 2)) == 2


def test_repeated_records_count_once() -> None:
    records = [call(OUTSIDE, minute) for minute in range(3)]
    assert calls(*records, *records) == 3


def test_an_estimate_is_never_less_than_what_is_certain() -> None:
    """More than 4,096 calls are estimated; a few minutes of them are at least a call a slot."""
    burst = [call(OUTSIDE, 0, eventID=f"id{n}") for n in range(5000)]
    late = [call(OUTSIDE, minute, eventID=f"late{minute}") for minute in (100, 200, 300)]
    (verdict,) = found([*burst, *late], network())
    (stray,) = verdict.strays
    assert not stray.is_exact
    assert 3500 < stray.count < 7000
    ((sighting,),) = (s.sightings for s in folded([*burst, *late]).sessions.values())
    three_slots = Piece("x", sighting, sighting.slots & ~1, Placement(Place.OUTSIDE_AWS, "", ""))
    assert three_slots.count < 3
    assert strays_of([three_slots])[0].count == 3


def test_what_was_made_and_called_is_told_of_its_own_time_only() -> None:
    verdict: Verdict
    (verdict,) = found([made("ASIACHILD", OUTSIDE, 1), call(OUTSIDE, 1500)], network())
    first, second = verdict.strays
    assert [one.kind for one in first.made] == ["role session"]
    assert not second.made
    assert [len(stray.calls) for stray in verdict.strays] == [1, 1]
