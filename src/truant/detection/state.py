"""State: what has been folded so far, and merge, the join that adds to it.

Merge is commutative, associative and idempotent, so that order, repetition, lateness and the cut
into files change nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from msgspec import Struct, field

from truant.detection.baseline import Baseline
from truant.detection.flow_fold import Scope
from truant.detection.flows import scope_of
from truant.detection.fold import Fold
from truant.detection.inventory import Inventory
from truant.detection.judge import Bench, judge
from truant.detection.minted import Minted
from truant.detection.party import Neighbours
from truant.detection.place import Surroundings
from truant.detection.sessions import Sessions
from truant.detection.standing import index_mints
from truant.model.fact import Fact
from truant.model.finding import Verdict
from truant.model.habit import habits
from truant.model.network import Origin, Via, is_private
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

NEIGHBOURS_MAX = 8


class State(Struct):
    """Sessions by principal, facts and mints. `seen` counts records by what became of them."""

    sessions: Sessions = field(default_factory=Sessions)
    facts: set[Fact] = field(default_factory=set)
    mints: Minted = field(default_factory=Minted)
    seen: dict[str, int] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)
    latest: int = 0

    def make_compact(self) -> None:
        """Bring sessions and mints into the form that takes least memory."""
        self.sessions.make_compact()
        self.mints.make_compact()


def merge(state: State, more: Fold | State) -> None:
    """Add a file's fold, or another state, to the state.

    The counts of records are sums, and no part of the join: they count readings.
    """
    for session in more.sessions.values():
        state.sessions.join(session)
    state.facts |= more.facts
    state.mints.update(more.mints)
    state.accounts |= more.accounts
    for outcome, number in more.seen.items():
        state.seen[outcome] = state.seen.get(outcome, 0) + number
    state.latest = max(state.latest, more.latest)


def bench_of(state: State, around: Surroundings) -> Bench:
    """What judging these sessions needs beside each of them."""
    made_with_keys = {m.key for m in state.mints if m.parent_key or m.parent_principal}
    by_key: dict[str, list[tuple[RoleSession, Sighting]]] = defaultdict(list)
    neighbours: dict[str, set[str]] = defaultdict(set)
    owners: dict[str, str] = {}
    # One pass: of a million sessions each is opened here once, and once to be judged.
    for session in state.sessions.values():
        instance = session.instance
        for sighting in session.sightings:
            if sighting.key in made_with_keys:
                by_key[sighting.key or ""].append((session, sighting))
            if instance is not None and (where := shared_place(sighting.origin)) is not None:
                neighbours[where].add(instance)
                if len(neighbours[where]) > 8 * NEIGHBOURS_MAX:  # behind one gateway: thousands
                    neighbours[where] = set(few_instances(neighbours[where]))
            endpoint, owner = sighting.origin.endpoint, sighting.origin.endpoint_account
            if endpoint and owner:
                owners[endpoint] = min(owner, owners.get(endpoint, owner))
    told = (habit for session in state.sessions.values() for habit in habits(session))
    return Bench(
        around,
        index_mints(state.mints),
        dict(by_key),
        Neighbours({where: few_instances(some) for where, some in neighbours.items()}),
        owners,
        Baseline(told, around.inventory.vpc_of),
    )


def shared_place(origin: Origin) -> str | None:
    """What neighbours share: an endpoint, or a public address that the caller itself spoke from."""
    if origin.via is not Via.DIRECT or origin.address is None:
        return None
    return origin.endpoint or (None if is_private(origin.address) else origin.address)


def few_instances(instances: Iterable[str]) -> frozenset[str]:
    """As many instances of a place as are kept: the first in the alphabet, which is a join."""
    return frozenset(sorted(set(instances))[:NEIGHBOURS_MAX])


def judge_all(state: State, around: Surroundings) -> Iterator[Verdict]:
    """Every verdict on every session, in a fixed order."""
    bench = bench_of(state, around)
    for principal in sorted(state.sessions):
        yield from judge(state.sessions[principal], bench)


def flow_scope(state: State, inventory: Inventory) -> Scope:
    """Which flow logs to listen to: those of the instances and days in the trail."""
    sessions = [session for session in state.sessions.values() if session.instance]
    days = [sighting.day for session in sessions for sighting in session.sightings]
    instances = {session.instance or "" for session in sessions}
    return scope_of(instances, inventory, min(days, default=0), max(days, default=0))
