"""From pieces of sightings to the strays that a finding tells."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from truant.detection.pieces import Piece
from truant.model.distinct import Distinct, count, union
from truant.model.finding import Stray


def strays_of(pieces: Sequence[Piece]) -> tuple[Stray, ...]:
    """Pieces as a finding tells them, in their order.

    A call into another account is recorded there, too, without the key: it counts once, with the
    record that names the key.
    """
    known: dict[tuple[int, str | None], list[Distinct]] = defaultdict(list)
    copied = {_where(piece) for piece in pieces if piece.sighting.key is None}
    for piece in pieces if copied else ():
        if piece.sighting.key is not None and _where(piece) in copied:
            known[_where(piece)].append(piece.sighting.calls)
    counted = ((piece, _calls(piece, known.get(_where(piece)))) for piece in pieces)
    return tuple(_stray(piece, calls) for piece, calls in counted if calls)


def _where(piece: Piece) -> tuple[int, str | None]:
    return (piece.sighting.day, piece.sighting.origin.address)


def _calls(piece: Piece, known: Iterable[Distinct] | None) -> int:
    """How many calls of a piece are not told by one that names a key."""
    if piece.sighting.key is not None or known is None:
        # Of an estimate so much is certain: a call in every slot.
        return max(piece.count, piece.slots.bit_count())
    told = Distinct()
    for calls in known:
        told = union(told, calls)
    both = union(piece.sighting.calls, told)
    return max(0, count(both, piece.slots) - count(told, piece.slots))


def _stray(piece: Piece, calls: int) -> Stray:
    sighting = piece.sighting
    return Stray(
        key=sighting.key,
        principal_id=piece.principal_id,
        origin=sighting.origin,
        place=piece.placement.place,
        reason=piece.placement.reason,
        first=piece.first,
        last=piece.last,
        count=calls,
        is_exact=sighting.calls.whole,
        apis=tuple(sorted(sighting.apis)),
        regions=tuple(sorted(sighting.regions)),
        agents=tuple(sorted(sighting.agents)),
        errors=tuple(sorted(sighting.errors)),
        calls=piece.calls,
        made=tuple(made for made in sighting.made if piece.first <= made.time <= piece.last),
        delivery=min(sighting.deliveries & {"1.0", "2.0"}, default=None),
    )
