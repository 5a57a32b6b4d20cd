"""Notices that wait to leave, written with what they tell of, in one transaction.

Whoever holds a channel claims some of its notices for a time, sends them, and says how it went.
Everything leaves at least once, and what is told of one finding leaves in its order.
"""

import hashlib
from collections.abc import Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from truant.connectors.store import findings
from truant.connectors.store.columns import text
from truant.connectors.store.history import Change
from truant.connectors.store.schema import outbox

ATTEMPTS_MAX = 10  # with back-off, a quarter of an hour: then what is refused is set aside
_NEWS = (Change.UPDATED.value, Change.RESTORED.value)


class Notice(Struct, frozen=True):
    """A change of a finding for one channel; due at a time (milliseconds). `body`: its JSON."""

    channel: str
    finding_id: str
    change: str
    body: str
    due_at: int


class Claimed(Struct, frozen=True):
    """A notice that a sender holds; `attempts`: how often it was tried before."""

    id: int
    channel: str
    finding_id: str
    change: str
    body: str
    created_at: int
    attempts: int

    @property
    def key(self) -> str:
        """What tells receivers that they have it already: the same at each attempt."""
        parts = f"{self.channel}\x1f{self.finding_id}\x1f{self.id}\x1f{self.created_at}"
        return hashlib.sha256(parts.encode()).hexdigest()[:32]


class Waiting(Struct, frozen=True):
    """What waits for one channel; `oldest`: when the first of it was due, in milliseconds."""

    notices: int
    set_aside: int
    oldest: int


_COLUMNS = tuple(outbox.c[name] for name in Claimed.__struct_fields__)


def put(conn: Connection, notices: Iterable[Notice], at: int) -> None:
    """Write notices. One of the same finding that was not tried yet is told in its newest form.

    It then leaves when the earlier of the two was due.
    """
    for notice in notices:
        own = (outbox.c.channel == notice.channel) & (outbox.c.finding_id == notice.finding_id)
        untried = own & (outbox.c.attempts == 0) & (outbox.c.claimed_until == 0)
        held = select(outbox.c.id, outbox.c.change, outbox.c.due_at).where(untried)
        last = conn.execute(held.order_by(outbox.c.id.desc()).limit(1).with_for_update()).first()
        if last is not None:
            told = {
                "body": notice.body,
                "change": _together(last.change, notice.change),
                "due_at": min(last.due_at, notice.due_at),
            }
            conn.execute(update(outbox).where(outbox.c.id == last.id).values(**told))
            continue
        # Behind what is being sent of the same finding, though a clock was set back.
        before = conn.scalar(select(func.max(outbox.c.due_at)).where(own)) or 0
        row = {"created_at": at, "claimed_until": 0, "attempts": 0, "last_error": None}
        row["due_at"] = max(notice.due_at, before)
        conn.execute(outbox.insert(), [{**msgspec.structs.asdict(notice), **row}])


def _together(before: str, after: str) -> str:
    """What two changes are in one: a finding that nobody has heard of yet is still new."""
    return before if before == Change.CREATED.value and after in _NEWS else after


def claim(conn: Connection, channel: str, now: int, until: int, most: int) -> list[Claimed]:
    """Take notices of a channel that are due, the oldest first, and hold them until a time.

    For whoever holds the channel: `channels.take`.
    """
    due = (
        (outbox.c.channel == channel)
        & (outbox.c.due_at <= now)
        & (outbox.c.claimed_until <= now)
        & outbox.c.set_aside_at.is_(None)
    )
    ordered = select(outbox.c.id).where(due).order_by(outbox.c.due_at, outbox.c.id).limit(most)
    mine = outbox.c.id.in_(list(conn.scalars(ordered.with_for_update(skip_locked=True))))
    conn.execute(update(outbox).where(mine).values(claimed_until=until))
    rows = conn.execute(select(*_COLUMNS).where(mine).order_by(outbox.c.due_at, outbox.c.id))
    return [msgspec.convert(row, Claimed, from_attributes=True) for row in rows]


def done(conn: Connection, sent: Iterable[Claimed], at: int) -> None:
    """Take away what has been sent, and note it with its findings."""
    sent = list(sent)
    drop(conn, sent)
    findings.mark_sent(conn, [one.finding_id for one in sent], at)


def drop(conn: Connection, some: Iterable[Claimed]) -> None:
    """Take notices away that are not wanted there."""
    conn.execute(delete(outbox).where(outbox.c.id.in_([one.id for one in some])))


def failed(conn: Connection, one: Claimed, error: str, at: int, *, refused: bool) -> bool:
    """Give back what could not be sent; whether it is set aside, having been refused too often."""
    aside = refused and one.attempts + 1 >= ATTEMPTS_MAX
    again = {
        "claimed_until": 0,
        "attempts": one.attempts + 1,
        "last_error": text(error),
        "set_aside_at": at if aside else None,
    }
    conn.execute(update(outbox).where(outbox.c.id == one.id).values(**again))
    return aside


def release(conn: Connection, untried: Iterable[Claimed]) -> None:
    """Give back what was not tried."""
    mine = outbox.c.id.in_([one.id for one in untried])
    conn.execute(update(outbox).where(mine).values(claimed_until=0))


def again(conn: Connection, channel: str, at: int) -> int:
    """Let what was set aside of a channel be tried once more; gives how many."""
    where = (outbox.c.channel == channel) & outbox.c.set_aside_at.is_not(None)
    anew = {"set_aside_at": None, "attempts": 1, "due_at": at}
    return conn.execute(update(outbox).where(where).values(**anew)).rowcount


def waiting(conn: Connection) -> dict[str, Waiting]:
    """What waits, by channel."""
    aside: ColumnElement[int] = func.count(outbox.c.set_aside_at)
    statement = select(
        outbox.c.channel, func.count() - aside, aside, func.min(outbox.c.due_at)
    ).group_by(outbox.c.channel)
    return {
        channel: Waiting(number, set_aside, oldest)
        for channel, number, set_aside, oldest in conn.execute(statement)
    }
