"""Notifications that wait to leave, written with what they tell of, in one transaction.

A sender claims some for a time, sends them, and says how it went. One that died in between is
followed by another when its time is over: everything leaves at least once.
"""

from collections.abc import Collection, Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from truant.connectors.store import findings
from truant.connectors.store.columns import text
from truant.connectors.store.schema import outbox


class Notice(Struct, frozen=True):
    """A change of a finding for one channel; due at a time (milliseconds). `body`: its JSON."""

    channel: str
    finding_id: str
    change: str
    body: str
    due_at: int


class Claimed(Struct, frozen=True):
    """A notice that a sender holds; `attempts` counts this one."""

    id: int
    channel: str
    finding_id: str
    change: str
    body: str
    created_at: int
    attempts: int


_COLUMNS = tuple(outbox.c[name] for name in Claimed.__struct_fields__)


def put(conn: Connection, notices: Iterable[Notice], at: int) -> None:
    """Write notices. One of the same finding that still waits is told in its newest form."""
    for notice in notices:
        waiting = (
            (outbox.c.channel == notice.channel)
            & (outbox.c.finding_id == notice.finding_id)
            & (outbox.c.attempts == 0)
            & (outbox.c.claimed_until == 0)
        )
        newest = update(outbox).where(waiting).values(body=notice.body)
        if conn.execute(newest).rowcount == 0:
            row = {"created_at": at, "claimed_until": 0, "attempts": 0, "last_error": None}
            conn.execute(outbox.insert(), [{**msgspec.structs.asdict(notice), **row}])


def claim(
    conn: Connection, now: int, until: int, most: int, channels: Collection[str] | None = None
) -> list[Claimed]:
    """Take notices that are due, the oldest first, and hold them until a time (milliseconds)."""
    due = (outbox.c.due_at <= now) & (outbox.c.claimed_until <= now)
    if channels is not None:
        due &= outbox.c.channel.in_(sorted(channels))
    ids = list(
        conn.scalars(
            select(outbox.c.id)
            .where(due)
            .order_by(outbox.c.due_at, outbox.c.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    )
    mine = outbox.c.id.in_(ids)
    held = {"claimed_until": until, "attempts": outbox.c.attempts + 1}
    conn.execute(update(outbox).where(mine).values(**held))
    rows = conn.execute(select(*_COLUMNS).where(mine).order_by(outbox.c.due_at, outbox.c.id))
    return [msgspec.convert(row, Claimed, from_attributes=True) for row in rows]


def done(conn: Connection, sent: Iterable[Claimed], at: int) -> None:
    """Take away what has been sent."""
    sent = list(sent)
    conn.execute(delete(outbox).where(outbox.c.id.in_([one.id for one in sent])))
    findings.mark_sent(conn, [one.finding_id for one in sent], at)


def failed(conn: Connection, one: Claimed, error: str, due_at: int) -> None:
    """Give back what could not be sent, to be tried again at a time (milliseconds)."""
    again = {"claimed_until": 0, "due_at": due_at, "last_error": text(error)}
    conn.execute(update(outbox).where(outbox.c.id == one.id).values(**again))


def waiting(conn: Connection) -> dict[str, int]:
    """How many notices wait, by channel."""
    statement = select(outbox.c.channel, func.count()).group_by(outbox.c.channel)
    return dict(iter(conn.execute(statement)))
