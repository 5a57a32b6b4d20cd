"""Sightings cut where the place of their origin changes."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inventories import DAY, NOON, OURS, REGION, Taken, surroundings, write
from truant.detection.pieces import Piece, pieces
from truant.detection.place import Subject, Surroundings, place_of
from truant.model.distinct import call_number, distinct
from truant.model.event_time import SLOT
from truant.model.network import HARM, Origin, Place, Via
from truant.model.sighting import CallNote, Sighting

SUBJECT = Subject("i-1", OURS, REGION)
DAY_START = NOON // DAY * DAY
MOVED = DAY_START + 101 * SLOT - 30  # shortly before the end of slot 100


def around() -> Surroundings:
    """An elastic address that moves from i-1 to i-2."""
    taken = Taken(at=DAY_START - DAY)
    taken.vpc("vpc-1", "10.0.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"0.0.0.0/0": "igw-1"}, "subnet-1")
    own = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5", elastic="52.0.0.9")
    taken.instance("i-1", own)
    taken.instance("i-2", taken.interface("eni-2", "subnet-1", "vpc-1", "10.0.0.6"))
    asked = {"publicIp": "52.0.0.9", "networkInterfaceId": "eni-2"}
    return surroundings(taken.facts(), write("AssociateAddress", MOVED, asked))


AROUND = around()


def sighting(times: Iterable[int], address: str = "52.0.0.9") -> Sighting:
    """One key's calls at these times of the day, each with its own id."""
    ordered = sorted(times)
    slots = [(at - DAY_START) // SLOT for at in ordered]
    notes = tuple(CallNote(at, f"event-{at}", "s3:ListBuckets") for at in ordered)
    return Sighting(
        key="ASIA1",
        origin=Origin(Via.DIRECT, address),
        day=DAY_START // DAY,
        first=ordered[0],
        last=ordered[-1],
        slots=sum({1 << slot for slot in slots}),
        calls=distinct(call_number(n.event_id, s) for n, s in zip(notes, slots, strict=True)),
        apis=frozenset({"s3:ListBuckets"}),
        regions=frozenset({REGION}),
        agents=frozenset(),
        errors=frozenset(),
        deliveries=frozenset(),
        created=None,
        earliest=notes[:4],
        latest=notes[-2:],
    )


def cut(*times: int, address: str = "52.0.0.9") -> list[Piece]:
    return list(pieces("AROA:i-1", sighting(times, address), SUBJECT, AROUND))


def test_a_sighting_of_one_place_stays_whole() -> None:
    (piece,) = cut(MOVED - 7200, MOVED - 3600)
    assert piece.placement.place is Place.OWN_INTERFACE
    assert (piece.first, piece.last, piece.count) == (MOVED - 7200, MOVED - 3600, 2)
    assert piece.is_home
    assert not piece.is_neutral


def test_an_address_that_moves_is_the_instances_until_then() -> None:
    before, after = cut(MOVED - 3600, MOVED + 3600)
    assert (before.placement.place, after.placement.place) == (
        Place.OWN_INTERFACE,
        Place.OTHER_INSTANCE,
    )
    assert before.slots & after.slots == 0
    assert (before.count, after.count) == (1, 1)
    assert [call.time for call in before.calls] == [MOVED - 3600]
    assert [call.time for call in after.calls] == [MOVED + 3600]
    assert before.last <= MOVED < after.first


def test_the_slot_of_the_move_gets_the_most_harmless_place() -> None:
    (piece,) = cut(MOVED - 100, MOVED + 20)
    assert piece.placement.place is Place.OWN_INTERFACE


def test_a_call_within_a_minute_of_the_move_was_under_way() -> None:
    near, far = MOVED + 59, MOVED + 61
    assert cut(near)[0].placement.place is Place.OWN_INTERFACE
    assert cut(far)[0].placement.place is Place.OTHER_INSTANCE


def test_a_stray_is_no_home_and_not_neutral() -> None:
    (piece,) = cut(MOVED, address="198.51.100.7")
    assert piece.placement.place is Place.OUTSIDE_AWS
    assert not piece.is_home
    assert not piece.is_neutral
    (private,) = cut(MOVED, address="192.168.0.1")
    assert private.is_neutral


times = st.lists(st.integers(DAY_START, DAY_START + DAY - 1), min_size=1, max_size=12, unique=True)


@settings(deadline=None, max_examples=60)
@given(times)
def test_every_call_is_in_one_piece(at: list[int]) -> None:
    found = cut(*at)
    assert sum(piece.count for piece in found) == len(at)
    whole = sighting(at)
    union = 0
    for piece in found:
        assert union & piece.slots == 0
        union |= piece.slots
        assert whole.first <= piece.first <= piece.last <= whole.last
    assert union == whole.slots


@settings(deadline=None, max_examples=60)
@given(times)
def test_no_call_is_placed_worse_than_it_was(at: list[int]) -> None:
    """A slot gets a place that held within it, and none of more harm than that of its calls."""
    for piece in cut(*at):
        for moment in at:
            if piece.slots >> (moment - DAY_START) // SLOT & 1:
                exact, _ = place_of(piece.sighting.origin, SUBJECT, moment, AROUND)
                assert HARM[piece.placement.place] <= HARM[exact.place]
