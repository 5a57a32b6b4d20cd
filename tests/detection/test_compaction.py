"""Tests of `compaction`: what is judged from the horizon on stays as it was, with fewer facts."""

import pytest

from tests.connectors.store.test_expiry import later
from tests.worlds import Made, world
from truant.detection.compaction import ENDED_DAYS, compacted
from truant.detection.inventory import Inventory
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all, merge
from truant.model.event_time import DAY
from truant.model.fact import Fact, Mode
from truant.model.finding import Verdict

NAMES = (
    "demo T2 T3 T4 T12 T13 T14 T15 T17 T29 E1-affiliated E3 E4 E16-built-today E19 E20 E21-peered"
)
SCENARIOS = tuple(NAMES.split(" "))


def told(made: Made) -> set[Fact]:
    """Everything that trail and inventory tell of the network."""
    state = State()
    for _, part in made.parts:
        merge(state, part)
    return state.facts | {fact for one in made.snapshots for fact in one.facts}


def verdicts(state: State, facts: set[Fact], made: Made) -> list[Verdict]:
    around = Surroundings(Inventory(facts), made.trust, made.ranges, state.accounts)
    return list(judge_all(state, around))


@pytest.mark.parametrize("with_inventory", [True, False])
@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_judged_later_stays_as_it_was(name: str, with_inventory: bool) -> None:
    made = world(name)
    state = later(made, 3)
    facts = told(made)
    if not with_inventory:
        facts -= {fact for one in made.snapshots for fact in one.facts}
    horizon = min(s.day for one in state.sessions.values() for s in one.sightings) * DAY
    added, dropped = compacted(facts, horizon)
    assert verdicts(state, (facts | added) - dropped, made) == verdicts(state, facts, made)


def test_what_ended_long_ago_is_gone_whole() -> None:
    made = world("T14")
    facts = told(made)
    newest = max(fact.time for fact in facts if fact.time < 4_000_000_000)
    added, dropped = compacted(facts, newest + (ENDED_DAYS + 1) * DAY)
    kept = (facts | added) - dropped
    ended = {fact.entity for fact in facts if fact.attribute == "ended"}
    assert ended
    assert not ended & {fact.entity for fact in kept}
    assert len(kept) < len(facts) / 2


def test_compacting_twice_changes_nothing_more() -> None:
    made = world("T13")
    facts = told(made)
    horizon = max(fact.time for fact in facts if fact.time < 4_000_000_000) + DAY
    added, dropped = compacted(facts, horizon)
    kept = (facts | added) - dropped
    again, more = compacted(kept, horizon)
    assert (again - kept, more) == (set(), set())


def test_what_a_list_no_longer_names_stays_gone_when_the_list_is_dropped() -> None:
    place = "111111111111/eu-west-1"
    launch = Fact("i-1", "instance-type", 100, Mode.IS, ("t3.micro",), "an event")
    lists = [
        Fact(place, "instances", time, Mode.IS, names, "describe-instances")
        for time, names in ((200, ("i-1",)), (300, ()))
    ]
    facts = {launch, *lists}
    assert Inventory(facts).ended("i-1") == 300
    added, dropped = compacted(facts, 1_000)
    kept = (facts | added) - dropped
    assert lists[0] not in kept
    assert Inventory(kept).ended("i-1") == 300
