"""Collecting on a timer: when, by whom, and what the store then knows."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.moto_aws import CENTRAL, MEMBER, REGION, Estate, Moto, moto
from truant.connectors import policies
from truant.connectors.service_config import Collecting
from truant.connectors.store import settings, snapshots
from truant.connectors.store.database import Store
from truant.connectors.store.uncollected import missing
from truant.detection.inventory import Inventory
from truant.runners import collect_task
from truant.runners.collect_task import LEASE_MILLISECONDS, CollectTask, Timer
from truant.runners.collecting import CannotCollect, CollectRequest
from truant.runners.service import Setup, tasks

HOUR = 3_600_000
GO, NOW = threading.Event(), 1_900_000_000_000
TIMER = Timer(CollectRequest(regions=(REGION,)))


@pytest.fixture(scope="module")
def aws() -> Iterator[Moto]:
    """AWS, with a network."""
    with moto() as running:
        Estate(running.client("ec2"))
        yield running


@pytest.fixture(autouse=True)
def asked(aws: Moto, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have this process ask the server."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)


class Hands:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        """Begin at some time."""
        self.now = NOW

    def __call__(self) -> int:
        """Milliseconds."""
        return self.now


def collections(store: Store) -> set[int]:
    with store.read() as conn:
        return {fact.time for fact in snapshots.since(conn, 0) if fact.attribute == "vpcs"}


def test_every_hour_anew_and_each_kept_with_its_time(store: Store) -> None:
    clock = Hands()
    task = CollectTask(store, TIMER, clock)
    for minutes, times in ((0, 1), (59, 1), (60, 2), (120, 3)):
        clock.now = NOW + minutes * 60_000
        assert task.step(GO) is False
        with store.read() as conn:
            assert len(collections(store)) == min(times, 2), "the first and the last that say it"
            assert (CENTRAL, REGION) in snapshots.times(conn)
            assert missing(conn) == []
    assert collections(store) == {NOW // 1000, (NOW + 2 * HOUR) // 1000}
    with store.read() as conn:
        inventory = Inventory(snapshots.since(conn, 0))
    assert inventory.covers(CENTRAL, REGION, "endpoints")


def test_one_of_two_workers_collects(store: Store) -> None:
    second = CollectTask(store, TIMER, Hands())

    class Meanwhile(Hands):
        """While the first collects, the second is asked whether there is something to do."""

        def __call__(self) -> int:
            if collect_lease(store):
                self.now += 1
                second.step(GO)
            return NOW

    CollectTask(store, TIMER, clock := Meanwhile()).step(GO)
    assert clock.now > NOW, "the second was asked"
    assert len(collections(store)) == 1
    second.step(GO)
    assert collections(store) == {NOW // 1000}


def collect_lease(store: Store) -> int:
    with store.read() as conn:
        return settings.number(conn, collect_task.LEASE)


def test_one_that_died_is_followed(store: Store) -> None:
    clock = Hands()
    with store.write() as conn:
        settings.put_value(conn, collect_task.LEASE, str(NOW + LEASE_MILLISECONDS))
    task = CollectTask(store, TIMER, clock)
    task.step(GO)
    assert collections(store) == set()
    clock.now += LEASE_MILLISECONDS
    task.step(GO)
    assert collections(store) == {clock.now // 1000}


def test_one_that_fails_tries_again_at_once(lite: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    task = CollectTask(lite, TIMER, Hands())
    with monkeypatch.context() as patch:
        patch.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(CannotCollect):
            task.step(GO)
    task.step(GO)
    assert len(collections(lite)) == 1


def test_one_that_was_stopped_is_done_again(lite: Store) -> None:
    task, stop = CollectTask(lite, TIMER, Hands()), threading.Event()
    stop.set()
    task.step(stop)
    assert collections(lite) == set()
    task.step(GO)
    assert len(collections(lite)) == 1


def test_a_clock_set_back_stops_nothing(lite: Store) -> None:
    clock = Hands()
    task = CollectTask(lite, TIMER, clock)
    task.step(GO)
    clock.now -= 48 * HOUR
    task.step(GO)
    assert len(collections(lite)) == 2


def test_what_is_missing_is_kept_and_what_was_known_stays(
    lite: Store, aws: Moto, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Hands()
    task = CollectTask(lite, TIMER, clock)
    task.step(GO)
    for name, value in aws.environment(aws.user("none")).items():
        monkeypatch.setenv(name, value)
    clock.now += HOUR
    aws.enforce()
    try:
        task.step(GO)
    finally:
        aws.enforce(None)
    with lite.read() as conn:
        assert len(missing(conn)) == 12
        assert {one.account for one in missing(conn)} == {CENTRAL}
    assert collections(lite) == {NOW // 1000}


def test_the_service_needs_no_more_than_the_shipped_policies(
    lite: Store, aws: Moto, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    aws.role("truant-inventory", MEMBER, policies.read("member"))
    user = aws.user("service", policies.read("central"), policies.read("member"))
    for name, value in aws.environment(user).items():
        monkeypatch.setenv(name, value)
    wanted = Collecting(
        role="truant-inventory", accounts=(CENTRAL, MEMBER), regions=(REGION, "us-east-1")
    )
    (task,) = (
        one for one in tasks(lite, Setup(tmp_path, collect=wanted), []) if one.name == "collect"
    )
    aws.enforce()
    try:
        task.step(GO)
    finally:
        aws.enforce(None)
    with lite.read() as conn:
        assert missing(conn) == []
        known = {(a, r) for a in (CENTRAL, MEMBER) for r in (REGION, "us-east-1")}
        assert set(snapshots.times(conn)) == known
