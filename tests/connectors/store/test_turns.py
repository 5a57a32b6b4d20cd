"""Tests of `turns`: one at a time, in the order of asking; nobody is passed over."""

import threading
import time

import pytest

from truant.connectors.store.database import Store
from truant.connectors.store.turns import Turns


def test_whoever_asked_first_is_next() -> None:
    turns, order = Turns(), list[int]()

    def work(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    with turns:
        for asked, thread in enumerate(threads, 1):
            thread.start()
            while len(turns._waiting) < asked:
                time.sleep(0.001)
        assert order == []
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2, 3, 4]
    with turns:
        pass


def test_an_error_hands_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns:
        raise ValueError("no")
    with turns:
        pass


def test_one_who_writes_on_and_on_does_not_keep_another_out(lite: Store) -> None:
    over, rounds = threading.Event(), list[int]()

    def judge() -> None:
        while not over.is_set():
            with lite.write():
                time.sleep(0.05)
                rounds.append(1)

    thread = threading.Thread(target=judge)
    thread.start()
    while not rounds:
        time.sleep(0.001)
    for _ in range(5):
        before = len(rounds)
        with lite.write():
            assert len(rounds) - before <= 2
    over.set()
    thread.join(30)
