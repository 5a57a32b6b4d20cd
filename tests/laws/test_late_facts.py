"""Law 1 where facts arrive after the calls that they explain, as the service judges.

A finding that a late fact explains is withdrawn, with the reason; one that a late fact proves is
raised; and what stands then is what a scan of everything finds.
"""

from msgspec.structs import replace
from sqlalchemy import select

from tests.worlds import NOW, Made, judge_of, prepare, take_in, world
from truant.connectors.store import findings, history, members
from truant.connectors.store.database import Store
from truant.connectors.store.findings import Because, Finding
from truant.connectors.store.history import Change
from truant.connectors.store.schema import findings as table
from truant.detection.criteria import values_at
from truant.detection.state import State
from truant.model.fact import Fact


def rows(store: Store) -> dict[str, Finding]:
    with store.write() as conn:
        return findings.of_principals(conn, set(conn.scalars(select(table.c.principal))))


def told(store: Store) -> set[str]:
    return {row.id for row in rows(store).values() if not row.archived}


def scanned(made: Made) -> set[str]:
    return {str(one["id"]) for one in made.findings}


def without_facts(made: Made) -> tuple[tuple[str, State], ...]:
    """The world's trail, its records of changes of the network left out."""
    return tuple((name, replace(state, facts=set())) for name, state in made.parts)


def facts_alone(made: Made) -> tuple[tuple[str, State], ...]:
    """What was left out, as it is delivered late."""
    facts: set[Fact] = set().union(*(state.facts for _, state in made.parts))
    return (("late", State(facts=facts)),)


def test_a_finding_that_a_late_record_explains_is_withdrawn_with_the_reason(lite: Store) -> None:
    """An address that moved at noon: what the inventory of the evening shows is not all."""
    made = world("T13")
    prepare(lite, made)
    take_in(lite, without_facts(made))
    judge = judge_of(lite, made, ("page",))
    (wrong,) = judge.drain(NOW).changes[Change.CREATED]
    take_in(lite, facts_alone(made))
    assert judge.drain(NOW + 1_000).changes == {Change.WITHDRAWN: [wrong]}
    row = rows(lite)[wrong]
    assert (row.archived, row.archived_because) == (True, Because.WITHDRAWN)
    with lite.read() as conn:
        reason = history.of(conn, wrong)[-1].reason
    addresses = values_at(row.document(), "service.additionalInfo.origins.address")
    assert reason
    assert all(str(address) in reason for address in addresses)
    assert told(lite) == scanned(made) == set()


def test_a_finding_that_a_late_record_proves_is_raised(lite: Store) -> None:
    """The end of the instance: until it is told, its own way out is its home."""
    made = world("E20-same-nat")
    prepare(lite, made)
    take_in(lite, without_facts(made))
    judge = judge_of(lite, made)
    assert judge.drain(NOW).changes == {}
    take_in(lite, facts_alone(made))
    (raised,) = judge.drain(NOW + 1_000).changes[Change.CREATED]
    assert told(lite) == scanned(made) == {raised}


def test_a_finding_that_a_late_inventory_proves_is_raised(lite: Store) -> None:
    made = world("E16")
    with lite.write() as conn:
        members.configure(conn, made.trust.administrator, made.trust.members, NOW)
    take_in(lite, made.parts)
    judge = judge_of(lite, made)
    assert judge.drain(NOW).changes == {}
    prepare(lite, made)
    (raised,) = judge.drain(NOW + 1_000).changes[Change.CREATED]
    assert told(lite) == scanned(made) == {raised}
