"""Two places at once: the session speaks from home and from elsewhere in the same five minutes."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.pieces import Piece
from truant.model.event_time import DAY, SLOT, clock
from truant.model.finding import Evidence

# By hand. One instance may show several addresses (NAT gateways, endpoints), so that two places
# say little as long as home is not known.
WEIGHT_HOME = 1.5
WEIGHT_UNKNOWN = 0.5


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh slots shared with the instance's own calls, or else with its other origins."""
    known = bool(party.home)
    others = party.home or tuple(piece for piece in party.rest if not piece.is_neutral)
    meeting = next((pair for stray in party.strays for pair in _meetings(stray, others)), None)
    if meeting is None:
        return
    stray, other, slot = meeting
    moment = clock(stray.sighting.day * DAY + slot * SLOT)
    sentence = (
        f"Within five minutes of {moment} the session spoke from {stray.sighting.origin} and from "
        f"{other.sighting.origin}" + (", its home." if known else ".")
    )
    yield Evidence("two-places", WEIGHT_HOME if known else WEIGHT_UNKNOWN, sentence)


def _meetings(stray: Piece, others: tuple[Piece, ...]) -> Iterator[tuple[Piece, Piece, int]]:
    for other in others:
        if other.sighting.day == stray.sighting.day:
            both = stray.slots & other.slots
            if both:
                yield stray, other, (both & -both).bit_length() - 1
