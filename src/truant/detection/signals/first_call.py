"""The first call of a key is GetCallerIdentity, from elsewhere: "whose key have I got?"."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = 1.0  # by hand
API = "sts:GetCallerIdentity"


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh the first call of each key that was used from this party."""
    for key in sorted({piece.sighting.key or "" for piece in party.strays}):
        pieces = [p for p in (*party.strays, *party.rest) if (p.sighting.key or "") == key]
        first = min((call for p in pieces for call in p.calls), key=lambda c: c.order, default=None)
        stray = {call.event_id for piece in party.strays for call in piece.calls}
        if first is not None and first.api == API and first.event_id in stray:
            yield Evidence(
                "first-call",
                WEIGHT,
                f"The first call with key {key or '(not named)'} was {API}, from there: who finds "
                "a key asks whose it is.",
                (first.event_id,),
            )
            return
