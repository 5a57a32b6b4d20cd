"""Tests of `outbox`: all leaves at least once, in its newest form, by one sender at a time."""

from tests.made_findings import made_finding
from truant.connectors.store import findings, outbox
from truant.connectors.store.database import Store
from truant.connectors.store.outbox import Notice

NOW = 1_000_000


def notice(
    finding_id: str = "f", body: str = "{}", channel: str = "page", due: int = NOW
) -> Notice:
    return Notice(channel, finding_id, "created", body, due)


def test_what_waits_is_told_in_its_newest_form_and_at_its_first_time(store: Store) -> None:
    with store.write() as conn:
        outbox.put(conn, [notice(body="1"), notice("g")], NOW)
        outbox.put(conn, [notice(body="2", due=NOW + 5_000)], NOW)
    with store.write() as conn:
        told = outbox.claim(conn, NOW, NOW + 1_000, 10)
    assert {(one.finding_id, one.body) for one in told} == {("f", "2"), ("g", "{}")}


def test_nothing_is_told_before_it_is_due(store: Store) -> None:
    with store.write() as conn:
        outbox.put(conn, [notice(due=NOW + 1)], NOW)
        assert outbox.claim(conn, NOW, NOW + 1_000, 10) == []
        assert len(outbox.claim(conn, NOW + 1, NOW + 1_000, 10)) == 1


def test_a_sender_that_dies_is_followed_by_another(store: Store) -> None:
    with store.write() as conn:
        outbox.put(conn, [notice()], NOW)
    for attempt in (1, 2):
        start = NOW + attempt * 1_000
        with store.write() as conn:
            (held,) = outbox.claim(conn, start, start + 500, 10)
            assert held.attempts == attempt
        with store.write() as conn:
            assert outbox.claim(conn, start + 499, start + 999, 10) == []


def test_what_is_told_is_gone_and_its_finding_sent(store: Store) -> None:
    row = made_finding(1)
    with store.write() as conn:
        findings.keep(conn, [row])
        outbox.put(conn, [notice(row.id)], NOW)
        outbox.done(conn, outbox.claim(conn, NOW, NOW + 1_000, 10), NOW + 7)
        assert outbox.waiting(conn) == {}
        outbox.put(conn, [notice(row.id)], NOW)
        outbox.done(conn, outbox.claim(conn, NOW, NOW + 1_000, 10), NOW + 9)
        (kept,) = findings.of_principals(conn, [row.principal]).values()
    assert kept.sent_at == NOW + 7


def test_what_failed_comes_again_and_is_not_overwritten(store: Store) -> None:
    with store.write() as conn:
        outbox.put(conn, [notice(body="1")], NOW)
        (held,) = outbox.claim(conn, NOW, NOW + 1_000, 10)
        outbox.failed(conn, held, "no route\0", NOW + 60_000)
        outbox.put(conn, [notice(body="2")], NOW)
        assert outbox.waiting(conn) == {"page": 2}
    with store.write() as conn:
        bodies = [one.body for one in outbox.claim(conn, NOW + 60_000, NOW + 61_000, 10)]
    assert bodies == ["2", "1"]


def test_channels_are_claimed_apart(store: Store) -> None:
    with store.write() as conn:
        outbox.put(conn, [notice(channel="a"), notice(channel="b")], NOW)
        (held,) = outbox.claim(conn, NOW, NOW + 1_000, 10, ["b", "c"])
    assert held.channel == "b"


def test_two_senders_share_the_work(store: Store) -> None:
    with store.write() as conn:
        outbox.put(conn, [notice(f"f{n}") for n in range(6)], NOW)
    if not store.is_postgres:  # SQLite's writers follow one another
        with store.write() as conn:
            first = outbox.claim(conn, NOW, NOW + 1_000, 3)
        with store.write() as conn:
            second = outbox.claim(conn, NOW, NOW + 1_000, 6)
    else:
        with store.write() as one, store.write() as other:
            first = outbox.claim(one, NOW, NOW + 1_000, 3)
            second = outbox.claim(other, NOW, NOW + 1_000, 6)
    ids = [held.finding_id for held in (*first, *second)]
    assert sorted(ids) == [f"f{n}" for n in range(6)]
    assert len(first) == 3
