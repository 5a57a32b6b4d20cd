"""Keys made with the instance's keys: used from elsewhere, or made by whoever is elsewhere."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.pieces import Piece
from truant.model.finding import Evidence

# By hand. A key made at home may be meant for others; one made by a stray is the thief's.
WEIGHT_HANDED_ON = -1.5
WEIGHT_MADE_BY_STRAY = 2.0


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh how the strays' keys descend from the instance's."""
    keys = {piece.sighting.key for piece in party.strays}
    own = {piece.sighting.key for piece in party.strays if _is_own(party, piece.principal_id)}
    children = [mint for mint in party.made if mint.key in keys]
    if not children:
        return
    strays = {p.sighting.origin.address for p in (*party.strays, *party.rest) if _is_stray(p)}
    by_stray = [mint for mint in children if mint.address in strays]
    mint = (by_stray or children)[0]
    made = f"Key {mint.key} was made with {mint.api} by key {mint.parent_key or 'of the session'}"
    if by_stray:
        sentence = f"{made} from {mint.address}, which is not the instance's."
        yield Evidence("lineage", WEIGHT_MADE_BY_STRAY, sentence, (mint.event_id,))
    elif not own:
        sentence = f"{made}, and only such keys were used there: they may have been handed on."
        yield Evidence("lineage", WEIGHT_HANDED_ON, sentence, (mint.event_id,))


def _is_own(party: Party, principal_id: str) -> bool:
    return principal_id == party.session.principal_id


def _is_stray(piece: Piece) -> bool:
    return not (piece.is_home or piece.is_neutral)
