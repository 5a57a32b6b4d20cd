"""When each account and region was last heard of, and how many records come a minute.

A silence is measured in event time, between the newest record of a batch and the oldest of the
next: a service that did not run for a day has not thereby seen a silence.
"""

from collections.abc import Mapping

from msgspec import Struct, convert
from sqlalchemy import Connection, delete, func, select, tuple_

from truant.connectors.store.columns import chunks, inserting, put
from truant.connectors.store.watch_schema import arrivals, throughput
from truant.model.arrival import Arrival, Pair

MINUTE = 60_000
MINUTES_KEPT = 24 * 60
AHEAD_SECONDS = 900  # records of a later time than this tell nothing of what has arrived


class Heard(Struct, frozen=True):
    """An account and region: `newest` is event time (epoch seconds), `arrived_at` milliseconds.

    `silence`: the longest between two of its records so far, in seconds.
    """

    account: str
    region: str
    newest: int
    silence: int
    arrived_at: int
    records: int


def add(conn: Connection, more: Mapping[Pair, Arrival], at: int) -> None:
    """Note what arrived at a time (milliseconds)."""
    rows = []
    for pairs in chunks(sorted(more)):
        known = {(one.account, one.region): one for one in _of(conn, pairs)}
        rows += [_row(pair, known.get(pair), more[pair], at) for pair in pairs]
    put(conn, arrivals, rows)
    _count(conn, sum(one.records for one in more.values()), at)


def _of(conn: Connection, pairs: list[Pair]) -> list[Heard]:
    """Locked in their order until the transaction ends."""
    where = tuple_(arrivals.c.account, arrivals.c.region).in_(pairs)
    ordered = select(arrivals).where(where).order_by(arrivals.c.account, arrivals.c.region)
    rows = conn.execute(ordered.with_for_update())
    return [convert(row, Heard, from_attributes=True) for row in rows]


def _row(pair: Pair, known: Heard | None, more: Arrival, at: int) -> dict[str, object]:
    soon = at // 1000 + AHEAD_SECONDS
    newest, silence, records = min(more.last, soon), 0, more.records
    if known is not None:
        silence = max(known.silence, min(more.first, soon) - known.newest)
        newest, records = max(newest, known.newest), records + known.records
    return {
        "account": pair[0],
        "region": pair[1],
        "newest": newest,
        "silence": silence,
        "arrived_at": at,
        "records": records,
    }


def _count(conn: Connection, records: int, at: int) -> None:
    if not records:
        return
    statement = inserting(conn, throughput)
    grown = throughput.c.records + statement.excluded.records
    conn.execute(
        statement.on_conflict_do_update(index_elements=["minute"], set_={"records": grown}),
        [{"minute": at // MINUTE, "records": records}],
    )


def every(conn: Connection) -> list[Heard]:
    """All accounts and regions, in their order."""
    rows = conn.execute(select(arrivals).order_by(arrivals.c.account, arrivals.c.region))
    return [convert(row, Heard, from_attributes=True) for row in rows]


def records_since(conn: Connection, minute: int) -> int:
    """Records taken in since the beginning of a minute (of the service, since the epoch)."""
    total = select(func.coalesce(func.sum(throughput.c.records), 0))
    return int(conn.scalar(total.where(throughput.c.minute >= minute)) or 0)


def forget_before(conn: Connection, at: int) -> None:
    """Forget minutes that are no longer told."""
    old = throughput.c.minute < at // MINUTE - MINUTES_KEPT
    conn.execute(delete(throughput).where(old))
