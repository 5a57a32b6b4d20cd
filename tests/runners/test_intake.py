"""Tests of `intake`: what is found is committed once, and acknowledged only then."""

import gzip
import json
from collections.abc import Collection
from pathlib import Path

import pytest

from tests.databases import sqlite_store
from tests.intakes import (
    bodies,
    intake_of,
    judged,
    prepared,
    records,
    run_dry,
    scanned,
    trail,
    waiting,
    write,
)
from tests.worlds import NOW
from truant.connectors.folder_inlet import FolderInlet
from truant.connectors.parcels import Item, Known, Parcel, Poison, Unfetchable, message
from truant.connectors.sources import source
from truant.connectors.store import accounting, arrivals, intake, quarantine
from truant.connectors.store.database import Store
from truant.connectors.trail_files import Content
from truant.runners.crew import Expected, Stop
from truant.runners.intake import TRIES, Intake

RECORD = {
    "eventVersion": "1.09",
    "eventTime": "2026-01-09T00:15:04Z",
    "eventID": "e-1",
    "eventName": "ListBuckets",
    "eventSource": "s3.amazonaws.com",
    "awsRegion": "eu-west-1",
    "sourceIPAddress": "198.51.100.7",
    "recipientAccountId": "111111111111",
    "userIdentity": {"type": "IAMUser", "principalId": "AIDA1", "accessKeyId": "AKIA1"},
}
BODY = json.dumps(RECORD).encode()


class Hand:
    """An inlet that hands out what it is told to, and notes what it hears."""

    def __init__(self, *parcels: Parcel) -> None:
        """These parcels, one after another."""
        self.parcels = list(parcels)
        self.heard: list[tuple[Parcel, set[str]]] = []
        self.files: dict[str, bytes] = {}

    def look(self, known: Known) -> Parcel | None:  # noqa: ARG002
        """The next parcel."""
        return self.parcels.pop(0) if self.parcels else None

    def done(self, parcel: Parcel, failed: Collection[str]) -> None:
        """Note that it is done."""
        self.heard.append((parcel, set(failed)))

    def again(self, name: str) -> Item:
        """A file by its name."""
        if name not in self.files:
            raise Unfetchable("it is not there", gone=True)
        return message(name, self.files[name])


def of(store: Store, hand: Hand) -> Intake:
    return intake_of(store, source("trail"), hand)


def failing(name: str, reason: str = "denied", *, gone: bool = False) -> Item:
    def fetch() -> Content:
        raise Unfetchable(reason, gone=gone)

    return Item(name, fetch)


def good(name: str) -> Item:
    return Item(name, message(name, BODY).fetch)


def taken(store: Store, *names: str) -> list[bool]:
    with store.read() as conn:
        new = intake.untaken(conn, "trail", names)
    return [name not in new for name in names]


def pieces(store: Store) -> list[tuple[str, int, str]]:
    with store.read() as conn:
        return [(one.item, one.position, one.reason) for one in quarantine.latest(conn)]


def test_a_folder_gives_the_findings_of_a_scan(store: Store, tmp_path: Path) -> None:
    made = prepared(store, "demo")
    files = trail("demo")
    write(tmp_path, dict(list(files.items())[::2]))
    inlet = FolderInlet(source(str(tmp_path)))
    intake = intake_of(store, source(str(tmp_path)), inlet)
    run_dry(intake)
    judged(store, made)
    write(tmp_path, dict(list(files.items())[1::2]))
    run_dry(intake)
    judged(store, made)
    run_dry(intake_of(store, source(str(tmp_path)), FolderInlet(source(str(tmp_path)))))
    assert bodies(store) == scanned(made)
    assert records(store) == made.seen
    with store.read() as conn:
        total = sum(made.seen.values())
        assert sum(one.records for one in arrivals.every(conn)) == total
        assert arrivals.records_since(conn, NOW // 60_000) == total


def test_an_item_counts_once_however_often_it_comes(lite: Store) -> None:
    hand = Hand(Parcel([good("a"), good("a")]), Parcel([good("a"), good("b")]), Parcel([good("a")]))
    run = of(lite, hand)
    for _ in range(4):
        run.step(Stop())
    assert sum(records(lite).values()) == 2
    assert [failed for _, failed in hand.heard] == [set()] * 3, "each is acknowledged"


def test_positions_messages_and_poison_are_kept_with_the_batch(lite: Store) -> None:
    parcel = Parcel(
        [message("m-1", BODY)],
        {"shard": "7"},
        ignored={"a test event": 2},
        poison=[Poison("m-2", "no JSON", b"{")],
    )
    assert of(lite, Hand(parcel)).step(Stop()) is False
    with lite.read() as conn:
        assert intake.position(conn, "trail", "shard") == "7"
        assert accounting.counts(conn, accounting.TOTALS)["messages: a test event"] == 2
    assert pieces(lite) == [("m-2", 0, "no JSON")]


def test_nothing_is_acknowledged_before_it_is_kept(lite: Store) -> None:
    hand = Hand(Parcel([good("a")]))
    run = of(lite, hand)
    with lite.write() as conn:
        conn.exec_driver_sql("ALTER TABLE taken RENAME TO elsewhere")
    with pytest.raises(Exception, match="taken"):
        run.step(Stop())
    assert hand.heard == []


def test_what_cannot_be_had_is_tried_again_and_then_given_up(lite: Store) -> None:
    hand = Hand(*[Parcel([failing("bad"), good(f"g{n}")]) for n in range(TRIES)])
    run = of(lite, hand)
    for number in range(TRIES):
        assert pieces(lite) == []
        run.step(Stop())
        assert hand.heard[-1][1] == ({"bad"} if number < TRIES - 1 else set())
    assert pieces(lite) == [("bad", 0, "denied")]
    assert taken(lite, "bad", "g0", "other") == [True, True, False]


def test_what_is_gone_is_given_up_at_once(lite: Store) -> None:
    hand = Hand(Parcel([failing("bad", "not there", gone=True)]))
    of(lite, hand).step(Stop())
    assert pieces(lite) == [("bad", 0, "not there")]
    assert hand.heard[0][1] == set()


def test_where_nothing_can_be_had_nothing_is_given_up(lite: Store) -> None:
    hand = Hand(*[Parcel([failing("a"), failing("b")]) for _ in range(2 * TRIES)])
    run = of(lite, hand)
    for _ in range(2 * TRIES):
        with pytest.raises(Expected, match="nothing can be fetched: a: denied"):
            run.step(Stop())
    assert hand.heard == []
    assert pieces(lite) == []


def test_another_workers_items_are_left_to_it(lite: Store) -> None:
    hand = Hand(Parcel([good("b"), good("c")]))
    run = of(lite, hand)

    def meanwhile() -> Content:
        of(lite, Hand(Parcel([good("b")]))).step(Stop())
        return good("a").fetch()

    hand.parcels[0].items.append(Item("a", meanwhile))
    run.step(Stop())
    assert sum(records(lite).values()) == 3
    assert taken(lite, "a", "b", "c") == [True] * 3


def test_another_workers_shard_is_left_to_it(store: Store) -> None:
    def parcel(position: str, since: str | None) -> Parcel:
        return Parcel([message("m", BODY)], {"s": position}, {"s": since})

    of(store, Hand(parcel("1", None))).step(Stop())
    late = Hand(parcel("1", None), parcel("2", "1"), parcel("3", "1"))
    run = of(store, late)
    for _ in range(3):
        run.step(Stop())
    assert sum(records(store).values()) == 2
    with store.read() as conn:
        assert intake.position(conn, "trail", "s") == "2"
    assert [parcel.positions for parcel, _ in late.heard] == [{"s": "2"}]


def ask_again(store: Store) -> int:
    with store.write() as conn:
        return quarantine.try_again(conn, None)


def test_a_file_in_quarantine_is_read_anew_when_somebody_asks(lite: Store) -> None:
    broken = gzip.compress(BODY)[:-3]
    item = Item("file", message("file", broken).fetch)
    hand = Hand(Parcel([item]))
    of(lite, hand).step(Stop())
    assert [one[:2] for one in pieces(lite)] == [("file", 0)]
    assert ask_again(lite) == 1
    hand.files["file"] = gzip.compress(BODY)
    of(lite, hand).step(Stop())
    assert pieces(lite) == []
    assert sum(records(lite).values()) == 1
    assert waiting(lite) == 1


def test_what_is_still_broken_stays_and_is_not_tried_for_ever(lite: Store) -> None:
    hand = Hand(Parcel([failing("lost", "gone", gone=True)]))
    of(lite, hand).step(Stop())
    ask_again(lite)
    of(lite, hand).step(Stop())
    assert pieces(lite) == [("lost", 0, "it is not there")]
    with lite.read() as conn:
        assert quarantine.wanted(conn, "trail", 9) == {}


def test_a_poisoned_message_is_kept_without_its_secrets(lite: Store) -> None:
    token = "IQoJb3JpZ2luX2VjE" * 40
    body = BODY[:-1] + b', "responseElements": {"credentials": {"sessionToken": "' + token.encode()
    of(lite, Hand(Parcel([message("m", body)]))).step(Stop())
    assert len(pieces(lite)) == 1
    with lite.write() as conn:
        quarantine.try_again(conn, None)
        (kept,) = quarantine.wanted(conn, "trail", 9).values()
    assert kept is not None
    assert b"ListBuckets" in kept
    assert token[:40].encode() not in kept
    again = Hand()
    of(lite, again).step(Stop())
    assert len(pieces(lite)) == 1


def test_killed_between_commit_and_acknowledgement_nothing_doubles(tmp_path: Path) -> None:
    class Killed(Exception):
        """The process ends here."""

    class Dying(Hand):
        """An inlet that never gets to acknowledge."""

        def done(self, parcel: Parcel, failed: Collection[str]) -> None:
            """Die."""
            raise Killed(parcel, failed)

    store = sqlite_store(tmp_path)
    with pytest.raises(Killed):
        of(store, Dying(Parcel([good("a")]))).step(Stop())
    hand = Hand(Parcel([good("a")]))
    of(store, hand).step(Stop())
    assert sum(records(store).values()) == 1
    assert len(hand.heard) == 1
    store.close()
