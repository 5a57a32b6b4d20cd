"""A console sign-in by an instance's session: programs have no use for one, people do."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = 2.5  # by hand
KIND = "console sign-in"


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh sign-ins by the session, from this party or from anywhere else."""
    found = [
        (piece, made)
        for piece in (*party.strays, *party.rest)
        for made in piece.sighting.made
        if made.kind == KIND
    ]
    if found:
        piece, made = min(found, key=lambda one: (one[1].time, one[1].event_id))
        sentence = (
            f"The session signed in to the AWS console, from {piece.sighting.origin}: "
            "an instance has no use for a browser."
        )
        yield Evidence("console", WEIGHT, sentence, (made.event_id,))
