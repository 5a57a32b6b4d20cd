"""What users said of findings: labels to learn from, kept when the finding is gone."""

from collections.abc import Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select, update

from truant.connectors.store.columns import text
from truant.connectors.store.schema import feedback, findings


class Label(Struct, frozen=True):
    """One answer: USEFUL or NOT_USEFUL, at a time (milliseconds)."""

    finding_id: str
    at: int
    label: str
    comments: str
    actor: str


_COLUMNS = tuple(feedback.c[name] for name in Label.__struct_fields__)


def add(conn: Connection, labels: Iterable[Label]) -> None:
    """Keep labels; the latest stands with its finding."""
    for one in labels:
        row = {**msgspec.structs.asdict(one), "comments": text(one.comments, 4096)}
        conn.execute(feedback.insert(), [row])
        mine = findings.c.id == one.finding_id
        conn.execute(update(findings).where(mine).values(feedback=one.label))


def of(conn: Connection, finding_id: str | None = None) -> list[Label]:
    """The labels of one finding, or of all, oldest first."""
    statement = select(*_COLUMNS).order_by(feedback.c.id)
    if finding_id is not None:
        statement = statement.where(feedback.c.finding_id == finding_id)
    return [msgspec.convert(row, Label, from_attributes=True) for row in conn.execute(statement)]
