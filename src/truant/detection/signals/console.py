"""A console sign-in by an instance's session: programs have no use for one, people do."""

from collections.abc import Iterator

from truant.detection.lineage import is_sign_in
from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = 2.5  # by hand; the fit has few: +2.50
KIND = "console sign-in"


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh sign-ins from this party, and sign-ins from anywhere whose key was used from there."""
    found = [*_from_there(party), *_used_there(party)]
    if found:
        _, event_id, where = min(found)
        sentence = (
            f"The session signed in to the AWS console, from {where}: an instance has no use for a "
            "browser."
        )
        yield Evidence("console", WEIGHT, sentence, (event_id,))


def _from_there(party: Party) -> Iterator[tuple[int, str, str]]:
    for piece in party.strays:
        for made in piece.sighting.made:
            if made.kind == KIND and piece.first <= made.time <= piece.last:
                yield made.time, made.event_id, str(piece.sighting.origin)


def _used_there(party: Party) -> Iterator[tuple[int, str, str]]:
    keys = {piece.sighting.key for piece in party.strays}
    for mint in party.made:
        if mint.key in keys and is_sign_in(mint):
            yield mint.time, mint.event_id, mint.address or "an AWS service"
