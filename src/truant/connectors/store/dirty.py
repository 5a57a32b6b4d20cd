"""The principals that must be judged anew. A mark is cleared with what the judging wrote."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, func, literal, select

from truant.connectors.store import settings
from truant.connectors.store.columns import chunks, inserting, put
from truant.connectors.store.schema import dirty, sessions

NEWS, SWEEP = 0, 1  # urgency: seen doing something, or something around it changed


def mark(conn: Connection, principals: Iterable[str], urgency: int, since: int) -> None:
    """Mark principals (`columns.key`); `since` is the service's time in milliseconds.

    A mark that a judge holds makes this wait until he is done, so that none is lost.
    """
    names = sorted(set(principals))
    known: dict[str, int] = {}
    for some in chunks(names):
        held = select(dirty.c.principal, dirty.c.urgency).where(dirty.c.principal.in_(some))
        known |= dict(iter(conn.execute(held)))
    rows = [
        {"principal": name, "urgency": min(urgency, known.get(name, urgency)), "since": since}
        for name in names
    ]
    put(conn, dirty, rows, update=("urgency",))


def sweep(conn: Connection, since: int) -> bool:
    """Mark every session, if the world around them changed since the last sweep; gives whether."""
    world = f"{settings.get(conn, settings.WORLD)} {settings.get(conn, settings.HABITS)}"
    if world == settings.get(conn, settings.SWEPT, " "):
        return False
    mark_all(conn, since)
    settings.put_value(conn, settings.SWEPT, world)
    return True


def mark_all(conn: Connection, since: int) -> None:
    """Mark every session there is, behind those of which there is news."""
    every = select(sessions.c.principal, literal(SWEEP), literal(since)).order_by(
        sessions.c.principal
    )
    if conn.dialect.name == "sqlite":  # its grammar needs a WHERE before ON CONFLICT
        every = every.where(literal(1) == literal(1))
    statement = inserting(conn, dirty).from_select(["principal", "urgency", "since"], every)
    # An update, not nothing: it waits for a judge who holds the mark and is about to clear it.
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=["principal"], set_={"urgency": dirty.c.urgency}
        )
    )


def claim(conn: Connection, most: int) -> list[str]:
    """Take marked principals, news first; others' claims are passed over. Held until commit."""
    statement = (
        select(dirty.c.principal)
        .order_by(dirty.c.urgency, dirty.c.since, dirty.c.principal)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return list(conn.scalars(statement))


def clear(conn: Connection, principals: Iterable[str]) -> None:
    """Take marks away, in the transaction that holds them."""
    for some in chunks(sorted(set(principals))):
        conn.execute(delete(dirty).where(dirty.c.principal.in_(some)))


def count(conn: Connection) -> int:
    """How many principals wait."""
    return conn.scalar(select(func.count()).select_from(dirty)) or 0
