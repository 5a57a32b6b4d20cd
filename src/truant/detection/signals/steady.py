"""The session's steady place: hours on end, over changes of keys, its agent's heartbeats too.

Only where the instance's ways out are not known, and only if it was never seen at home: then this
may be its way out. A thief can forge heartbeats, and fetch key after key, so this is weak against
all that is certain.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.pieces import HEARTBEAT, Piece
from truant.model.finding import Evidence
from truant.model.network import Place

# Fitted: -4.15. Outweighs an address alone, but no address with two signals beside it.
WEIGHT_HEARTBEATS = -4.25
SPAN_SECONDS_MIN = 5 * 3600
SLOTS_MIN = 24
KEYS_MIN = 2

# Fitted: -2.89. The one way in which the shared endpoints of an affiliated hub look like a theft
# there.
WEIGHT_EVERY_KEY = -3.0
EVERY_SPAN_SECONDS_MIN = 12 * 3600
EVERY_KEYS_MIN = 3
_SHARED = frozenset(
    {
        Place.AFFILIATED,
        Place.OTHER_INSTANCE,
        Place.UNKNOWABLE,
        Place.UNLISTED,
        Place.AWS_UNKNOWN,
    }
)


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where the instance itself seems to live at this place."""
    if party.worst.placement.sure or party.home:
        return
    strays = party.strays
    first, last = min(piece.first for piece in strays), max(piece.last for piece in strays)
    keys = {piece.sighting.key for piece in strays if piece.sighting.key}
    hours = (last - first) // 3600
    if last - first >= SPAN_SECONDS_MIN and len(keys) >= KEYS_MIN and _beats_there(party):
        sentence = (
            f"For {hours} hours and over {len(keys)} keys the session, its agent's heartbeats "
            "included, spoke from there, and never from a place known as home: it may be its own "
            "way out, which an inventory or network.trusted would show."
        )
        yield Evidence("steady", WEIGHT_HEARTBEATS, sentence)
    elif last - first >= EVERY_SPAN_SECONDS_MIN and _is_every_key(party, keys):
        sentence = (
            f"For {hours} hours every one of the session's {len(keys)} keys was used from there, "
            "as by software of its own: it may be a way out that an inventory would show."
        )
        yield Evidence("steady", WEIGHT_EVERY_KEY, sentence)


def _beats_there(party: Party) -> bool:
    """Whether the agent's heartbeats come from there, often.

    There is one agent: whoever sends its heartbeats from outside AWS while they come from inside,
    too, forges them.
    """
    is_outside = party.worst.placement.place is Place.OUTSIDE_AWS
    if is_outside and any(map(_is_beating, party.own_work.pieces)):
        return False
    slots = sum(piece.slots.bit_count() for piece in party.strays)
    return slots >= SLOTS_MIN and any(map(_is_beating, party.strays))


def _is_beating(piece: Piece) -> bool:
    return HEARTBEAT in piece.sighting.apis


def _is_every_key(party: Party, keys: set[str]) -> bool:
    """Whether the session's software speaks from there with each key that it gets."""
    if party.worst.placement.place not in _SHARED or len(keys) < EVERY_KEYS_MIN:
        return False
    return party.dossier.keys <= keys
