"""What became of everything that was read: counts, and what could not be taken in, by position."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from sqlalchemy import Connection, func, select

from truant.connectors.store.columns import inserting, text
from truant.connectors.store.schema import accounting, quarantine

RECORDS, FILES, TOTALS = "records", "files", "totals"
QUARANTINE_MAX = 100_000  # named one by one; those beyond are only counted


class Refused(Struct, frozen=True):
    """A piece that could not be taken in: of which item, where (0: the whole of it), and why."""

    item: str
    position: int
    reason: str


def add(conn: Connection, kind: str, counts: Mapping[str, int]) -> None:
    """Add to the counts of one kind: RECORDS by outcome, FILES by form, TOTALS."""
    rows = [
        {"kind": kind, "name": text(name), "number": number}
        for name, number in sorted(counts.items())
        if number
    ]
    if not rows:
        return
    statement = inserting(conn, accounting)
    grown = accounting.c.number + statement.excluded.number
    conn.execute(
        statement.on_conflict_do_update(index_elements=["kind", "name"], set_={"number": grown}),
        rows,
    )


def counts(conn: Connection, kind: str) -> dict[str, int]:
    """The counts of one kind."""
    statement = select(accounting.c.name, accounting.c.number).where(accounting.c.kind == kind)
    return dict(iter(conn.execute(statement.order_by(accounting.c.name))))


def refuse(conn: Connection, source: str, refused: Iterable[Refused], at: int) -> None:
    """Keep what was refused, by file and position; past QUARANTINE_MAX it is only counted."""
    rows = [
        {
            "source": text(source),
            "item": text(one.item),
            "position": one.position,
            "reason": text(one.reason),
            "at": at,
        }
        for one in refused
    ]
    room = QUARANTINE_MAX - quarantined(conn)
    if rows and room > 0:
        conn.execute(quarantine.insert(), rows[:room])


def quarantined(conn: Connection) -> int:
    """How many pieces the quarantine holds."""
    return conn.scalar(select(func.count()).select_from(quarantine)) or 0


def refusals(conn: Connection, most: int = 100) -> list[Refused]:
    """The latest pieces of the quarantine."""
    statement = select(quarantine.c.item, quarantine.c.position, quarantine.c.reason)
    latest = statement.order_by(quarantine.c.id.desc()).limit(most)
    return [Refused(item, position, reason) for item, position, reason in conn.execute(latest)]
