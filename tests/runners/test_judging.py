"""Tests of `judging`: the service finds what a scan finds, in any order, through any crash."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, event, select

from tests.databases import Postgres
from tests.worlds import NOW, Made, filled, judge_of, prepare, take_in, world
from truant.connectors.store import (
    accounting,
    address_sets,
    detectors,
    dirty,
    filters,
    findings,
    history,
    members,
    outbox,
)
from truant.connectors.store.address_sets import AddressSet, Kind, Status
from truant.connectors.store.batch import Batch, commit
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.filters import Filter
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


def waiting(conn: Connection) -> dict[str, int]:
    return {name: one.notices for name, one in outbox.waiting(conn).items()}


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


@pytest.mark.parametrize("name", [*SCENARIOS, "E9", "E1-unnamed", "T26", "T-shared-subnet"])
def test_one_at_a_time_is_judged_as_all_together(lite: Store, name: str) -> None:
    made = world(name)
    prepare(lite, made)
    take_in(lite, made.parts)
    judge_of(lite, made).drain(NOW, most=1)
    assert bodies(lite) == scanned(made)


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
        assert waiting(conn).get("page", 0) == len(rows(lite))


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
        told = outbox.claim(conn, "page", NOW + 10**9, NOW + 10**9, 10)
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
    service = row.document()["service"]
    assert isinstance(service, dict)
    with store.read() as conn:
        reason = history.of(conn, wrong)[-1].reason
    assert service["additionalInfo"]["archivedBecause"].endswith(f": {reason}")
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


def test_workers_that_judge_together_double_nothing(postgres: Postgres, tmp_path: Path) -> None:
    made = world(*SCENARIOS)
    stores = [open_store(postgres.fresh(), tmp_path / "key")]
    stores += [open_store(stores[0].engine.url.render_as_string(hide_password=False)) for _ in "ab"]
    prepare(stores[0], made)
    failures: list[Exception] = []

    def work(number: int) -> None:
        try:
            judge = judge_of(stores[number], made, ("page",))
            for name, state in made.parts[number :: len(stores)]:
                commit(stores[number], Batch("trail", NOW, state, (name,)))
                judge.round(NOW, most=20)
            while judge.round(NOW, most=20).judged:
                pass
        except Exception as error:  # noqa: BLE001 shown below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)
    assert failures == []
    judge_of(stores[0], made, ("page",)).drain(NOW)
    assert bodies(stores[0]) == scanned(made)
    for row in rows(stores[0]).values():
        assert changes_of(stores[0], row.id).count(Change.CREATED) == 1
    for store in stores:
        store.close()


def rule(detector: str, name: str, rank: int, **criterion: object) -> Filter:
    return Filter(detector, name, filters.ARCHIVE, rank, "", {"criterion": criterion}, NOW, NOW)


def test_a_suppression_rule_archives_at_creation_in_order_of_rank(store: Store) -> None:
    made = world("demo")
    prepare(store, made)
    with store.write() as conn:
        chief = detectors.ensure(conn, made.trust.administrator or "", "eu-west-1", NOW)
        filters.keep(conn, rule(chief.id, "second", 1, severity={"gte": 1}))
        filters.keep(conn, rule(chief.id, "first", 1, severity={"gte": 6}))
        noop = Filter(chief.id, "noop", filters.NOOP, 1, "", {"criterion": {}}, NOW, NOW)
        filters.keep(conn, noop)
    take_in(store, made.parts)
    done = judge_of(store, made, ("page",)).drain(NOW)
    assert set(done.changes) == {Change.SUPPRESSED}
    for row in rows(store).values():
        assert (row.archived, row.archived_because) == (True, Because.SUPPRESSED)
        assert row.suppressed_by == ("filter first" if row.severity > 6 else "filter second")
        info = row.document()["service"]["additionalInfo"]  # type: ignore[index]
        why = f"a rule suppresses it: {row.suppressed_by}"
        assert info["archivedBecause"] == why
        assert msgspec.json.decode(info["value"])["archivedBecause"] == why
    with store.read() as conn:
        assert waiting(conn) == {}, "what is suppressed is not sent"


def test_news_of_a_suppressed_finding_is_told_when_no_rule_fits_any_more(store: Store) -> None:
    made = world("E15")
    prepare(store, made)
    with store.write() as conn:
        region = str(made.findings[0]["region"])
        chief = detectors.ensure(conn, made.trust.administrator or "", region, NOW)
        filters.keep(conn, rule(chief.id, "all", 1, severity={"gte": 1}))
    judge = judge_of(store, made, ("page",))
    take_in(store, made.parts[:8])
    judge.drain(NOW)
    take_in(store, made.parts[8:16])
    judge.drain(NOW)
    (row,) = rows(store).values()
    assert changes_of(store, row.id) == [Change.SUPPRESSED, Change.UPDATED]
    with store.write() as conn:
        filters.remove(conn, chief.id, "all")
    take_in(store, made.parts[16:])
    judge.drain(NOW)
    assert changes_of(store, row.id)[-1] is Change.RESTORED
    assert not rows(store)[row.id].archived
    with store.read() as conn:
        assert waiting(conn) == {"page": 1}


def test_a_user_who_archived_is_not_overruled_but_told(store: Store) -> None:
    made = world("E15")
    prepare(store, made)
    judge = judge_of(store, made, ("page",))
    take_in(store, made.parts[:12])
    judge.drain(NOW)
    (row,) = rows(store).values()
    with store.write() as conn:
        row.archived, row.archived_because = True, Because.USER
        findings.keep(conn, [row])
        outbox.done(conn, outbox.claim(conn, "page", NOW, NOW + 1, 10), NOW)
    take_in(store, made.parts[12:])
    judge.drain(NOW)
    assert rows(store)[row.id].archived
    with store.read() as conn:
        assert waiting(conn) == {"page": 1}


@pytest.mark.parametrize("status", [detectors.Status.DISABLED, detectors.Status.DELETED])
def test_while_a_detector_is_off_findings_are_kept_archived(
    store: Store, status: detectors.Status
) -> None:
    made = world("E15")
    prepare(store, made)
    account = str(made.findings[0]["accountId"])
    region = str(made.findings[0]["region"])
    with store.write() as conn:
        own = detectors.ensure(conn, account, region, NOW)
        own.status = status
        detectors.keep(conn, own)
    take_in(store, made.parts)
    judge = judge_of(store, made, ("page",))
    judge.drain(NOW)
    (row,) = rows(store).values()
    assert row.archived_because is Because.DETECTOR
    assert row.suppressed_by == f"detector {own.id} is {status.value.lower()}"
    with store.write() as conn:
        own.status = detectors.Status.ENABLED
        detectors.keep(conn, own)
        dirty.mark_all(conn, NOW)
    assert judge.drain(NOW).changes == {Change.RESTORED: [row.id]}
    with store.read() as conn:
        assert waiting(conn) == {"page": 1}


def test_updates_are_told_as_often_as_the_detector_says(store: Store) -> None:
    made = world("E15")
    prepare(store, made)
    judge = judge_of(store, made, ("page",))
    take_in(store, made.parts[:12])
    judge.drain(NOW)
    with store.write() as conn:
        outbox.done(conn, outbox.claim(conn, "page", NOW, NOW + 1, 10), NOW)
    take_in(store, made.parts[12:])
    judge.drain(NOW)
    hour = 3_600_000
    with store.write() as conn:
        assert outbox.claim(conn, "page", NOW + 6 * hour - 1, NOW + 7 * hour, 10) == []
        (update,) = outbox.claim(conn, "page", NOW + 6 * hour, NOW + 7 * hour, 10)
    assert update.change == Change.UPDATED
