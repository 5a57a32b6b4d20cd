"""Where findings are sent, each place a channel: whose turn it is there, and how it has gone.

A sender takes a channel for a time, so that what is told there stays in order. One that died in
between is followed by another when its time is over.
"""

from collections.abc import Collection, Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from truant.connectors.store.columns import put, text
from truant.connectors.store.schema import channels, outbox


class Channel(Struct):
    """One place; times in milliseconds. `place`: what people are shown of it; no secret."""

    name: str
    kind: str
    place: str
    is_open: bool = True
    is_configured: bool = False
    to_verify: bool = False
    held_by: str | None = None
    held_until: int = 0
    retry_at: int = 0
    failures: int = 0
    failing_since: int | None = None
    last_error: str | None = None
    sent_at: int | None = None


_COLUMNS = tuple(channels.c[name] for name in Channel.__struct_fields__)


def configure(conn: Connection, named: Iterable[Channel]) -> None:
    """Say which channels the configuration names: these are open, the others of it are not."""
    conn.execute(update(channels).where(channels.c.is_configured).values(is_open=False))
    rows = []
    for one in named:
        one.is_configured = True
        rows.append(_row(one))
    put(conn, channels, rows, update=("kind", "place", "is_open", "is_configured"))


def verify(conn: Connection, one: Channel) -> None:
    """Open a channel, or one that was changed anew: something is to be written there now."""
    one.to_verify = True
    put(conn, channels, [_row(one)])


def _row(one: Channel) -> dict[str, object]:
    return {**msgspec.structs.asdict(one), "place": text(one.place)}


def remove(conn: Connection, names: Iterable[str]) -> None:
    """Forget channels, with what still waits for them."""
    for name in names:
        conn.execute(delete(channels).where(channels.c.name == name))
        conn.execute(delete(outbox).where(outbox.c.channel == name))


def all_of(conn: Connection) -> list[Channel]:
    """Every channel, in the order of names."""
    rows = conn.execute(select(*_COLUMNS).order_by(channels.c.name))
    return [msgspec.convert(row, Channel, from_attributes=True) for row in rows]


def configured(conn: Connection) -> list[str]:
    """The names of the channels that the configuration opens: they are told of every account."""
    where = channels.c.is_configured & channels.c.is_open
    return list(conn.scalars(select(channels.c.name).where(where).order_by(channels.c.name)))


def take(
    conn: Connection, now: int, until: int, holder: str, named: Collection[str]
) -> Channel | None:
    """Take the channel that has waited longest of those where something is due, or None.

    `named`: of those that a configuration names, the ones that the holder knows how to reach.
    """
    due = (
        (outbox.c.channel == channels.c.name)
        & (outbox.c.due_at <= now)
        & (outbox.c.claimed_until <= now)
        & outbox.c.set_aside_at.is_(None)
    )
    known = or_(~channels.c.is_configured, channels.c.name.in_(sorted(named)))
    free = (channels.c.held_until <= now) & (channels.c.retry_at <= now) & channels.c.is_open
    found = conn.execute(
        select(*_COLUMNS)
        .where(free, known, or_(channels.c.to_verify, select(outbox.c.id).where(due).exists()))
        .order_by(channels.c.retry_at, channels.c.held_until, channels.c.name)
        .limit(1)
        .with_for_update(of=channels, skip_locked=True)
    ).first()
    if found is None:
        return None
    taken = msgspec.convert(found, Channel, from_attributes=True)
    _set(conn, taken, held_by=holder, held_until=until)
    return taken


def succeeded(conn: Connection, one: Channel, holder: str, now: int) -> None:
    """Give a channel back to which something was sent."""
    good = {"failures": 0, "failing_since": None, "last_error": None, "to_verify": False}
    _set(conn, one, sent_at=now, **good)
    _release(conn, one, holder, now, now)


def failed(
    conn: Connection, one: Channel, holder: str, now: int, error: str, retry_at: int
) -> None:
    """Give a channel back to which nothing could be sent, to be tried again at a time."""
    since = one.failing_since if one.failing_since is not None else now
    _set(conn, one, failures=one.failures + 1, failing_since=since, last_error=text(error))
    _release(conn, one, holder, now, retry_at)


def give_back(conn: Connection, one: Channel, holder: str, now: int) -> None:
    """Give a channel back to which nothing was sent."""
    _release(conn, one, holder, now, one.retry_at)


def _release(conn: Connection, one: Channel, holder: str, now: int, retry_at: int) -> None:
    mine = (channels.c.name == one.name) & (channels.c.held_by == holder)
    over = {"held_by": None, "held_until": now, "retry_at": retry_at}
    conn.execute(update(channels).where(mine).values(**over))


def _set(conn: Connection, one: Channel, **values: object) -> None:
    conn.execute(update(channels).where(channels.c.name == one.name).values(**values))
