"""Keys made with the instance's keys by whoever is elsewhere: they are his, and he uses them."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

WEIGHT = 2.0  # by hand; the fit has few: +1.99


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh the use of keys that were made from a place that is not the instance's."""
    keys = {piece.sighting.key for piece in party.strays} & party.dossier.suspect
    mint = next((mint for mint in party.made if mint.key in keys), None)
    if mint is not None:
        sentence = (
            f"Key {mint.key} was made with {mint.api} by key {mint.parent_key or 'of the session'} "
            f"from {mint.address or 'an AWS service'}, by somebody who is not the instance."
        )
        yield Evidence("lineage", WEIGHT, sentence, (mint.event_id,))
