"""Silence: calls that came by the instance's own way out, and not from the instance.

A NAT gateway shows one address for all that stands behind it. Whether it was this instance that
spoke, its flow logs tell: a call that it made is a flow of one of its interfaces. Calls without
one, in a time that the logs cover, were made by another machine behind the same way out.

What makes no flow of its own although all is well must not be taken for theft: calls by a proxy or
a login server of ours (its port, or any flow at all, is looked for), one lone call, an instance
whose calls the logs never show, and nodes of Kubernetes, whose pods may have interfaces that are
attached to no instance.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum

from msgspec import Struct

from truant.detection.flows import Flows
from truant.detection.pieces import Piece, set_bits
from truant.detection.place import Placement, Subject, Surroundings
from truant.detection.standing import KeyStanding, Standings
from truant.model.distinct import count
from truant.model.event_time import DAY, SLOT
from truant.model.network import Place, Via

CALLS_MIN = 3  # fewer calls in silence may be a record that was lost
# The logs are seen to show an instance's calls where they do so in as many slots, and in no fewer
# than those in which they show none.
SHOWN_SLOTS_MIN = 6
# More calls than an hour's without a flow, and hardly any with one: then the calls take a way that
# the logs do not show, an interface that nobody knows of for example.
UNPROVED_SLOTS_MAX = 12
# What a login server sends on behalf of who logs in: Vault's AWS method, EKS.
LOGIN = "sts:GetCallerIdentity"
AWS_INTERNAL = "AWS Internal"
# Recorded as from `AWS Internal`, though it is the instance that pulls and pushes images.
HIDDEN = frozenset(
    f"ecr:{name}"
    for name in (
        *("BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload"),
        *("GetDownloadUrlForLayer", "InitiateLayerUpload", "PutImage", "UploadLayerPart"),
    )
)


class Ear(Struct):
    """What the flow logs tell about some slots of one day, each a bitmap of slots.

    `spoke`: the instance spoke to AWS. `silent`: it did not; `idle`: nor did any flow go out.
    About slots in none of these they tell nothing.
    """

    spoke: int = 0
    silent: int = 0
    idle: int = 0


def hear(piece: Piece, flows: Flows, instance: str) -> Ear:
    """What the flow logs tell about the slots of a piece."""
    return _listen(piece.slots, piece.sighting.day, (piece.first, piece.last), flows, instance)


class Showing(Enum):
    """Whether flow logs show the calls that an instance makes from home."""

    SHOWN = 1
    UNPROVED = 2  # too few to compare: only a time without any flow counts as silence
    HIDDEN = 3  # they do not: nothing counts as silence


def showing(pieces: Iterable[Piece], flows: Flows, instance: str) -> Showing:
    """Whether the flow logs are seen to show the calls that an instance makes from home."""
    days: dict[int, int] = defaultdict(int)
    for piece in pieces:
        days[piece.sighting.day] |= piece.slots
    spoke = silent = 0
    for day, slots in days.items():
        ear = _listen(slots, day, (day * DAY, (day + 1) * DAY - 1), flows, instance)
        spoke += ear.spoke.bit_count()
        silent += ear.silent.bit_count()
    if spoke >= max(SHOWN_SLOTS_MIN, silent):
        return Showing.SHOWN
    return Showing.UNPROVED if silent <= UNPROVED_SLOTS_MAX else Showing.HIDDEN


def in_silence(ear: Ear, how: Showing) -> int:
    """The slots, as a bitmap, in which an instance was silent for all that is known."""
    return {Showing.SHOWN: ear.silent, Showing.UNPROVED: ear.idle, Showing.HIDDEN: 0}[how]


def _listen(slots: int, day: int, span: tuple[int, int], flows: Flows, instance: str) -> Ear:
    found = Ear(spoke=slots & flows.spoken_slots(instance, day))
    for slot in set_bits(slots & ~found.spoke):
        start = day * DAY + slot * SLOT
        look = flows.look(instance, max(start, span[0]), min(start + SLOT - 1, span[1]))
        if look.spoke:
            found.spoke |= 1 << slot
        elif look.spoke is False:
            found.silent |= 1 << slot
            found.idle |= look.idle << slot
    return found


def set_apart(
    placed: Sequence[Piece],
    standing: Standings,
    subject: Subject,
    around: Surroundings,
) -> list[Piece]:
    """The pieces of a session; what was called from home in silence is a piece of its own."""
    flows, instance = around.flows, subject.instance
    if flows is None or around.inventory.has(instance, "kubernetes-node"):
        return list(placed)
    own = [piece for piece in placed if _is_own(piece, standing)]
    ears = [(piece, hear(piece, flows, instance)) for piece in own if _may_be_anothers(piece)]
    if not any(ear.silent for _, ear in ears):
        return list(placed)
    how = showing((piece for piece in own if piece.is_home), flows, instance)
    silent: dict[int, int] = defaultdict(int)
    for run in _runs(ears, how):
        if _is_telling(run):
            for piece, slots in run:
                silent[id(piece)] |= slots
    return [part for piece in placed for part in _parts(piece, silent[id(piece)], subject)]


def _is_own(piece: Piece, standing: Standings) -> bool:
    """Whether a piece's key is the instance's own for certain; one made with it has no standing."""
    return standing.get(piece.sighting.key) is KeyStanding.PROVEN


def _may_be_anothers(piece: Piece) -> bool:
    """Whether others can show the same origin: behind the same way out, or hidden by AWS."""
    origin = piece.sighting.origin
    if origin.via is Via.DIRECT:
        return piece.placement.place is Place.OWN_WAY_OUT
    return (origin.address or "").startswith(AWS_INTERNAL) and piece.sighting.apis <= HIDDEN


Run = list[tuple[Piece, int]]  # pieces of one key and day, and the slots of each


def _runs(ears: Sequence[tuple[Piece, Ear]], how: Showing) -> Iterator[Run]:
    """Stretches of a day in which a key was used in silence, and never otherwise."""
    groups: dict[tuple[str | None, int, Via], Run] = defaultdict(list)
    used: dict[tuple[str | None, int, Via], int] = defaultdict(int)
    for piece, ear in ears:
        group = (piece.sighting.key, piece.sighting.day, piece.sighting.origin.via)
        groups[group].append((piece, in_silence(ear, how)))
        used[group] |= piece.slots
    for group, members in groups.items():
        silent = used[group]
        for piece, slots in members:
            silent &= ~(piece.slots & ~slots)
        for stretch in _stretches(used[group], silent):
            yield [(piece, bits) for piece, slots in members if (bits := slots & stretch)]


def _stretches(used: int, silent: int) -> Iterator[int]:
    """The silent among the used slots, in stretches that no other used slot interrupts."""
    stretch = 0
    for slot in set_bits(used):
        if silent >> slot & 1:
            stretch |= 1 << slot
        elif stretch:
            yield stretch
            stretch = 0
    if stretch:
        yield stretch


def _is_telling(run: Run) -> bool:
    """Whether the calls of a run are too many for a record lost, and not only sent for a login."""
    if sum(calls_at_least(piece, slots) for piece, slots in run) < CALLS_MIN:
        return False
    if not any(LOGIN in piece.sighting.apis for piece, _ in run):
        return True
    return any(call.api != LOGIN for piece, slots in run for call in _part(piece, slots).calls)


def calls_at_least(piece: Piece, slots: int) -> int:
    """How many different calls were made in some slots: each has one, where the rest is a guess."""
    exact = piece.sighting.calls.whole
    return count(piece.sighting.calls, slots) if exact else slots.bit_count()


def _parts(piece: Piece, silent: int, subject: Subject) -> Iterator[Piece]:
    if not silent:
        yield piece
        return
    if rest := piece.slots & ~silent:
        yield _part(piece, rest)
    yield _part(piece, silent, _placement(piece, subject))


def _part(piece: Piece, slots: int, placement: Placement | None = None) -> Piece:
    return Piece(piece.principal_id, piece.sighting, slots, placement or piece.placement)


def _placement(piece: Piece, subject: Subject) -> Placement:
    if piece.placement.place is Place.AWS_SERVICE:
        why = (
            f"{piece.sighting.origin.address} stands for an address that AWS does not tell; images "
            "are pulled and pushed by the instance itself, and it was silent"
        )
        return Placement(Place.UNHEARD, why, AWS_INTERNAL, subject.account)
    why = f"{piece.placement.reason}; other machines share it, and the instance was silent"
    return Placement(Place.UNHEARD, why, "its own way out", subject.account)
