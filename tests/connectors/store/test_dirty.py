"""Tests of `dirty`: no mark is lost between a judge who clears it and a batch that sets it."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from tests.connectors.store.test_batch import session, sighting, state_of
from tests.databases import Postgres
from truant.connectors.store import dirty
from truant.connectors.store.batch import Batch, commit
from truant.connectors.store.database import Store, open_store

NAME = "AROA:i-0123456789abcdef0"


@pytest.fixture
def shared(postgres: Postgres) -> Store:
    """A store that several workers share, with one session in it."""
    store = open_store(postgres.fresh())
    commit(store, Batch("s3", 1, state_of(session(NAME, sighting("ASIA1"))), ("a",)))
    return store


@pytest.mark.parametrize(
    "marking",
    [
        lambda conn: dirty.mark(conn, [NAME], dirty.NEWS, 2),
        lambda conn: dirty.mark_all(conn, 2),
    ],
)
def test_a_mark_waits_for_the_judge_who_holds_it(
    shared: Store, marking: Callable[[Connection], None]
) -> None:
    done = threading.Event()

    def mark() -> None:
        shared.run(marking)
        done.set()

    with shared.write() as judge:
        assert dirty.claim(judge, 10) == [NAME]
        thread = threading.Thread(target=mark)
        thread.start()
        assert not done.wait(0.5), "it did not wait"
        dirty.clear(judge, [NAME])
    thread.join(30)
    with shared.read() as conn:
        assert dirty.count(conn) == 1
    shared.close()


def test_judges_pass_over_what_others_hold(shared: Store) -> None:
    other = "AROA:i-0123456789abcdef1"
    with shared.write() as conn:
        dirty.mark(conn, [other], dirty.SWEEP, 1)
    with shared.write() as one, shared.write() as two:
        assert dirty.claim(one, 1) == [NAME], "news goes before a sweep"
        assert dirty.claim(two, 10) == [other]
    shared.close()


def test_news_of_somebody_in_a_sweep_goes_first(store: Store) -> None:
    with store.write() as conn:
        dirty.mark(conn, ["a", "b"], dirty.SWEEP, 1)
        dirty.mark(conn, ["b"], dirty.NEWS, 2)
        dirty.mark(conn, ["b"], dirty.SWEEP, 3)
        assert dirty.claim(conn, 2) == ["b", "a"]
