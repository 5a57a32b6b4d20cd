"""The tasks of each service that runs on this store: when they were last seen, and what fails."""

from collections.abc import Iterable

from msgspec import Struct, convert
from sqlalchemy import Connection, delete, select

from truant.connectors.store.columns import put, text
from truant.connectors.store.watch_schema import workers

GONE_MILLISECONDS = 3_600_000


class Worker(Struct, frozen=True):
    """One task of one service. Times are milliseconds; `failing_since`: None while all is well."""

    holder: str
    name: str
    at: int
    failing_since: int | None = None
    error: str = ""


def tell(conn: Connection, told: Iterable[Worker], at: int) -> None:
    """Note how tasks are; those that have not been heard of for an hour are forgotten."""
    rows = [
        {
            "holder": text(one.holder),
            "name": text(one.name),
            "at": one.at,
            "failing_since": one.failing_since,
            "error": text(one.error),
        }
        for one in told
    ]
    put(conn, workers, rows)
    conn.execute(delete(workers).where(workers.c.at < at - GONE_MILLISECONDS))


def every(conn: Connection) -> list[Worker]:
    """All tasks, in a fixed order."""
    rows = conn.execute(select(workers).order_by(workers.c.holder, workers.c.name))
    return [convert(row, Worker, from_attributes=True) for row in rows]
