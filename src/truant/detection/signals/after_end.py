"""A key used after its instance ended: keys outlive their instance by up to some six hours."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.view import SHUTDOWN_SECONDS
from truant.model.event_time import clock
from truant.model.finding import Evidence

# By hand (the fit has few: +5.03): nobody but a thief speaks for a machine that is gone.
WEIGHT = 5.0
EVENT_IDS_MAX = 20


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh calls made when the instance was no more."""
    ended = party.around.inventory.ended(party.subject.instance)
    if ended is None:
        return
    late = [piece for piece in party.strays if piece.last > ended + SHUTDOWN_SECONDS]
    if late:
        last = max(piece.last for piece in late)
        sentence = f"The instance ended by {clock(ended)}; its key was used until {clock(last)}."
        ids = [call.event_id for piece in late for call in piece.calls if call.time > ended]
        yield Evidence("after-end", WEIGHT, sentence, tuple(ids[:EVENT_IDS_MAX]))
