"""Tests of `publishing`: everything arrives, in order, whoever is dead, refuses, or dies."""

import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import pytest
from sqlalchemy import event

from tests.placed import Clock, Received, drain, placed, put, waiting
from tests.worlds import NOW
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.store import outbox
from truant.connectors.store.database import Store
from truant.connectors.store.outbox import ATTEMPTS_MAX
from truant.formats.forms import Message
from truant.runners.crew import Stop
from truant.runners.publishing import Sender, again_seconds


def test_everything_leaves_in_its_order(store: Store) -> None:
    one = Received()
    sender = Sender(placed(store, {"one": one}), Clock())
    ids = [f"f{n}" for n in range(10)]
    put(store, "one", *ids)
    drain(sender)
    assert one.ids == ids
    assert one.calls == 4, "as many at once as it takes"
    assert waiting(store) == {}
    assert {message.change for message in one.got} == {"created"}


def test_a_dead_place_blocks_no_other_and_is_tried_again_ever_more_seldom(lite: Store) -> None:
    dead, alive, clock = Received(), Received(), Clock()
    dead.dead = True
    sender = Sender(placed(lite, {"dead": dead, "alive": alive}), clock)
    put(lite, "dead", *"abcdef")
    tries = []
    for second in range(40):
        clock.now = NOW + second * 1_000
        put(lite, "alive", f"s{second}")
        before = dead.calls
        drain(sender)
        tries += [second] * (dead.calls - before)
    assert tries == [0, 1, 3, 7, 15, 31]
    assert alive.ids == [f"s{n}" for n in range(40)]
    dead.dead = False
    clock.now += 100_000
    drain(sender)
    assert dead.ids == list("abcdef")
    assert waiting(lite) == {}


def test_pauses_grow_to_five_minutes() -> None:
    assert [again_seconds(n) for n in (0, 1, 5, 8, 9, 10_000)] == [1, 2, 32, 256, 300, 300]


def test_what_a_place_asks_to_wait_is_waited(lite: Store) -> None:
    class Busy(Received):
        def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
            """Take nothing now."""
            del messages
            self.calls += 1
            raise NotDelivered("busy", 120.0)

    busy, clock = Busy(), Clock()
    sender = Sender(placed(lite, {"busy": busy}), clock)
    put(lite, "busy", "a")
    drain(sender)
    clock.now += 119_999
    assert drain(sender) == 0
    clock.now += 1
    assert drain(sender) == 1


def test_one_that_is_refused_is_set_aside_in_the_end_and_the_others_arrive(lite: Store) -> None:
    one, clock = Received(), Clock()
    one.refuses = {"b"}
    sender = Sender(placed(lite, {"one": one}), clock)
    put(lite, "one", "a", "b", "c", "d")
    for _ in range(ATTEMPTS_MAX + 2):
        drain(sender)
        clock.now += 300_000
    assert sorted(one.ids) == ["a", "c", "d"]
    assert waiting(lite)["one"].set_aside == 1
    one.refuses = set()
    with lite.write() as conn:
        assert outbox.again(conn, "one", clock.now) == 1
    drain(sender)
    assert sorted(one.ids) == ["a", "b", "c", "d"]


def test_one_that_cannot_be_written_costs_only_itself(lite: Store) -> None:
    one, clock = Received(), Clock()
    one.breaks = {"b"}
    sender = Sender(placed(lite, {"one": one}), clock)
    put(lite, "one", "a", "b", "c")
    for _ in range(ATTEMPTS_MAX):
        drain(sender)
        clock.now += 300_000
    assert one.ids == ["a", "c"]
    assert waiting(lite)["one"].set_aside == 1


def test_only_what_is_severe_enough_is_sent(lite: Store) -> None:
    one = Received()
    sender = Sender(placed(lite, {"one": one}, 4.0), Clock())
    put(lite, "one", "low", severity=2.0)
    put(lite, "one", "high")
    drain(sender)
    assert one.ids == ["high"]
    assert waiting(lite) == {}


class Crash(Exception):
    """The process dies here."""


def test_a_crash_anywhere_loses_nothing_and_keeps_the_order(lite: Store) -> None:
    one, clock, numbers = Received(), Clock(), count(1)
    ids = [f"f{n}" for n in range(9)]
    put(lite, "one", *ids)
    place = placed(lite, {"one": one})
    for statement in count(1, 3):
        numbers = count(1)

        def before(*_: object, at: int = statement, numbers: Iterator[int] = numbers) -> None:
            if next(numbers) == at:
                raise Crash

        event.listen(lite.engine, "before_cursor_execute", before)
        try:
            drain(Sender(place, clock))
            break
        except Crash:
            clock.now += 200_000  # whoever held it is taken for dead
        finally:
            event.remove(lite.engine, "before_cursor_execute", before)
    assert list(dict.fromkeys(one.ids)) == ids, "at least once, in their order"
    assert waiting(lite) == {}


def test_senders_that_work_together_double_nothing_and_keep_the_order(store: Store) -> None:
    named = {f"p{n}": Received() for n in range(4)}
    ids = [f"f{n:02}" for n in range(30)]
    for name in named:
        put(store, name, *ids)
    place = placed(store, named)
    failures: list[Exception] = []

    def work() -> None:
        try:
            sender = Sender(place, Clock())
            quiet = 0
            while quiet < 3:  # one that meets another's locks may find nothing for once
                quiet = 0 if sender.step(Stop()) else quiet + 1
        except Exception as error:  # noqa: BLE001 shown below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    drain(Sender(place, Clock()))
    assert failures == []
    for one in named.values():
        assert one.ids == ids


@pytest.mark.parametrize("seed", range(2))
def test_each_place_ends_with_the_newest_of_each_finding(lite: Store, seed: int) -> None:
    chance, clock = random.Random(seed), Clock()
    named = {"a": Received(1), "b": Received(5)}
    sender = Sender(placed(lite, named), clock)
    newest: dict[str, int] = {}
    for version in range(40):
        which = f"f{chance.randrange(4)}"
        newest[which] = version
        for name, one in named.items():
            put(lite, name, which, change="updated", version=version)
            one.dead = chance.random() < 0.4
        if chance.random() < 0.6:
            drain(sender)
        clock.now += chance.randrange(20_000)
    for one in named.values():
        one.dead = False
    clock.now += 10**6
    drain(sender)
    for one in named.values():
        shown: dict[str, int] = {}
        for message in one.got:
            which, version = str(message.document["id"]), int(str(message.document["version"]))
            assert version > shown.get(which, -1), "an older form came after a newer one"
            shown[which] = version
        assert shown == newest


def test_told_to_stop_it_gives_everything_back(lite: Store) -> None:
    one, stop = Received(), Stop()
    sender = Sender(placed(lite, {"one": one}), Clock())
    put(lite, "one", "a")
    stop.set()
    sender.step(stop)
    assert one.got == []
    assert drain(sender) == 1
    assert one.ids == ["a"]
