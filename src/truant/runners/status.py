"""How the service is: who works, what arrives, how late, what waits, and who has fallen silent."""

import logging
import os
import socket
import time
from collections.abc import Callable, Sequence

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.store import (
    accounting,
    arrivals,
    dirty,
    outbox,
    quarantine,
    uncollected,
    workers,
)
from truant.connectors.store.arrivals import MINUTE, Heard
from truant.connectors.store.database import Store
from truant.connectors.store.workers import Worker
from truant.model.uncollected import Missing
from truant.runners.crew import Stop, Task

log = logging.getLogger("truant.status")

# Silence is judged against the newest record of all, so that a replay raises none.
SILENT_SECONDS_MIN = 3 * 3600  # CloudTrail delivers within minutes; a quiet region may have hours
SILENT_TIMES = 2  # as long as its longest silence so far
FORGOTTEN_SECONDS = 7 * 86_400  # whoever has been silent for so long is no news any more
ALIVE_MILLISECONDS = 60_000


class Status(Struct):
    """What `truant status` tells. `at` is milliseconds; `rates`: records a second, by minutes."""

    at: int
    workers: list[Worker]
    heard: list[Heard]
    silent: list[Heard]
    records: dict[str, int]
    totals: dict[str, int]
    rates: dict[int, float]
    waiting: int  # principals to be judged
    notices: int  # notices to be sent
    quarantined: int
    missing: list[Missing]  # what the last collection of the inventory did not get


def status(conn: Connection, at: int) -> Status:
    """The status at a time (milliseconds)."""
    heard = arrivals.every(conn)
    return Status(
        at=at,
        workers=workers.every(conn),
        heard=heard,
        silent=silent(heard),
        records=accounting.counts(conn, accounting.RECORDS),
        totals=accounting.counts(conn, accounting.TOTALS),
        rates={
            minutes: arrivals.records_since(conn, at // MINUTE - minutes + 1)
            / ((minutes - 1) * 60 + at % MINUTE / 1000 or 1)
            for minutes in (5, 60)
        },
        waiting=dirty.count(conn),
        notices=sum(one.notices for one in outbox.waiting(conn).values()),
        quarantined=quarantine.count(conn),
        missing=uncollected.missing(conn),
    )


def silent(heard: Sequence[Heard]) -> list[Heard]:
    """Accounts and regions that delivered and have fallen silent, while others go on."""
    now = max((one.newest for one in heard), default=0)
    return [
        one
        for one in heard
        if max(SILENT_SECONDS_MIN, SILENT_TIMES * one.silence)
        < now - one.newest
        < FORGOTTEN_SECONDS
    ]


def is_alive(one: Worker, at: int) -> bool:
    """Whether a task has been heard of lately."""
    return at - one.at < ALIVE_MILLISECONDS


class Pulse:
    """Tells the store how the tasks are, and the log who has fallen silent."""

    def __init__(self, store: Store, tasks: Sequence[Task], clock: Callable[[], int]) -> None:
        """`tasks` may grow until it runs; `clock` gives milliseconds."""
        self._store, self._tasks, self._clock = store, tasks, clock
        self._holder = f"{socket.gethostname()}:{os.getpid()}"
        self._told: set[tuple[str, str]] = set()

    def step(self, _: Stop) -> bool:
        """Tell once."""
        now = self._clock()
        told = [
            Worker(self._holder, task.name, now, task.failing_since, task.error)
            for task in self._tasks
        ]
        self._store.run(lambda conn: workers.tell(conn, told, now))
        with self._store.read() as conn:
            found = silent(arrivals.every(conn))
        for one in found:
            if (one.account, one.region) not in self._told:
                since = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(one.newest))
                log.warning(
                    "account %s, %s has fallen silent: nothing of a time after %s has come",
                    one.account,
                    one.region,
                    since,
                )
        self._told = {(one.account, one.region) for one in found}
        return False
