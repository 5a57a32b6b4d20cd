"""Tests of `outbox`: all leaves at least once, in its newest form, in order for each finding."""

import pytest

from tests.made_findings import made_finding
from truant.connectors.store import findings, outbox
from truant.connectors.store.database import Store
from truant.connectors.store.outbox import ATTEMPTS_MAX, Claimed, Notice

NOW = 1_000_000


def notice(
    finding_id: str = "f",
    body: str = "{}",
    channel: str = "page",
    due: int = NOW,
    change: str = "created",
) -> Notice:
    return Notice(channel, finding_id, change, body, due)


def claim(store: Store, now: int = NOW, most: int = 10, channel: str = "page") -> list[Claimed]:
    with store.write() as conn:
        return outbox.claim(conn, channel, now, now + 1_000, most)


def put(store: Store, *notices: Notice, at: int = NOW) -> None:
    with store.write() as conn:
        outbox.put(conn, notices, at)


def test_what_waits_is_told_in_its_newest_form_and_at_its_first_time(store: Store) -> None:
    put(store, notice(body="1"), notice("g"))
    put(store, notice(body="2", due=NOW + 5_000))
    assert {(one.finding_id, one.body) for one in claim(store)} == {("f", "2"), ("g", "{}")}


def test_a_withdrawal_does_not_wait_for_the_update_before_it(store: Store) -> None:
    put(store, notice(body="1", change="updated", due=NOW + 5_000))
    put(store, notice(body="2", change="withdrawn"))
    (told,) = claim(store)
    assert (told.change, told.body) == ("withdrawn", "2")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("created", "updated", "created"),
        ("created", "withdrawn", "withdrawn"),
        ("updated", "withdrawn", "withdrawn"),
        ("withdrawn", "restored", "restored"),
        ("updated", "updated", "updated"),
    ],
)
def test_two_changes_are_told_as_one(lite: Store, before: str, after: str, told: str) -> None:
    put(lite, notice(change=before), notice(change=after))
    assert [one.change for one in claim(lite)] == [told]


def test_nothing_is_told_before_it_is_due(store: Store) -> None:
    put(store, notice(due=NOW + 1))
    assert claim(store) == []
    assert len(claim(store, NOW + 1)) == 1


def test_a_sender_that_dies_is_followed_by_another(store: Store) -> None:
    put(store, notice())
    (first,) = claim(store)
    assert claim(store, NOW + 999) == []
    assert claim(store, NOW + 1_000) == [first]


def test_what_is_being_sent_is_not_changed_but_followed(store: Store) -> None:
    put(store, notice(body="1"))
    (held,) = claim(store)
    put(store, notice(body="2", due=NOW - 500), at=NOW - 500)  # the clock was set back
    with store.write() as conn:
        outbox.failed(conn, held, "no route\0", NOW, refused=False)
    again = claim(store, NOW + 60_000)
    assert [(one.body, one.attempts) for one in again] == [("1", 1), ("2", 0)]
    assert again[0].key == held.key != again[1].key


def test_what_is_told_is_gone_and_its_finding_sent(store: Store) -> None:
    row = made_finding(1)
    with store.write() as conn:
        findings.keep(conn, [row])
    for at in (NOW + 7, NOW + 9):
        put(store, notice(row.id))
        told = claim(store)
        with store.write() as conn:
            outbox.done(conn, told, at)
            assert outbox.waiting(conn) == {}
    with store.write() as conn:
        (kept,) = findings.of_principals(conn, [row.principal]).values()
    assert kept.sent_at == NOW + 7


def test_what_is_not_tried_keeps_its_newest_form(store: Store) -> None:
    put(store, notice(body="1"))
    with store.write() as conn:
        outbox.release(conn, outbox.claim(conn, "page", NOW, NOW + 1_000, 10))
    put(store, notice(body="2"))
    assert [(one.body, one.attempts) for one in claim(store)] == [("2", 0)]


def test_what_is_refused_too_often_is_set_aside_until_someone_asks_for_it(store: Store) -> None:
    put(store, notice(), notice("g"))
    for attempt in range(1, ATTEMPTS_MAX + 1):
        held = claim(store, most=1)
        assert [one.finding_id for one in held] == ["f"]
        with store.write() as conn:
            aside = outbox.failed(conn, held[0], "malformed", NOW, refused=True)
        assert aside is (attempt == ATTEMPTS_MAX)
    assert [one.finding_id for one in claim(store, most=1)] == ["g"]
    with store.write() as conn:
        assert outbox.waiting(conn)["page"] == outbox.Waiting(1, 1, NOW)
        assert outbox.again(conn, "page", NOW) == 1
    assert [one.finding_id for one in claim(store)] == ["f"]


def test_what_does_not_arrive_is_never_set_aside(lite: Store) -> None:
    put(lite, notice())
    for _ in range(ATTEMPTS_MAX * 2):
        (held,) = claim(lite)
        with lite.write() as conn:
            assert not outbox.failed(conn, held, "no route", NOW, refused=False)
    assert len(claim(lite)) == 1


def test_channels_are_claimed_apart(store: Store) -> None:
    put(store, notice(channel="a"), notice(channel="b"))
    assert [one.channel for one in claim(store, channel="b")] == ["b"]


def test_two_senders_share_the_work(store: Store) -> None:
    put(store, *(notice(f"f{n}") for n in range(6)))
    if not store.is_postgres:  # SQLite's writers follow one another
        first, second = claim(store, most=3), claim(store, most=6)
    else:
        with store.write() as one, store.write() as other:
            first = outbox.claim(one, "page", NOW, NOW + 1_000, 3)
            second = outbox.claim(other, "page", NOW, NOW + 1_000, 6)
    ids = [held.finding_id for held in (*first, *second)]
    assert sorted(ids) == [f"f{n}" for n in range(6)]
    assert len(first) == 3
