"""Tests of `judging`: the service finds what a scan finds, in any order, through any crash."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

import msgspec
import pytest
from sqlalchemy import event, select

from tests.worlds import NOW, Made, filled, judge_of, prepare, take_in, world
from truant.connectors.store import (
    accounting,
    address_sets,
    detectors,
    dirty,
    findings,
    history,
    members,
    outbox,
)
from truant.connectors.store.address_sets import AddressSet, Kind, Status
from truant.connectors.store.batch import Batch, commit
from truant.connectors.store.database import Store
from truant.connectors.store.findings import Because, Finding
from truant.connectors.store.history import Change
from truant.connectors.store.intake import AlreadyTaken
from truant.connectors.store.schema import findings as table
from truant.detection.criteria import values_at
from truant.runners.judging import Judge

SCENARIOS = ("demo", "E8", "E14", "T12", "T13")


def rows(store: Store) -> dict[str, Finding]:
    with store.write() as conn:
        return findings.of_principals(conn, set(conn.scalars(select(table.c.principal))))


def bodies(store: Store) -> dict[str, object]:
    return {
        row.id: msgspec.json.decode(row.body) for row in rows(store).values() if not row.archived
    }


def scanned(made: Made) -> dict[str, object]:
    return {str(one["id"]): msgspec.json.decode(msgspec.json.encode(one)) for one in made.findings}


def test_finds_what_a_scan_finds(store: Store) -> None:
    made = world(*SCENARIOS)
    done = filled(store, made)
    assert bodies(store) == scanned(made)
    assert len(done.changes[Change.CREATED]) == len(made.findings) > 4


@pytest.mark.parametrize("seed", range(3))
def test_order_repetition_and_rounds_in_between_change_nothing(lite: Store, seed: int) -> None:
    made, chance = world(*SCENARIOS), random.Random(seed)
    parts = list(made.parts)
    chance.shuffle(parts)
    judge = judge_of(lite, made)
    told_inventory = chance.randrange(len(parts))
    for number, (name, state) in enumerate(parts):
        if number == told_inventory:
            prepare(lite, made)
        commit(lite, Batch("trail", NOW, state, (name,)))
        if chance.random() < 0.1:  # the same file under another name
            commit(lite, Batch("trail", NOW, state, (f"again-{name}",)))
        if chance.random() < 0.15:
            judge.drain(NOW)
    judge.drain(NOW)
    assert bodies(lite) == scanned(made)


class Crash(Exception):
    """The process dies here."""


@contextmanager
def dying_at(store: Store, statement: int) -> Iterator[None]:
    """Die just before the n-th statement that the database is given."""
    numbers = count(1)

    def before(*_: object) -> None:
        if next(numbers) == statement:
            raise Crash

    event.listen(store.engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(store.engine, "before_cursor_execute", before)


def survives(store: Store, statement: int, made: Made, judge: Judge) -> bool:
    """Take everything in while dying at some statement; whether it came through."""
    try:
        with dying_at(store, statement):
            for name, state in made.parts:
                try:
                    commit(store, Batch("trail", NOW, state, (name,)))
                except AlreadyTaken:
                    continue
            judge.drain(NOW)
    except Crash:
        return False
    return True


def test_a_crash_anywhere_loses_nothing_and_doubles_nothing(lite: Store) -> None:
    made = world("demo")
    parts = made.parts[:: max(1, len(made.parts) // 12)]
    few = Made(parts, made.snapshots, made.trust, made.ranges, made.findings)
    seen: dict[str, int] = {}
    for _, state in parts:
        for outcome, number in state.seen.items():
            seen[outcome] = seen.get(outcome, 0) + number
    prepare(lite, few)
    step = 1
    while not survives(lite, step, few, judge_of(lite, few, ("page",))):
        step += 7
    with lite.read() as conn:
        assert accounting.counts(conn, accounting.RECORDS) == seen
        assert dirty.count(conn) == 0
        for row in rows(lite).values():
            changes = [one.change for one in history.of(conn, row.id)]
            assert changes[0] is Change.CREATED
            assert changes.count(Change.CREATED) == 1
        assert outbox.waiting(conn).get("page", 0) == len(rows(lite))


def changes_of(store: Store, finding_id: str) -> list[Change]:
    with store.read() as conn:
        return [entry.change for entry in history.of(conn, finding_id)]


def test_an_update_keeps_id_and_creation_and_writes_history(store: Store) -> None:
    made = world("E15")
    prepare(store, made)
    half = len(made.parts) // 2
    judge = judge_of(store, made, ("page",))
    take_in(store, made.parts[:half])
    judge.drain(NOW)
    (before,) = rows(store).values()
    take_in(store, made.parts[half:])
    judge.drain(NOW + 5_000)
    (after,) = rows(store).values()
    assert after.id == before.id
    assert (after.created_at, after.updated_at) == (NOW, NOW + 5_000)
    assert after.count > before.count
    assert after.last_seen >= before.last_seen
    assert changes_of(store, after.id) == [Change.CREATED, Change.UPDATED]
    with store.write() as conn:
        told = outbox.claim(conn, NOW + 10**9, NOW + 10**9, 10)
    newest = [msgspec.json.decode(one.body)["service"]["count"] for one in told]
    assert newest == [after.count], "one that still waits is told once, in its newest form"


def test_a_finding_that_the_inventory_explains_is_withdrawn_in_the_open(store: Store) -> None:
    made = world("E4-unmonitored")
    judge = judge_of(store, made, ("page",))
    with store.write() as conn:
        members.configure(conn, made.trust.administrator, made.trust.members, NOW)
    take_in(store, made.parts)
    judge.drain(NOW)
    (wrong,) = rows(store)
    prepare(store, made)
    done = judge.drain(NOW + 1_000)
    (right,) = done.changes[Change.CREATED]
    assert done.changes[Change.WITHDRAWN] == [wrong]
    row = rows(store)[wrong]
    assert (row.archived, row.archived_because) == (True, Because.WITHDRAWN)
    with store.read() as conn:
        assert f"is now told by finding {right}" in history.of(conn, wrong)[-1].reason


def trust_addresses(store: Store, made: Made, address: str) -> None:
    with store.write() as conn:
        chief = made.trust.administrator or ""
        detector = detectors.ensure(conn, chief, "eu-west-1", NOW)
        one = AddressSet(
            "list-1",
            detector.id,
            Kind.TRUSTED_IP,
            "office",
            "TXT",
            "x",
            Status.ACTIVATING,
            NOW,
            NOW,
        )
        address_sets.keep(conn, one)
        assert address_sets.settle(conn, one, NOW, content=address.encode(), error=None)


def test_a_finding_from_a_trusted_address_is_withdrawn_and_can_come_back(store: Store) -> None:
    made = world("E15")
    filled(store, made)
    (row,) = rows(store).values()
    address = values_at(row.document(), "service.additionalInfo.origins.address")
    trust_addresses(store, made, "\n".join(map(str, address)))
    judge = judge_of(store, made)
    assert judge.drain(NOW).changes == {Change.WITHDRAWN: [row.id]}
    with store.read() as conn:
        assert "trusted list office, line" in history.of(conn, row.id)[-1].reason
    with store.write() as conn:
        address_sets.remove(conn, "list-1")
    assert judge.drain(NOW).changes == {Change.RESTORED: [row.id]}
    assert not rows(store)[row.id].archived


def test_a_second_round_changes_nothing(store: Store) -> None:
    made = world("demo")
    filled(store, made)
    before = rows(store)
    with store.write() as conn:
        dirty.mark_all(conn, NOW)
    done = judge_of(store, made).drain(NOW + 9_000)
    assert done.judged > 0
    assert done.changes == {}
    assert rows(store) == before
