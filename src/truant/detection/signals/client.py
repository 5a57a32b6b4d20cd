"""A client that the instance never had: another program or another operating system.

User agents are written by the caller, so this only corroborates.
"""

import re
from collections.abc import Iterable, Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

# By hand.
WEIGHT_PROGRAM = 1.0
WEIGHT_SYSTEM = 1.5
WEIGHT_ATTACK_SYSTEM = 2.0
_SYSTEMS = (
    ("Kali Linux", re.compile(r"kali", re.IGNORECASE)),
    ("Parrot Linux", re.compile(r"parrot", re.IGNORECASE)),
    ("Pentoo Linux", re.compile(r"pentoo", re.IGNORECASE)),
    ("macOS", re.compile(r"darwin|macos|mac os", re.IGNORECASE)),
    ("Windows", re.compile(r"windows|win32|win64", re.IGNORECASE)),
    ("Linux", re.compile(r"linux|amzn", re.IGNORECASE)),
)
_ATTACK_SYSTEMS = frozenset({"Kali Linux", "Parrot Linux", "Pentoo Linux"})
_PROGRAM = re.compile(r"\[?\s*([A-Za-z][\w.+-]*)")


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh the stray calls' clients against those of the instance's own calls."""
    agents = _agents(party, stray=True)
    own = _agents(party, stray=False)
    yield from _systems(agents, own)
    programs, own_programs = set(map(program, agents)), set(map(program, own))
    if own_programs and not programs & own_programs:
        yield Evidence(
            "client",
            WEIGHT_PROGRAM,
            f"Client {_quoted(agents)}; the instance's own are {_quoted(own)}.",
        )


def _agents(party: Party, *, stray: bool) -> list[str]:
    pieces = party.strays if stray else party.home
    return sorted({agent for piece in pieces for agent in piece.sighting.agents})


def _systems(agents: list[str], own: list[str]) -> Iterator[Evidence]:
    systems = {found for agent in agents if (found := system(agent))}
    own_systems = {found for agent in own if (found := system(agent))}
    attack = systems & _ATTACK_SYSTEMS - own_systems
    if attack:
        sentence = f"A client on {' and '.join(sorted(attack))}, made for penetration tests."
        yield Evidence("client", WEIGHT_ATTACK_SYSTEM, sentence)
    elif own_systems and systems and not systems & own_systems:
        sentence = (
            f"A client on {' and '.join(sorted(systems))}; the instance's own run on "
            f"{' and '.join(sorted(own_systems))}."
        )
        yield Evidence("client", WEIGHT_SYSTEM, sentence)
    elif not own_systems and systems == {"macOS"}:
        yield Evidence("client", WEIGHT_PROGRAM, "A client on macOS, which few instances run.")


def system(agent: str) -> str | None:
    """The operating system that a user agent names, or None."""
    return next((name for name, pattern in _SYSTEMS if pattern.search(agent)), None)


def program(agent: str) -> str:
    """The program that a user agent names first, in lower case: `aws-cli`, `boto3`."""
    found = _PROGRAM.match(agent)
    return found[1].lower() if found else agent[:32].lower()


def _quoted(agents: Iterable[str]) -> str:
    return ", ".join(f"“{agent[:60]}”" for agent in list(agents)[:3])
