"""What goes into columns: hostile texts made storable, rows put in where some stand already.

PostgreSQL takes no NUL in a text, neither database a lone surrogate, and an index no long one.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, Table
from sqlalchemy.dialects import postgresql, sqlite

TEXT_MAX = 1024
KEY_MAX = 256
CHUNK = 500  # rows of one statement: well below the bounds on parameters of both databases
_DIGEST = "sha256:"

Row = Mapping[str, Any]
_T = TypeVar("_T")


def text(value: str, most: int = TEXT_MAX) -> str:
    """The text as a column takes it, cut to `most` characters."""
    return value[:most].replace("\0", "�").encode("utf-8", "replace").decode("utf-8")


def optional(value: str | None, most: int = TEXT_MAX) -> str | None:
    """`text`, or None."""
    return None if value is None else text(value, most)


def key(value: str) -> str:
    """The text where it can be a key, else its digest; different texts have different keys."""
    if len(value) <= KEY_MAX and not value.startswith(_DIGEST) and text(value) == value:
        return value
    return _DIGEST + hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def members(row: RowMapping) -> dict[str, Any]:
    """A row as names and values."""
    return {str(name): value for name, value in row.items()}


def chunks(values: Iterable[_T], most: int = CHUNK) -> Iterator[list[_T]]:
    """The values in lists of at most `most`."""
    pending = iter(values)
    while chunk := list(islice(pending, most)):
        yield chunk


def put(
    conn: Connection, table: Table, rows: Iterable[Row], update: Sequence[str] | None = None
) -> None:
    """Insert rows; where one of the same primary key stands already, its `update` columns change.

    `update`: None for all columns, empty to leave such a row as it is.
    """
    keys = [column.name for column in table.primary_key]
    names = [c.name for c in table.columns if c.name not in keys] if update is None else update
    for chunk in chunks(rows):
        statement = inserting(conn, table)
        if names:
            changed = {name: statement.excluded[name] for name in names}
            conn.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), chunk)
        else:
            conn.execute(statement.on_conflict_do_nothing(index_elements=keys), chunk)


def inserting(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The dialect's own insert, which knows `ON CONFLICT`."""
    own = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    return own(table)
