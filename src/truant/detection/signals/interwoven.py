"""One software speaks from there and from the session's other places, all the time.

An instance behind a hub shows the hub's endpoints for some services and its gateway for others, in
turns, with the same clients, from its first call to its last. A thief comes later, with a client of
his own. Only where the instance's ways out are not known: where they are, nothing else is its own.
"""

from collections.abc import Iterable, Iterator

from truant.detection.party import Party
from truant.detection.pieces import Piece
from truant.model.finding import Evidence
from truant.model.network import Place

# By hand (the fit has few: -2.52). Outweighs an affiliated account's endpoint or address alone, or
# with one signal beside.
WEIGHT = -2.5
SLOTS_MIN = 3
SPAN_SECONDS_MIN = 1800
SHARE_MIN = 0.5  # of the time in which the session was seen at all


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where the session's own software seems to use this way, too."""
    placement = party.worst.placement
    if placement.place is not Place.AFFILIATED or placement.sure or party.home:
        return
    slots = sum(piece.slots.bit_count() for piece in party.strays)
    span, whole = _span(party.strays), _span((*party.strays, *party.rest))
    if slots < SLOTS_MIN or span < max(SPAN_SECONDS_MIN, SHARE_MIN * whole):
        return
    if not party.rest or _agents(party.strays) & _agents(party.rest):
        sentence = (
            f"Over {span // 60} of the {whole // 60} minutes in which the session was seen it "
            "spoke from there, with clients that it has everywhere: it may be a way out that an "
            "inventory would show."
        )
        yield Evidence("interwoven", WEIGHT, sentence)


def _span(pieces: Iterable[Piece]) -> int:
    times = [(piece.first, piece.last) for piece in pieces]
    return max(last for _, last in times) - min(first for first, _ in times)


def _agents(pieces: Iterable[Piece]) -> frozenset[str]:
    spoken = (p for p in pieces if p.placement.place is not Place.AWS_SERVICE)
    return frozenset[str]().union(*(piece.sighting.agents for piece in spoken))
