"""What happened to each finding, in order: never changed, deleted only with the finding."""

from collections.abc import Iterable
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from truant.connectors.store.columns import text
from truant.connectors.store.schema import finding_history


class Change(StrEnum):
    """What can happen to a finding."""

    CREATED = "created"
    UPDATED = "updated"
    SUPPRESSED = "suppressed"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    FEEDBACK = "feedback"


class Entry(Struct, frozen=True):
    """One change: when (milliseconds), by whom, why; and what the finding said after it."""

    finding_id: str
    at: int
    change: Change
    reason: str
    actor: str
    count: int
    severity: float
    confidence: float
    last_seen: int


_COLUMNS = tuple(finding_history.c[name] for name in Entry.__struct_fields__)


def add(conn: Connection, entries: Iterable[Entry]) -> None:
    """Write entries."""
    rows = [
        {**msgspec.structs.asdict(one), "reason": text(one.reason, 4096), "actor": text(one.actor)}
        for one in entries
    ]
    if rows:
        conn.execute(finding_history.insert(), rows)


def of(conn: Connection, finding_id: str) -> list[Entry]:
    """The history of one finding, oldest first."""
    where = finding_history.c.finding_id == finding_id
    statement = select(*_COLUMNS).where(where).order_by(finding_history.c.id)
    return [msgspec.convert(row, Entry, from_attributes=True) for row in conn.execute(statement)]
