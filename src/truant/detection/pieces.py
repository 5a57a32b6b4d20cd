"""Pieces: sightings cut where the place of their origin changes.

An address is the instance's until it moves, and a thief's or nobody's after. A sighting knows its
calls by slots of five minutes, so a slot in which the place changed could be either: it gets the
most harmless of the places that held within it, or within a minute of it (clocks, calls under way).
"""

from collections.abc import Iterator

from msgspec import Struct

from truant.detection.place import Placement, Subject, Surroundings, place_of
from truant.detection.view import Span
from truant.model.distinct import count
from truant.model.event_time import SLOT, SLOTS_A_DAY
from truant.model.network import HARM, HOME, NEUTRAL
from truant.model.sighting import CallNote, Sighting

GRACE_SECONDS = 60

# The Systems Manager agent calls this about every five minutes, as long as the instance lives.
HEARTBEAT = "ssm:UpdateInstanceInformation"


class Piece(Struct, frozen=True):
    """The part of a sighting that lies in some slots of its day, and its place in these."""

    principal_id: str
    sighting: Sighting
    slots: int
    placement: Placement

    @property
    def first(self) -> int:
        """The time of the first call; of a later part, the start of its first slot."""
        return max(self.sighting.first, self._start + _lowest(self.slots) * SLOT)

    @property
    def last(self) -> int:
        """The time of the last call; of an earlier part, the end of its last slot."""
        end = self._start + self.slots.bit_length() * SLOT - 1
        return min(self.sighting.last, end)

    @property
    def _start(self) -> int:
        return self.sighting.day * SLOTS_A_DAY * SLOT

    @property
    def count(self) -> int:
        """How many different calls; exact unless the sighting's set was cut."""
        return count(self.sighting.calls, self.slots)

    @property
    def calls(self) -> tuple[CallNote, ...]:
        """The calls named in the sighting that lie in this part."""
        named = dict.fromkeys((*self.sighting.earliest, *self.sighting.latest))
        return tuple(call for call in named if self.first <= call.time <= self.last)

    @property
    def is_home(self) -> bool:
        """Whether the place is one that the instance itself may speak from."""
        return self.placement.place in HOME

    @property
    def is_neutral(self) -> bool:
        """Whether the place says nothing."""
        return self.placement.place in NEUTRAL


def _lowest(slots: int) -> int:
    return (slots & -slots).bit_length() - 1


def pieces(
    principal_id: str, sighting: Sighting, subject: Subject, around: Surroundings
) -> Iterator[Piece]:
    """Cut one sighting by place, in the order in which the places first come up."""
    found = list(_placements(sighting, subject, around))
    if len({placement for _, placement in found}) == 1:
        yield Piece(principal_id, sighting, sighting.slots, found[0][1])
        return
    slots: dict[Placement, int] = {}
    for slot in set_bits(sighting.slots):
        placement = _mildest(sighting, slot, found)
        slots[placement] = slots.get(placement, 0) | 1 << slot
    for placement, these in slots.items():
        yield Piece(principal_id, sighting, these, placement)


def _placements(
    sighting: Sighting, subject: Subject, around: Surroundings
) -> Iterator[tuple[Span, Placement]]:
    at, end = sighting.first - GRACE_SECONDS, sighting.last + GRACE_SECONDS
    while True:
        placement, span = place_of(sighting.origin, subject, at, around)
        yield span, placement
        if span.until > end:
            return
        at = span.until


def set_bits(bits: int) -> Iterator[int]:
    """The slots of a bitmap, in order."""
    while bits:
        yield _lowest(bits)
        bits &= bits - 1


def _mildest(sighting: Sighting, slot: int, found: list[tuple[Span, Placement]]) -> Placement:
    start = (sighting.day * SLOTS_A_DAY + slot) * SLOT
    first = max(start, sighting.first) - GRACE_SECONDS
    last = min(start + SLOT - 1, sighting.last) + GRACE_SECONDS
    within = (place for span, place in found if span.since <= last and first < span.until)
    return min(within, key=lambda placement: HARM[placement.place])
