"""A client that the instance never had: another program or another operating system.

User agents are written by the caller, so this only corroborates.
"""

from collections.abc import Iterable, Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.user_agent import program, system

# Fitted: +2.18, +1.50, +2.54. That of a program is held below that of a system, because a caller
# writes both himself, and a program is what changes on an instance anyway.
WEIGHT_PROGRAM = 1.25
WEIGHT_SYSTEM = 1.5
WEIGHT_ATTACK_SYSTEM = 2.5
WEIGHT_MACOS = 1.0  # by hand: nothing of the instance's own is known beside it
_ATTACK_SYSTEMS = frozenset({"Kali Linux", "Parrot Linux", "Pentoo Linux"})


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh the stray calls' clients against those of the instance's own calls at home."""
    agents = sorted({agent for piece in party.strays for agent in piece.sighting.agents})
    own = party.own_work.agents if party.own_work.is_home else []
    yield from _systems(agents, own)
    programs, own_programs = set(map(program, agents)), set(map(program, own))
    # Where the place may be the instance's own, another of its programs may keep to it.
    if own_programs and not programs & own_programs and not party.is_doubtful:
        yield Evidence(
            "client",
            WEIGHT_PROGRAM,
            f"Client {_quoted(agents)}; the instance's own are {_quoted(own)}.",
        )


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
        yield Evidence("client", WEIGHT_MACOS, "A client on macOS, which few instances run.")


def _quoted(agents: Iterable[str]) -> str:
    return ", ".join(f"“{agent[:60]}”" for agent in list(agents)[:3])
