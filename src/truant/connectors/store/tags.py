"""Tags of detectors, filters, lists and destinations, by ARN."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, delete, select

from truant.connectors.store.columns import put
from truant.connectors.store.schema import tags


def of(conn: Connection, arn: str) -> dict[str, str]:
    """The tags of a resource."""
    statement = select(tags.c.name, tags.c.value).where(tags.c.arn == arn).order_by(tags.c.name)
    return dict(iter(conn.execute(statement)))


def add(conn: Connection, arn: str, more: Mapping[str, str]) -> None:
    """Add tags; one of the same name changes."""
    rows = [{"arn": arn, "name": name, "value": value} for name, value in sorted(more.items())]
    put(conn, tags, rows)


def remove_under(conn: Connection, arn: str) -> None:
    """Take away all tags of a resource and of what is named under it."""
    under = tags.c.arn.startswith(f"{arn}/", autoescape=True)
    conn.execute(delete(tags).where((tags.c.arn == arn) | under))


def remove(conn: Connection, arn: str, names: Iterable[str] | None = None) -> None:
    """Take tags of these names away, or all."""
    where = tags.c.arn == arn
    if names is not None:
        where &= tags.c.name.in_(sorted(set(names)))
    conn.execute(delete(tags).where(where))
