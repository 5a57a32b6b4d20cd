"""What people changed, in order: who, when, what, and to what. Only ever added to."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, select

from truant.connectors.store.columns import text
from truant.connectors.store.people_schema import audit

DETAIL_MAX = 4096


class Deed(Struct, frozen=True):
    """One change; `at`: milliseconds; `detail`: what else was said, by name."""

    id: int
    at: int
    actor: str
    action: str
    subject: str
    detail: dict[str, str]


def note(
    conn: Connection,
    at: int,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, str] | None = None,
) -> None:
    """Note a change, in the transaction that makes it."""
    told = {name: text(value, 400) for name, value in list((detail or {}).items())[:10]}
    row = {
        "at": at,
        "actor": text(actor, 200),
        "action": text(action, 200),
        "subject": text(subject, 400),
        "detail": text(msgspec.json.encode(told).decode(), 16 * DETAIL_MAX),
    }
    conn.execute(audit.insert(), [row])


def page(conn: Connection, before: int | None = None, most: int = 100) -> list[Deed]:
    """The latest changes, or those before the one of an id."""
    statement = select(audit).order_by(audit.c.id.desc()).limit(most)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    return [
        Deed(row.id, row.at, row.actor, row.action, row.subject, msgspec.json.decode(row.detail))
        for row in conn.execute(statement)
    ]
