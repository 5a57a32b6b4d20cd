"""Party: all that a signal looks at, one role session against one remote party.

What all parties of a session share is worked out once, in its dossier: a session whose presigned
URLs are fetched by the world has many thousands of parties.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from truant.detection.baseline import Baseline
from truant.detection.lineage import suspect_keys
from truant.detection.pieces import HEARTBEAT, Piece
from truant.detection.place import Subject, Surroundings
from truant.detection.standing import KeyStanding, Mints
from truant.model.fact import Mint
from truant.model.network import HARM, Place, Via, neighbourhood
from truant.model.role_session import RoleSession
from truant.model.sighting import CallNote

OWN = frozenset({Place.OWN_INTERFACE, Place.OWN_WAY_OUT})
_NOBODY_KNOWS = frozenset({Place.UNKNOWABLE, Place.UNLISTED, Place.AWS_UNKNOWN})


class Neighbours(Struct, frozen=True):
    """Which instances were seen at a public address or endpoint; at most a few of each are kept."""

    instances: dict[str, frozenset[str]]

    def others(self, where: str | None, instance: str) -> frozenset[str]:
        """The other instances whose keys were used from an address or endpoint."""
        return self.instances.get(where or "", frozenset()) - {instance}


class Work:
    """Pieces that are taken for the instance's own work, to compare strays with."""

    def __init__(self, pieces: Iterable[Piece], *, is_home: bool) -> None:
        """Hold pieces; `is_home` says that their places are known to be the instance's."""
        self.pieces, self.is_home = tuple(pieces), is_home

    @cached_property
    def agents(self) -> list[str]:
        """The clients seen there."""
        return sorted({agent for piece in self.pieces for agent in piece.sighting.agents})

    @cached_property
    def deliveries(self) -> frozenset[str]:
        """How the keys used there were delivered, as far as records prove it."""
        return frozenset().union(*(piece.sighting.deliveries for piece in self.pieces))

    @cached_property
    def by_day(self) -> Mapping[int, tuple[int, list[Piece]]]:
        """Day to the slots in which there was work, and the pieces."""
        found: dict[int, list[Piece]] = defaultdict(list)
        for piece in self.pieces:
            found[piece.sighting.day].append(piece)
        return {day: (_slots(some), some) for day, some in found.items()}


class Dossier:
    """All that a session and its lineage did, cut by place, and what follows from it.

    `placed` are the pieces in the order of time; `standing` says what is known of each of the
    session's own keys; `made` are the credentials that these made.
    """

    def __init__(
        self,
        placed: Sequence[Piece],
        standing: Mapping[str | None, KeyStanding],
        made: Sequence[Mint],
    ) -> None:
        """Hold them; everything else is worked out when it is first asked for."""
        self.placed, self.standing, self.made = tuple(placed), standing, tuple(made)
        self._below: dict[int, Work] = {}

    @cached_property
    def home(self) -> Work:
        """The work from the instance's own interfaces and ways out."""
        return Work((p for p in self.placed if p.placement.place in OWN), is_home=True)

    @cached_property
    def home_or_trusted(self) -> Work:
        """The same, and the work from places that the configuration trusts."""
        return Work((p for p in self.placed if p.is_home), is_home=True)

    def less_harmful(self, place: Place) -> Work:
        """The work from places that say less than this one, where no home is known.

        Not that from trusted places: they need not be the instance's.
        """
        rank = HARM[place]
        if rank not in self._below:
            apart = (Place.TRUSTED, Place.AWS_SERVICE)
            some = (p for p in self.placed if p.placement.place not in apart)
            below = (p for p in some if HARM[p.placement.place] < rank)
            self._below[rank] = Work(below, is_home=False)
        return self._below[rank]

    @cached_property
    def keys(self) -> frozenset[str]:
        """Every key of the session and its lineage that was seen."""
        return frozenset(piece.sighting.key for piece in self.placed if piece.sighting.key)

    @cached_property
    def first_calls(self) -> Mapping[str | None, CallNote]:
        """The first call of each key, from wherever it came."""
        found: dict[str | None, CallNote] = {}
        for piece in self.placed:
            for call in piece.calls[:1]:
                known = found.get(piece.sighting.key)
                if known is None or call.order < known.order:
                    found[piece.sighting.key] = call
        return found

    @cached_property
    def suspect(self) -> frozenset[str]:
        """The keys made with the session's by somebody who was not at home."""
        strays: dict[str | None, set[str]] = defaultdict(set)
        for piece in self.placed:
            origin = piece.sighting.origin
            if origin.via is Via.DIRECT and origin.address and not piece.is_home:
                strays[piece.sighting.key].add(origin.address)
        for addresses in strays.values():
            addresses.difference_update(self.dwelling)
        own = frozenset(key for key in self.standing if key)
        return suspect_keys(self.made, own, strays)

    @cached_property
    def dwelling(self) -> frozenset[str]:
        """Where no home is known: addresses that say nothing, and at which the session lives.

        Its agent's heartbeats come from there, or half of all its own work.
        """
        if self.home.pieces:
            return frozenset()
        slots: Counter[str] = Counter()
        beating: set[str] = set()
        for piece in self.placed:
            address = piece.sighting.origin.address
            if address and piece.sighting.key in self.standing and _says_nothing(piece):
                slots[address] += piece.slots.bit_count()
                if HEARTBEAT in piece.sighting.apis:
                    beating.add(address)
        own = (piece for piece in self.placed if piece.sighting.key in self.standing)
        whole = sum(piece.slots.bit_count() for piece in own)
        return frozenset(
            beating.union(name for name, number in slots.items() if 2 * number > whole)
        )

    def is_handed_on(self, piece: Piece) -> bool:
        """Whether a piece shows a key that was made at home with the session's keys."""
        key = piece.sighting.key
        return key is not None and key not in self.standing and key not in self.suspect

    @cached_property
    def networks_handed_to(self) -> int:
        """From how many networks keys that were made at home are used."""
        away = (p for p in self.placed if not p.is_home and self.is_handed_on(p))
        origins = {piece.sighting.origin for piece in away}
        sent = (one.address for one in origins if one.via is not Via.SERVICE)
        return len({neighbourhood(address) for address in sent if address})


class Party(Struct, frozen=True, dict=True):
    """The strays that share a remote party, beside the rest of what the session did.

    `strays` is never empty. `baseline` is what was learned, or None where nothing is to be learned
    from.
    """

    session: RoleSession
    subject: Subject
    around: Surroundings
    mints: Mints
    neighbours: Neighbours
    name: str
    strays: tuple[Piece, ...]
    dossier: Dossier
    baseline: Baseline | None = None

    @property
    def made(self) -> tuple[Mint, ...]:
        """The credentials that the session's keys made."""
        return self.dossier.made

    @cached_property
    def rest(self) -> tuple[Piece, ...]:
        """The pieces of the session and its lineage from everywhere else; slow for big sessions."""
        strays = set(map(id, self.strays))
        return tuple(piece for piece in self.dossier.placed if id(piece) not in strays)

    @property
    def home(self) -> tuple[Piece, ...]:
        """The pieces from places that the instance itself may speak from.

        Where its ways out are not known, a trusted place is no measure of what is its own: the
        desk to which somebody may take its key says nothing of its NAT gateway.
        """
        return self._home.pieces

    @cached_property
    def _home(self) -> Work:
        dossier = self.dossier
        return dossier.home if self.is_doubtful else dossier.home_or_trusted

    @cached_property
    def own_work(self) -> Work:
        """What to compare the strays with: the work at home, if any is known.

        Else that from places that say less than the party's; it may be empty.
        """
        return self._home if self.home else self.dossier.less_harmful(self.worst.placement.place)

    @cached_property
    def worst(self) -> Piece:
        """The stray whose place says most."""
        return max(self.strays, key=_saying)

    @cached_property
    def is_doubtful(self) -> bool:
        """Whether the place could still be the instance's own."""
        placement = self.worst.placement
        return not placement.sure or placement.place is Place.UNKNOWABLE


def _says_nothing(piece: Piece) -> bool:
    """Whether a place may be anybody's, the instance's own way out among them."""
    return piece.placement.place in _NOBODY_KNOWS and not piece.placement.sure


def _saying(piece: Piece) -> tuple[int, bool, int]:
    return (HARM[piece.placement.place], piece.placement.sure, -piece.first)


def _slots(pieces: Iterable[Piece]) -> int:
    found = 0
    for piece in pieces:
        found |= piece.slots
    return found
