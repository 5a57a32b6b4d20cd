"""The session's steady place: hours on end, over a change of keys, its agent's heartbeats too.

Only where the instance's ways out are not known, and only if it was never seen at home: then this
may be its way out. A thief can forge heartbeats, so this is weak against all that is certain.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = -4.5  # by hand: outweighs an address alone, but no address with two signals beside it
SPAN_SECONDS_MIN = 5 * 3600
SLOTS_MIN = 24
KEYS_MIN = 2
# The Systems Manager agent calls this about every five minutes, as long as the instance lives.
HEARTBEAT = "ssm:UpdateInstanceInformation"


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where the instance itself seems to live at this place."""
    if party.worst.placement.sure or party.home:
        return
    strays = party.strays
    first, last = min(piece.first for piece in strays), max(piece.last for piece in strays)
    slots = sum(piece.slots.bit_count() for piece in strays)
    keys = {piece.sighting.key for piece in strays if piece.sighting.key}
    beats = any(HEARTBEAT in piece.sighting.apis for piece in strays)
    if beats and last - first >= SPAN_SECONDS_MIN and slots >= SLOTS_MIN and len(keys) >= KEYS_MIN:
        hours = (last - first) // 3600
        sentence = (
            f"For {hours} hours and over {len(keys)} keys the session, its agent's heartbeats "
            "included, spoke from there, and never from a place known as home: it may be its own "
            "way out, which an inventory or network.trusted would show."
        )
        yield Evidence("steady", WEIGHT, sentence)
