"""State: what has been folded so far, and merge, the join that adds to it.

Merge is commutative, associative and idempotent, so that order, repetition, lateness and the cut
into files change nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from truant.detection.baseline import Baseline
from truant.detection.fold import Fold
from truant.detection.judge import Bench, judge
from truant.detection.party import Neighbours
from truant.detection.place import Surroundings
from truant.detection.standing import index_mints
from truant.model.fact import Fact, Mint
from truant.model.finding import Verdict
from truant.model.habit import habits
from truant.model.network import Via, is_private
from truant.model.role_session import RoleSession, join_session
from truant.model.sighting import Sighting

NEIGHBOURS_MAX = 8


class State(Struct):
    """Sessions by principal, facts and mints. `seen` counts records by what became of them."""

    sessions: dict[str, RoleSession] = field(default_factory=dict)
    facts: set[Fact] = field(default_factory=set)
    mints: set[Mint] = field(default_factory=set)
    seen: dict[str, int] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    latest: int = 0


def merge(state: State, more: Fold | State) -> None:
    """Add a file's fold, or another state, to the state.

    The counts of records are sums, and no part of the join: they count readings.
    """
    for principal, session in more.sessions.items():
        known = state.sessions.get(principal)
        state.sessions[principal] = session if known is None else join_session(known, session)
    state.facts |= more.facts
    state.mints |= more.mints
    state.accounts |= more.accounts
    for outcome, number in more.seen.items():
        state.seen[outcome] = state.seen.get(outcome, 0) + number
    state.latest = max(state.latest, more.latest)


def bench_of(state: State, around: Surroundings) -> Bench:
    """What judging these sessions needs beside each of them."""
    by_key: dict[str, list[tuple[RoleSession, Sighting]]] = defaultdict(list)
    wanted = {mint.key for mint in state.mints}
    for session in state.sessions.values():
        for sighting in session.sightings:
            if sighting.key in wanted:
                by_key[sighting.key or ""].append((session, sighting))
    told = (habit for session in state.sessions.values() for habit in habits(session))
    return Bench(
        around,
        index_mints(state.mints),
        dict(by_key),
        _neighbours(state.sessions.values()),
        _endpoint_owners(state.sessions.values()),
        Baseline(told, around.inventory.vpc_of),
    )


def _neighbours(sessions: Iterable[RoleSession]) -> Neighbours:
    found: dict[str, set[str]] = defaultdict(set)
    for session in sessions:
        instance = session.instance
        for sighting in session.sightings if instance else ():
            origin = sighting.origin
            if origin.via is not Via.DIRECT or origin.address is None:
                continue
            if origin.endpoint or not is_private(origin.address):
                found[origin.endpoint or origin.address].add(instance or "")
    return Neighbours(
        {address: frozenset(sorted(some)[:NEIGHBOURS_MAX]) for address, some in found.items()}
    )


def _endpoint_owners(sessions: Iterable[RoleSession]) -> dict[str, str]:
    """Endpoints to the accounts that any record names as their owners."""
    found: dict[str, str] = {}
    for session in sessions:
        for sighting in session.sightings:
            endpoint, owner = sighting.origin.endpoint, sighting.origin.endpoint_account
            if endpoint and owner:
                found[endpoint] = min(owner, found.get(endpoint, owner))
    return found


def judge_all(state: State, around: Surroundings) -> Iterator[Verdict]:
    """Every verdict on every session, in a fixed order."""
    bench = bench_of(state, around)
    for principal in sorted(state.sessions):
        yield from judge(state.sessions[principal], bench)
