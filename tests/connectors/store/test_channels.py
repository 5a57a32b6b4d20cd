"""Tests of `channels`: one sender at a time, the one that waited longest, and how it went."""

import threading

from truant.connectors.store import channels, outbox
from truant.connectors.store.channels import Channel
from truant.connectors.store.database import Store
from truant.connectors.store.outbox import Notice

NOW = 1_000_000
ME, YOU = "me", "you"


def prepare(store: Store, *names: str, notices: int = 1) -> None:
    with store.write() as conn:
        channels.configure(conn, [Channel(name, "webhook", "somewhere\0") for name in names])
        told = [Notice(n, f"f{k}", "created", "{}", NOW) for n in names for k in range(notices)]
        outbox.put(conn, told, NOW)


KNOWN = ("a", "b", *(f"c{n:02}" for n in range(12)))


def take(
    store: Store, now: int = NOW, holder: str = ME, named: tuple[str, ...] = KNOWN
) -> Channel | None:
    with store.write() as conn:
        return channels.take(conn, now, now + 1_000, holder, named)


def name_of(found: Channel | None) -> str | None:
    return None if found is None else found.name


def test_each_channel_is_held_by_one(store: Store) -> None:
    prepare(store, "a", "b")
    assert [name_of(take(store)) for _ in range(3)] == ["a", "b", None]
    assert name_of(take(store, NOW + 1_000)) == "a", "its holder is taken for dead"


def test_only_who_can_reach_a_channel_takes_it(store: Store) -> None:
    prepare(store, "a", "b")
    assert name_of(take(store, named=("b",))) == "b"
    assert take(store, named=()) is None


def test_senders_that_take_together_never_take_the_same(store: Store) -> None:
    prepare(store, *(f"c{n:02}" for n in range(12)))
    taken: list[str] = []

    def work() -> None:
        while (found := take(store)) is not None:
            taken.append(found.name)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    # On PostgreSQL one that meets another's lock may look again later: none twice is what counts.
    while (found := take(store)) is not None:
        taken.append(found.name)
    assert sorted(taken) == [f"c{n:02}" for n in range(12)]


def test_what_has_nothing_due_is_not_taken(store: Store) -> None:
    prepare(store, "a", notices=0)
    assert take(store) is None
    with store.write() as conn:
        outbox.put(conn, [Notice("a", "f", "created", "{}", NOW + 1)], NOW)
    assert take(store) is None
    assert name_of(take(store, NOW + 1)) == "a"


def test_one_that_fails_waits_and_says_since_when(store: Store) -> None:
    prepare(store, "a")
    for at in (NOW, NOW + 2_000):
        held = take(store, at)
        assert held is not None
        with store.write() as conn:
            channels.failed(conn, held, ME, at, "no route", at + 2_000)
        assert take(store, at + 1_999) is None
    with store.read() as conn:
        (failing,) = channels.all_of(conn)
    assert (failing.failures, failing.failing_since, failing.last_error) == (2, NOW, "no route")
    held = take(store, NOW + 10_000)
    assert held is not None
    with store.write() as conn:
        channels.succeeded(conn, held, ME, NOW + 10_000)
        (mended,) = channels.all_of(conn)
    assert (mended.failures, mended.failing_since, mended.last_error) == (0, None, None)
    assert (mended.sent_at, mended.held_by) == (NOW + 10_000, None)


def test_one_s_turn_ends_behind_the_others(store: Store) -> None:
    prepare(store, "a", "b", notices=2)
    turns = []
    for number in range(4):
        held = take(store, NOW + number)
        assert held is not None
        turns.append(held.name)
        with store.write() as conn:
            channels.succeeded(conn, held, ME, NOW + number)
    assert turns == ["a", "b", "a", "b"]


def test_who_was_taken_for_dead_does_not_free_what_another_holds(store: Store) -> None:
    prepare(store, "a")
    slow = take(store)
    assert slow is not None
    assert name_of(take(store, NOW + 1_000, YOU)) == "a"
    with store.write() as conn:
        channels.succeeded(conn, slow, ME, NOW + 1_001)
    assert take(store, NOW + 1_001) is None


def test_what_is_configured_no_more_is_closed_and_kept(store: Store) -> None:
    prepare(store, "a", "b")
    with store.write() as conn:
        channels.verify(conn, Channel("destination:1", "S3", "arn:aws:s3:::b"))
        channels.configure(conn, [Channel("b", "webhook", "elsewhere")])
        assert channels.configured(conn) == ["b"]
        shown = {one.name: (one.is_open, one.place) for one in channels.all_of(conn)}
    assert shown == {
        "a": (False, "somewhere�"),
        "b": (True, "elsewhere"),
        "destination:1": (True, "arn:aws:s3:::b"),
    }
    assert {name_of(take(store)), name_of(take(store)), name_of(take(store))} == {
        "b",
        "destination:1",
        None,
    }
    with store.write() as conn:
        channels.remove(conn, ["destination:1", "a"])
        assert [one.name for one in channels.all_of(conn)] == ["b"]
        assert list(outbox.waiting(conn)) == ["b"]
