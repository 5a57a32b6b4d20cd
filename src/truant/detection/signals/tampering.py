"""The trail was switched off or narrowed with the session's keys: what came after is not recorded.

A successful StopLogging, DeleteTrail, UpdateTrail or PutEventSelectors by an instance's session.
Software that manages trails does that too, from home; so this speaks only beside a stray.
"""

from collections.abc import Iterator

from truant.detection.makings import TAMPERINGS
from truant.detection.party import Party
from truant.model.event_time import clock
from truant.model.finding import Evidence

WEIGHT = 1.5  # by hand; the fit has few: +1.50


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh what the strays did to the trail."""
    made = sorted({one for piece in party.strays for one in piece.sighting.made})
    done = [one for one in made if one.kind in TAMPERINGS]
    if done:
        first = done[0]
        sentence = (
            f"From there the trail was tampered with at {clock(first.time)} ({first.kind} "
            f"{first.name[:100]}): what was done after that may not be recorded."
        )
        yield Evidence("tampering", WEIGHT, sentence, tuple(one.event_id for one in done))
