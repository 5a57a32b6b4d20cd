"""The quarantine: what could not be taken in, by source, item and position; and trying it again.

What can be fetched again is fetched again. Of a message that exists nowhere else the content is
kept, without what looks like a secret.
"""

import re
import zlib
from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from truant.connectors.store.columns import key, text
from truant.connectors.store.schema import quarantine

PIECES_MAX = 100_000  # named one by one; those beyond are only counted
CONTENT_BYTES_MAX = 1024 * 1024  # SQS's and Kinesis's largest message
# Session tokens and secret keys, and what a poisoned message may have made of them.
_SECRETS = re.compile(
    rb'[A-Za-z0-9+/=]{100,}|(?i:token|secret|password)[a-z_-]{0,24}\\*"?\s*[:=]\s*\\*"?[^"\s,}]+'
)


class Refused(Struct, frozen=True):
    """A piece that could not be taken in: of which item, where (0: the whole of it), and why.

    `content`: of a message that cannot be fetched again.
    """

    item: str
    position: int
    reason: str
    content: bytes | None = None


class Piece(Struct, frozen=True):
    """A piece in the quarantine. `at` is milliseconds; `again`: it is to be tried again."""

    id: int
    source: str
    item: str
    position: int
    reason: str
    at: int
    again: bool


_COLUMNS = tuple(quarantine.c[name] for name in Piece.__struct_fields__)


def refuse(conn: Connection, source: str, refused: Iterable[Refused], at: int) -> None:
    """Keep what was refused; past PIECES_MAX it is only counted, by whoever calls."""
    rows = [
        {
            "source": key(source),
            "item": text(one.item),
            "position": one.position,
            "reason": text(one.reason),
            "at": at,
            "again": False,
            "content": None if one.content is None else _kept(one.content),
        }
        for one in refused
    ]
    room = PIECES_MAX - count(conn) if rows else 0
    if room > 0:
        conn.execute(quarantine.insert(), rows[:room])


def _kept(content: bytes) -> bytes:
    return zlib.compress(_SECRETS.sub(b"(left out)", content[:CONTENT_BYTES_MAX]))


def count(conn: Connection) -> int:
    """How many pieces the quarantine holds."""
    return conn.scalar(select(func.count()).select_from(quarantine)) or 0


def latest(conn: Connection, most: int = 100) -> list[Piece]:
    """The latest pieces, newest first."""
    rows = conn.execute(select(*_COLUMNS).order_by(quarantine.c.id.desc()).limit(most))
    return [Piece(*row) for row in rows]


def try_again(conn: Connection, ids: Iterable[int] | None) -> int:
    """Mark pieces, or all (None), to be tried again; gives how many items these are of.

    All pieces of an item go together, because it is read as a whole.
    """
    items = select(quarantine.c.source, quarantine.c.item).distinct()
    if ids is not None:
        items = items.where(quarantine.c.id.in_(sorted(set(ids))))
    found = conn.execute(items).all()
    for source, item in found:
        where = (quarantine.c.source == source) & (quarantine.c.item == item)
        conn.execute(update(quarantine).where(where).values(again=True))
    return len(found)


def wanted(conn: Connection, source: str, most: int) -> dict[str, bytes | None]:
    """Items of a source that are to be tried again, with their content where it is kept."""
    where = (quarantine.c.source == key(source)) & quarantine.c.again
    statement = select(quarantine.c.item, quarantine.c.content).where(where)
    found: dict[str, bytes | None] = {}
    for item, content in conn.execute(statement.order_by(quarantine.c.id).limit(most)):
        found[item] = found.get(item) or (zlib.decompress(content) if content else None)
    return found


def release(conn: Connection, source: str, items: Iterable[str]) -> None:
    """Take all pieces of some items out: they are being read anew."""
    for item in sorted(set(items)):
        where = (quarantine.c.source == key(source)) & (quarantine.c.item == text(item))
        conn.execute(delete(quarantine).where(where))
