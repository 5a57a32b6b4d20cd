"""What became of everything that was read: counts."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from truant.connectors.store.columns import inserting, text
from truant.connectors.store.schema import accounting

RECORDS, FILES, TOTALS = "records", "files", "totals"


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
