"""How far each intake has come: positions of its shards, and the items that it has taken in."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select, update

from truant.connectors.store.columns import chunks, inserting, key, put
from truant.connectors.store.schema import positions, taken


class AlreadyTaken(ValueError):
    """Some items of a batch have been taken in before; nothing of the batch was kept."""

    def __init__(self, items: list[str]) -> None:
        """Name the items."""
        super().__init__(f"{len(items)} items were taken in before, the first is {items[0]!r}")
        self.items = items


def position(conn: Connection, source: str, shard: str) -> str | None:
    """How far a shard of an intake has come, in the intake's own words; None at the beginning."""
    where = (positions.c.source == key(source)) & (positions.c.shard == key(shard))
    return conn.scalar(select(positions.c.position).where(where))


def advance(conn: Connection, source: str, shards: Mapping[str, str]) -> None:
    """Move positions."""
    rows = [
        {"source": key(source), "shard": key(shard), "position": place}
        for shard, place in sorted(shards.items())
    ]
    put(conn, positions, rows)


def expect(conn: Connection, source: str, shards: Mapping[str, str | None]) -> None:
    """Raise AlreadyTaken where a shard has come to another position than the batch began at.

    Two workers may read one shard: only one of them goes on from each position.
    """
    for shard, place in sorted(shards.items()):
        row = {"source": key(source), "shard": key(shard), "position": ""}
        made = inserting(conn, positions).values(row).on_conflict_do_nothing()
        is_new = conn.scalar(made.returning(positions.c.shard)) is not None
        where = (positions.c.source == key(source)) & (positions.c.shard == key(shard))
        now = conn.scalar(select(positions.c.position).where(where).with_for_update())
        if (None if is_new else now) != place:
            raise AlreadyTaken([shard])


def keep(conn: Connection, source: str, items: Iterable[str], at: int) -> None:
    """Of these items, remember those taken in as long as if it were now: they are still there."""
    for some in chunks(sorted(map(key, items))):
        mine = (taken.c.source == key(source)) & taken.c.item.in_(some)
        conn.execute(update(taken).where(mine).values(taken_at=at))


def untaken(conn: Connection, source: str, items: Iterable[str]) -> list[str]:
    """Of these items, those that have not been taken in yet, each once, in their order."""
    wanted = {key(item): item for item in items}
    known: set[str] = set()
    for some in chunks(sorted(wanted)):
        where = (taken.c.source == key(source)) & taken.c.item.in_(some)
        known |= set(conn.scalars(select(taken.c.item).where(where)))
    return [item for name, item in wanted.items() if name not in known]


def take(conn: Connection, source: str, items: Iterable[str], at: int) -> None:
    """Note items as taken in. Raises AlreadyTaken where one has been, here or by another worker."""
    wanted = {key(item): item for item in items}
    fresh: set[str] = set()
    for some in chunks(sorted(wanted)):
        rows = [{"source": key(source), "item": name, "taken_at": at} for name in some]
        statement = inserting(conn, taken).values(rows).on_conflict_do_nothing()
        fresh |= set(conn.scalars(statement.returning(taken.c.item)))
    if again := [item for name, item in wanted.items() if name not in fresh]:
        raise AlreadyTaken(again)


def forget_before(conn: Connection, at: int) -> int:
    """Forget items taken before a time (milliseconds); gives how many."""
    return conn.execute(delete(taken).where(taken.c.taken_at < at)).rowcount
