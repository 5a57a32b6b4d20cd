"""Tests of `world`: what is loaded for one principal is enough for every verdict on it."""

import pytest

from tests.worlds import NOW, Made, prepare, take_in, world
from truant.connectors.store import dirty, members
from truant.connectors.store.columns import key
from truant.connectors.store.database import Store
from truant.connectors.store.members import configure
from truant.detection.inventory import Inventory
from truant.detection.judge import Bench, judge
from truant.detection.place import Surroundings
from truant.detection.state import State, bench_of, merge
from truant.model.finding import Verdict
from truant.runners.world import World, docket


def whole(made: Made, *, with_inventory: bool) -> tuple[Bench, dict[str, list[Verdict]]]:
    """Everything at hand, and every verdict judged with it, the quiet ones too."""
    state = State()
    for _, part in made.parts:
        merge(state, part)
    facts = {fact for one in made.snapshots for fact in one.facts} if with_inventory else set()
    inventory = Inventory(state.facts | facts)
    bench = bench_of(state, Surroundings(inventory, made.trust, made.ranges, state.accounts))
    return bench, {name: judge(one, bench) for name, one in state.sessions.items()}


@pytest.mark.parametrize("with_inventory", [True, False])
@pytest.mark.parametrize("names", ["demo", "E8", "E1", "T5", "fleet:6"])
def test_one_principal_is_judged_as_with_everything_at_hand(
    lite: Store, names: str, with_inventory: bool
) -> None:
    made = world(*names.split(","))
    if with_inventory:
        prepare(lite, made)
    else:
        with lite.write() as conn:
            configure(conn, made.trust.administrator, made.trust.members, NOW)
    take_in(lite, made.parts)
    bench, expected = whole(made, with_inventory=with_inventory)
    surroundings = World(made.ranges, made.trust)
    with lite.read() as conn:
        for name, verdicts in expected.items():
            some = docket(conn, [key(name)], surroundings)
            (kept,) = some.sessions.values()
            assert judge(kept.session, some.bench) == verdicts
            seen = {one.origin.endpoint for one in kept.session.sightings}
            owners = bench.endpoint_owners.items()
            assert some.bench.endpoint_owners == {e: a for e, a in owners if e in seen}


def test_the_world_is_compiled_again_only_when_it_changed(lite: Store) -> None:
    made = world("demo")
    prepare(lite, made)
    take_in(lite, made.parts)
    surroundings = World(made.ranges, made.trust)
    with lite.read() as conn:
        first = surroundings.around(conn)
        assert surroundings.around(conn) is first
    with lite.write() as conn:
        dirty.mark_all(conn, NOW)
    with lite.read() as conn:
        assert surroundings.around(conn) is first
    with lite.write() as conn:
        members.appoint(conn, "999999999999")
    with lite.read() as conn:
        assert surroundings.around(conn).trust.administrator == "999999999999"
