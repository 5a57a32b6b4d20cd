"""The first call of a key is GetCallerIdentity, from elsewhere: "whose key have I got?"."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place

WEIGHT = 1.0  # fitted: +0.97
API = "sts:GetCallerIdentity"
_SAY_NOTHING = frozenset({Place.UNLISTED, Place.AWS_UNKNOWN, Place.UNKNOWABLE})


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh the first call of each key that was used from this party.

    Not where the place says nothing: software asks this, too, when it starts.
    """
    if party.is_doubtful and party.worst.placement.place in _SAY_NOTHING:
        return
    stray = {call.event_id for piece in party.strays for call in piece.calls}
    for key in sorted({piece.sighting.key or "" for piece in party.strays}):
        first = party.dossier.first_calls.get(key or None)
        if first is not None and first.api == API and first.event_id in stray:
            yield Evidence(
                "first-call",
                WEIGHT,
                f"The first call with key {key or '(not named)'} was {API}, from there: who finds "
                "a key asks whose it is.",
                (first.event_id,),
            )
            return
