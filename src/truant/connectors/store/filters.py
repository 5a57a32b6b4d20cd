"""Filters: named criteria; those with the action ARCHIVE are suppression rules, in order of rank.

Ranks are 1, 2, 3 … without gaps: a filter put at a rank moves those behind it.
"""

import json

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, delete, select

from truant.connectors.store import columns
from truant.connectors.store.schema import filters

ARCHIVE, NOOP = "ARCHIVE", "NOOP"


class Filter(Struct):
    """One filter of a detector. `criteria`: the wire's `findingCriteria`. Times: milliseconds.

    From `expires_at` on it archives nothing more; None: it never expires.
    """

    detector_id: str
    name: str
    action: str
    rank: int
    description: str
    criteria: dict[str, object]
    created_at: int
    updated_at: int
    version: int = 1
    expires_at: int | None = None


def of_detector(conn: Connection, detector_id: str) -> list[Filter]:
    """A detector's filters in order of rank."""
    where = filters.c.detector_id == detector_id
    statement = select(filters).where(where).order_by(filters.c.rank, filters.c.name)
    return [_filter(row) for row in conn.execute(statement).mappings()]


def get(conn: Connection, detector_id: str, name: str) -> Filter | None:
    """One filter, or None."""
    return next((one for one in of_detector(conn, detector_id) if one.name == name), None)


def keep(conn: Connection, changed: Filter) -> None:
    """Write a filter, new or changed, at its rank (or last, where its rank is beyond that)."""
    others = [f for f in of_detector(conn, changed.detector_id) if f.name != changed.name]
    others.insert(changed.rank - 1, changed)
    _keep_in_order(conn, others)


def remove(conn: Connection, detector_id: str, name: str) -> bool:
    """Delete a filter; gives whether there was one."""
    where = (filters.c.detector_id == detector_id) & (filters.c.name == name)
    found = conn.execute(delete(filters).where(where)).rowcount > 0
    _keep_in_order(conn, of_detector(conn, detector_id))
    return found


def _keep_in_order(conn: Connection, ordered: list[Filter]) -> None:
    for rank, one in enumerate(ordered, 1):
        one.rank = rank
    columns.put(conn, filters, [_row(one) for one in ordered])


def _row(one: Filter) -> dict[str, object]:
    return {**msgspec.structs.asdict(one), "criteria": json.dumps(one.criteria)}


def _filter(row: RowMapping) -> Filter:
    return msgspec.convert(
        {**columns.members(row), "criteria": json.loads(str(row["criteria"]))}, Filter
    )
