"""What is heard of each account: how many sessions, and when the last call was."""

from msgspec import Struct
from sqlalchemy import Connection, func, select

from truant.connectors.store.schema import sessions, taken


class Heard(Struct, frozen=True):
    """What is kept of one account's sessions; `newest`: epoch seconds."""

    account: str
    sessions: int
    newest: int


def heard(conn: Connection) -> dict[str, Heard]:
    """Each account whose sessions are kept."""
    own = sessions.c
    statement = (
        select(own.account, func.count(), func.max(own.newest))
        .where(own.account.is_not(None))
        .group_by(own.account)
    )
    return {
        account: Heard(account, many, newest) for account, many, newest in conn.execute(statement)
    }


def last_taken(conn: Connection) -> dict[str, int]:
    """When each intake last took something in (milliseconds)."""
    statement = select(taken.c.source, func.max(taken.c.taken_at)).group_by(taken.c.source)
    return dict(iter(conn.execute(statement)))
