"""Pieces of one cause put together, though their records look unlike.

Whoever is seen twice from one address, once with and once without a name, is one party.
"""

from collections import defaultdict

from msgspec.structs import replace

from truant.detection.pieces import Piece
from truant.detection.place import Placement
from truant.model.network import Place


def regrouped(placed: list[Piece]) -> list[Piece]:
    """All pieces of a session and its lineage, in their order, with what they tell of another."""
    return _with_owners(_with_console(placed))


def _with_console(placed: list[Piece]) -> list[Piece]:
    """Pieces, those of the AWS console's back end put where its user is.

    The console of S3 passes its user's address on through an endpoint of AWS's own. Whoever is
    seen outside AWS with the same address and without that endpoint is that user.
    """
    outside = {
        piece.sighting.origin.address: piece.placement
        for piece in reversed(placed)
        if piece.placement.place in (Place.OUTSIDE_AWS, Place.UNLISTED)
    }
    return [
        replace(piece, placement=_passed_on(piece, user))
        if (user := outside.get(piece.sighting.origin.address)) and _is_ownerless(piece)
        else piece
        for piece in placed
    ]


def _is_ownerless(piece: Piece) -> bool:
    """Whether a piece came through an endpoint of which nobody is known to be the owner."""
    origin, placement = piece.sighting.origin, piece.placement
    through = origin.endpoint is not None and origin.endpoint_account is None
    return through and not piece.is_home and placement.account is None


def _passed_on(piece: Piece, user: Placement) -> Placement:
    origin = piece.sighting.origin
    reason = (
        f"{origin.address} came through VPC endpoint {origin.endpoint}, as the AWS console passes "
        "it on, and without it, too"
    )
    return replace(user, reason=reason)


def _with_owners(placed: list[Piece]) -> list[Piece]:
    """Pieces, those through a stranger's endpoints put together.

    Each service has an endpoint of its own, and some services never name its owner. Who speaks
    from one address through an endpoint of account A stands in A's network when he speaks from
    that address through an endpoint that nobody names.
    """
    owners: dict[str | None, set[str]] = defaultdict(set)
    for piece in placed:
        if _is_strangers(piece) and piece.placement.account is not None:
            owners[piece.sighting.origin.address].add(piece.placement.account)
    return [
        replace(piece, placement=_of_owner(piece, *found))
        if len(found := owners.get(piece.sighting.origin.address, set())) == 1
        and _is_strangers(piece)
        and piece.placement.account is None
        else piece
        for piece in placed
    ]


def _is_strangers(piece: Piece) -> bool:
    through = piece.sighting.origin.endpoint is not None
    return through and piece.placement.place is Place.FOREIGN_ACCOUNT


def _of_owner(piece: Piece, account: str) -> Placement:
    reason = (
        f"{piece.placement.reason}; the session spoke from that address through an endpoint of "
        f"account {account}, too"
    )
    return replace(piece.placement, account=account, reason=reason)
