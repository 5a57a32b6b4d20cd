"""Party: all that a signal looks at, one role session against one remote party."""

from msgspec import Struct

from truant.detection.baseline import Baseline
from truant.detection.pieces import Piece
from truant.detection.place import Subject, Surroundings
from truant.detection.standing import Mints
from truant.model.fact import Mint
from truant.model.network import HARM, Place
from truant.model.role_session import RoleSession


class Neighbours(Struct, frozen=True):
    """Which instances were seen at a public address or endpoint; at most a few of each are kept."""

    instances: dict[str, frozenset[str]]

    def others(self, where: str | None, instance: str) -> frozenset[str]:
        """The other instances whose keys were used from an address or endpoint."""
        return self.instances.get(where or "", frozenset()) - {instance}


class Party(Struct, frozen=True):
    """The strays that share a remote party, beside the rest of what the session did.

    `strays` is never empty. `rest` are the pieces of the session and its lineage from everywhere
    else, home included. `made` are the credentials that the session's keys made. `baseline` is what
    was learned, or None where nothing is to be learned from.
    """

    session: RoleSession
    subject: Subject
    around: Surroundings
    mints: Mints
    neighbours: Neighbours
    name: str
    strays: tuple[Piece, ...]
    rest: tuple[Piece, ...]
    made: tuple[Mint, ...]
    baseline: Baseline | None = None

    @property
    def home(self) -> tuple[Piece, ...]:
        """The pieces from places that the instance itself may speak from.

        Where its ways out are not known, a trusted place is no measure of what is its own: the
        desk to which somebody may take its key says nothing of its NAT gateway.
        """
        home = tuple(piece for piece in self.rest if piece.is_home)
        if self.worst.placement.sure:
            return home
        return tuple(one for one in home if one.placement.place is not Place.TRUSTED)

    @property
    def worst(self) -> Piece:
        """The stray whose place says most."""
        return max(self.strays, key=_saying)


def _saying(piece: Piece) -> tuple[int, bool, int]:
    return (HARM[piece.placement.place], piece.placement.sure, -piece.first)
