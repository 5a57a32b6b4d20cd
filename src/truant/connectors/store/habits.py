"""Habits: what each session showed on each day, from which judging learns what is usual."""

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from sqlalchemy import Connection, delete, select

from truant.connectors.store import settings
from truant.connectors.store.columns import chunks, put
from truant.connectors.store.schema import habits
from truant.model.habit import Habit
from truant.model.habit import habits as habits_of
from truant.model.role_session import RoleSession

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(Habit)


def keep(conn: Connection, changed: Mapping[str, RoleSession], today: int) -> None:
    """Keep the habits of sessions, by principal (`columns.key`), for all days that they hold.

    `today`: the day since the epoch that is not over yet. What an earlier one showed is news for
    every later day.
    """
    fresh = {
        (name, habit.day): _encoder.encode(habit)
        for name, session in changed.items()
        for habit in habits_of(session)
    }
    for names in chunks(sorted(changed)):
        for row in conn.execute(select(habits).where(habits.c.principal.in_(names))):
            if fresh.get((row.principal, row.day)) == row.habit:
                del fresh[row.principal, row.day]
    rows = [
        {"principal": name, "day": day, "habit": fresh[name, day]} for name, day in sorted(fresh)
    ]
    put(conn, habits, rows)
    if any(day < today for _, day in fresh):
        settings.grow(conn, settings.HABITS)


def before(conn: Connection, day: int) -> Iterator[Habit]:
    """The habits of all days before one."""
    ordered = select(habits.c.habit).where(habits.c.day < day)
    for one in conn.scalars(ordered.order_by(habits.c.day, habits.c.principal)):
        yield _decoder.decode(one)


def drop_before(conn: Connection, day: int) -> int:
    """Drop the habits of days before one; gives how many."""
    return conn.execute(delete(habits).where(habits.c.day < day)).rowcount


def instances(told: Iterable[Habit]) -> set[str]:
    """The instances that habits are of."""
    return {habit.instance for habit in told}
