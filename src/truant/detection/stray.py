"""From a piece of a sighting to the stray that a finding tells."""

from truant.detection.pieces import Piece
from truant.model.finding import Stray


def stray_of(piece: Piece) -> Stray:
    """A piece as a finding tells it."""
    sighting = piece.sighting
    return Stray(
        key=sighting.key,
        principal_id=piece.principal_id,
        origin=sighting.origin,
        place=piece.placement.place,
        reason=piece.placement.reason,
        first=piece.first,
        last=piece.last,
        count=piece.count,
        is_exact=sighting.calls.whole,
        apis=tuple(sorted(sighting.apis)),
        regions=tuple(sorted(sighting.regions)),
        agents=tuple(sorted(sighting.agents)),
        errors=tuple(sorted(sighting.errors)),
        calls=piece.calls,
        made=tuple(made for made in sighting.made if piece.first <= made.time <= piece.last),
        delivery=min(sighting.deliveries & {"1.0", "2.0"}, default=None),
    )
