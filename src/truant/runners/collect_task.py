"""Collecting in the service, on a timer: one worker of several does it, and the store keeps it.

Who collects holds a lease, which he renews while parts come; one that dies is followed by another.
"""

import logging
from collections.abc import Callable
from threading import Event

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.aws_api import Aws
from truant.connectors.ec2_describe import described
from truant.connectors.ec2_snapshot import Snapshot as Taken
from truant.connectors.store import settings, uncollected
from truant.connectors.store.batch import keep_snapshots
from truant.connectors.store.database import Store
from truant.connectors.store.snapshots import Snapshot
from truant.runners.collecting import Collected, CollectRequest, Part, collect

log = logging.getLogger("truant.collect")

EVERY_SECONDS = 3600
LEASE_MILLISECONDS = 15 * 60 * 1000  # more than the slowest region takes
FACTS_MAX = 100_000  # kept in one transaction: each makes everybody be judged again
# Settings: when the last whole collection began, whose lease ends when.
BEGUN, LEASE = "collect_begun", "collect_lease"


class Timer(Struct, frozen=True):
    """What to collect, and how often."""

    request: CollectRequest
    every_seconds: int = EVERY_SECONDS


class CollectTask:
    """Collects whenever the last collection is old enough, and nobody else is about it."""

    def __init__(self, store: Store, timer: Timer, clock: Callable[[], int]) -> None:
        """`clock` gives milliseconds."""
        self._store, self._timer, self._clock = store, timer, clock
        self._pending: list[Snapshot] = []

    def step(self, stop: Event) -> bool:
        """Collect, if it is time. Raises CannotCollect or CannotCall where it cannot begin."""
        begun = self._clock()
        if not self._store.run(lambda conn: _claim(conn, begun, self._timer.every_seconds)):
            return False
        self._pending = []
        try:
            request = self._timer.request
            aws = Aws(request.regions[0] if request.regions else None)
            result = collect(aws, request, self._take, lambda: self._clock() // 1000, stop.is_set)
            self._keep()
        except BaseException:
            self._store.run(lambda conn: settings.put_value(conn, LEASE, "0"))
            raise
        self._store.run(lambda conn: _note(conn, result, None if stop.is_set() else begun))
        _tell(result)
        return False

    def _take(self, part: Part) -> None:
        self._pending += [
            _snapshot(part, operation, document) for operation, document in part.documents.items()
        ]
        if sum(len(one.facts) for one in self._pending) >= FACTS_MAX:
            self._keep()
        else:
            now = self._clock()
            self._store.run(lambda conn: _renew(conn, now))

    def _keep(self) -> None:
        pending, now = self._pending, self._clock()

        def keep(conn: Connection) -> None:
            keep_snapshots(conn, pending, now)
            _renew(conn, now)

        self._store.run(keep)
        self._pending = []


def _snapshot(part: Part, operation: str, document: object) -> Snapshot:
    source = f"{operation} of {part.account} {part.region}".rstrip()
    told = described(operation, document, Taken(part.account, part.region, part.at, source))
    return Snapshot(part.account, part.region, operation, part.at, frozenset(told))


def _claim(conn: Connection, now: int, every_seconds: int) -> bool:
    """Whether it is time, and the lease is ours now."""
    settings.grow(conn, f"{LEASE}_turn")  # its row stays locked: claims come one after another
    last, until = settings.number(conn, BEGUN), settings.number(conn, LEASE)
    # A clock that was set back must not stop collecting for as long as it had been ahead.
    is_fresh = last <= now < last + every_seconds * 1000
    is_held = now < until <= now + LEASE_MILLISECONDS
    if is_fresh or is_held:
        return False
    _renew(conn, now)
    return True


def _renew(conn: Connection, now: int) -> None:
    settings.put_value(conn, LEASE, str(now + LEASE_MILLISECONDS))


def _note(conn: Connection, result: Collected, begun: int | None) -> None:
    """Note what came of it; `begun`: None where it was stopped, to be done again."""
    settings.put_value(conn, LEASE, "0")
    if begun is not None:
        settings.put_value(conn, BEGUN, str(begun))
    uncollected.keep(conn, result.missing)


def _tell(result: Collected) -> None:
    log.info("collected %d regions of %d accounts", result.regions, len(result.accounts))
    for one in result.missing[:20]:
        where = f"account {one.account}" + (f" in {one.region}" if one.region else "")
        log.warning("not collected: %s: %s: %s: %s", where, one.operation, one.code, one.message)
    if len(result.missing) > 20:
        log.warning("not collected: %d more", len(result.missing) - 20)
