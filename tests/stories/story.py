"""What a story is: a world, and what Truant must say of it, with its inventory and without."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from random import Random

from tests.stories.instances import Machine
from tests.stories.world import World

_EXFILTRATION = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration."
OUTSIDE, INSIDE, OTHER = (
    _EXFILTRATION + kind for kind in ("OutsideAWS", "InsideAWS", "OtherInstance")
)
IMPOSTOR = "Stealth:IAMUser/InstanceSessionImpostor"
MEDIUM = 4.0  # a severity from here on may wake somebody


class Match(Enum):
    """How closely what came out must fit what was expected."""

    EXACT = "these findings and no others"
    FOUND = "a finding about each of these sessions, and nothing of medium severity about others"
    LOOSE = "nothing of medium severity about sessions other than these"
    QUIET = "nothing of medium severity"


@dataclass(frozen=True)
class Found:
    """A finding that must come out. `account` is "" for an unknown owner, None for either."""

    who: str
    kind: str
    severity: float
    least: int
    most: int
    account: str | None = None
    affiliated: bool = False
    mentions: tuple[str, ...] = ()  # what must stand in the finding's text
    text: str = field(default="", repr=False)  # what came out, whole

    def that_mentions(self, *texts: str) -> "Found":
        """The same, and these texts stand in it: addresses, made keys and users."""
        return replace(self, mentions=texts)


def outside(machine: Machine, calls: int, most: int = 0) -> Found:
    """Used from outside AWS."""
    return Found(machine.session.principal, OUTSIDE, 8.0, calls, most or calls)


def inside(
    machine: Machine, calls: int, account: str | None = "", *, affiliated: bool = False
) -> Found:
    """Used from another account, or from AWS with the owner unknown."""
    severity = 5.0 if affiliated else 8.0
    return Found(machine.session.principal, INSIDE, severity, calls, calls, account, affiliated)


def other(machine: Machine, calls: int, most: int = 0) -> Found:
    """Used from another instance or network of the same account."""
    return Found(machine.session.principal, OTHER, 5.0, calls, most or calls)


def impostor(who: str, calls: int, most: int = 0) -> Found:
    """A session that only names itself like an instance's."""
    return Found(who, IMPOSTOR, 2.0, calls, most or calls)


Build = Callable[[World], Sequence[Found]]


@dataclass(frozen=True)
class Story:
    """A named world. `full` holds with inventory, `alone` with nothing but the log."""

    name: str
    build: Build
    full: Match
    alone: Match
    minors: tuple[int, ...]

    def told(self) -> tuple[World, Sequence[Found]]:
        """The world, always the same, and what is expected."""
        rng = Random(self.name)
        world = World(rng, rng.choice(self.minors))
        return world, self.build(world)


STORIES: dict[str, Story] = {}


def legitimate(
    name: str, full: Match = Match.EXACT, minors: tuple[int, ...] = (8, 9, 10, 11)
) -> Callable[[Build], Build]:
    """A story without a theft: silent, and without inventory at least quiet."""
    return _told(name, full, Match.QUIET, minors)


def theft(
    name: str,
    alone: Match = Match.EXACT,
    full: Match = Match.EXACT,
    minors: tuple[int, ...] = (8, 9, 10, 11),
) -> Callable[[Build], Build]:
    """A story with something to find; `alone` says how well the log alone shows it."""
    return _told(name, full, alone, minors)


def _told(
    name: str, full: Match, alone: Match, minors: tuple[int, ...]
) -> Callable[[Build], Build]:
    def keep(build: Build) -> Build:
        assert name not in STORIES
        STORIES[name] = Story(name, build, full, alone, minors)
        return build

    return keep


def differences(match: Match, expected: Sequence[Found], told: Sequence[Found]) -> list[str]:
    """What is wrong with what came out, as sentences; empty when it fits."""
    if match is Match.EXACT:
        return _exact(expected, list(told))
    known = {one.who for one in expected} if match is not Match.QUIET else set()
    wrong = [f"false: {one}" for one in told if one.severity >= MEDIUM and one.who not in known]
    if match is Match.FOUND:
        seen = {one.who for one in told}
        wrong += [f"missed: {one}" for one in expected if one.who not in seen]
    return wrong


def _exact(expected: Sequence[Found], left: list[Found]) -> list[str]:
    wrong = []
    for one in expected:
        fitting = next((got for got in left if _fits(one, got)), None)
        if fitting is None:
            wrong.append(f"missed: {one}")
        else:
            left.remove(fitting)
    return wrong + [f"false: {one}" for one in left]


def _fits(wanted: Found, got: Found) -> bool:
    same = (wanted.who, wanted.kind, wanted.severity, wanted.affiliated) == (
        got.who, got.kind, got.severity, got.affiliated,
    )  # fmt: skip
    owner = wanted.account is None or wanted.account == got.account
    same = same and all(text in got.text for text in wanted.mentions)
    return same and owner and wanted.least <= got.least <= wanted.most
