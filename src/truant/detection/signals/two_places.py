"""Two places at once: the session speaks from home and from elsewhere in the same five minutes."""

from collections.abc import Iterator

from truant.detection.party import Party, Work
from truant.detection.pieces import Piece
from truant.model.event_time import DAY, SLOT, clock
from truant.model.finding import Evidence

# Fitted: +1.51 and +0.85. One instance may show several addresses (NAT gateways, endpoints), so
# that two places say little as long as the stray one may be its own.
WEIGHT_HOME = 1.5
WEIGHT_UNKNOWN = 0.75


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh slots shared with the instance's own calls, or else with its other origins."""
    work = party.own_work
    meeting = next((pair for stray in party.strays for pair in _meetings(stray, work)), None)
    if meeting is None:
        return
    stray, other, slot = meeting
    moment = clock(stray.sighting.day * DAY + slot * SLOT)
    sentence = (
        f"Within five minutes of {moment} the session spoke from {stray.sighting.origin} and from "
        f"{other.sighting.origin}" + (", its home." if work.is_home else ".")
    )
    certain = work.is_home and not party.is_doubtful
    yield Evidence("two-places", WEIGHT_HOME if certain else WEIGHT_UNKNOWN, sentence)


def _meetings(stray: Piece, work: Work) -> Iterator[tuple[Piece, Piece, int]]:
    slots, others = work.by_day.get(stray.sighting.day, (0, []))
    if stray.slots & slots:
        for other in others:
            both = stray.slots & other.slots
            if both:
                yield stray, other, (both & -both).bit_length() - 1
