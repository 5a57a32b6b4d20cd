"""What has been learned, each in one piece by its name; what is in it is the learner's own."""

from sqlalchemy import Connection, select

from truant.connectors.store.columns import put
from truant.connectors.store.schema import baselines


def get(conn: Connection, name: str, *, lock: bool = False) -> bytes | None:
    """A baseline's content, or None; `lock`: nobody else changes it until the transaction ends."""
    statement = select(baselines.c.content).where(baselines.c.name == name)
    return conn.scalar(statement.with_for_update() if lock else statement)


def keep(conn: Connection, name: str, content: bytes, at: int) -> None:
    """Write a baseline, new or changed, at a time (milliseconds)."""
    put(conn, baselines, [{"name": name, "updated_at": at, "content": content}])
