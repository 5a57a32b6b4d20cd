"""Trusted and threat lists: where each comes from, whether it counts, and what it holds."""

import zlib
from collections.abc import Collection
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from truant.connectors.store import settings
from truant.connectors.store.columns import optional, put
from truant.connectors.store.schema import address_sets


class Kind(StrEnum):
    """GuardDuty's four."""

    TRUSTED_IP = "ipset"
    THREAT_IP = "threatintelset"
    TRUSTED_ENTITY = "trustedentityset"
    THREAT_ENTITY = "threatentityset"

    @property
    def is_trusted(self) -> bool:
        """Whether what it lists is trusted; else it is a threat."""
        return self in (Kind.TRUSTED_IP, Kind.TRUSTED_ENTITY)


class Status(StrEnum):
    """GuardDuty's life of a list. ACTIVATING: it is about to be read."""

    INACTIVE = "INACTIVE"
    ACTIVATING = "ACTIVATING"
    ACTIVE = "ACTIVE"
    DEACTIVATING = "DEACTIVATING"
    ERROR = "ERROR"


class AddressSet(Struct):
    """One list without its content; times in milliseconds."""

    id: str
    detector_id: str
    kind: Kind
    name: str
    format: str
    location: str
    status: Status
    created_at: int
    updated_at: int
    owner: str | None = None
    error: str | None = None
    entries: int = 0


class Loaded(Struct, frozen=True):
    """A list that counts, with its content as read."""

    set: AddressSet
    content: bytes


_COLUMNS = tuple(address_sets.c[name] for name in AddressSet.__struct_fields__)


def keep(conn: Connection, one: AddressSet) -> None:
    """Write a list, new or changed; its content stays as it is."""
    row = {**msgspec.structs.asdict(one), "error": optional(one.error)}
    put(conn, address_sets, [row], update=[c.name for c in _COLUMNS if c.name != "id"])
    settings.grow(conn, settings.WORLD)


def get(conn: Connection, detector_id: str, kind: Kind, id_: str) -> AddressSet | None:
    """One list, or None."""
    where = (
        (address_sets.c.detector_id == detector_id)
        & (address_sets.c.kind == kind)
        & (address_sets.c.id == id_)
    )
    row = conn.execute(select(*_COLUMNS).where(where)).first()
    return None if row is None else _set(row)


def page(conn: Connection, detector_id: str, kind: Kind, after: str, most: int) -> list[AddressSet]:
    """A detector's lists of a kind whose id follows `after`, at most so many."""
    where = (
        (address_sets.c.detector_id == detector_id)
        & (address_sets.c.kind == kind)
        & (address_sets.c.id > after)
    )
    ordered = select(*_COLUMNS).where(where).order_by(address_sets.c.id).limit(most)
    return [_set(row) for row in conn.execute(ordered)]


def count(conn: Connection, detector_id: str, kind: Kind) -> int:
    """How many lists of a kind a detector has."""
    where = (address_sets.c.detector_id == detector_id) & (address_sets.c.kind == kind)
    return conn.scalar(select(func.count()).select_from(address_sets).where(where)) or 0


def remove(conn: Connection, id_: str) -> None:
    """Delete a list and its content."""
    conn.execute(delete(address_sets).where(address_sets.c.id == id_))
    settings.grow(conn, settings.WORLD)


def waiting(conn: Connection) -> list[AddressSet]:
    """The lists that are to be read."""
    where = address_sets.c.status == Status.ACTIVATING
    ordered = select(*_COLUMNS).where(where).order_by(address_sets.c.id)
    return [_set(row) for row in conn.execute(ordered)]


def settle(
    conn: Connection, one: AddressSet, at: int, *, content: bytes | None, error: str | None
) -> bool:
    """Note what became of reading a list, unless it was changed meanwhile; gives whether.

    The list counts with its `content` and `entries`, or stands in ERROR.
    """
    same = (
        (address_sets.c.id == one.id)
        & (address_sets.c.status == Status.ACTIVATING)
        & (address_sets.c.location == one.location)
        & (address_sets.c.updated_at == one.updated_at)
    )
    status = Status.ERROR if content is None else Status.ACTIVE
    values = {
        "status": status,
        "error": optional(error),
        "entries": one.entries,
        "updated_at": max(at, one.updated_at),
        "content": None if content is None else zlib.compress(content),
    }
    changed = conn.execute(update(address_sets).where(same).values(**values)).rowcount > 0
    if changed:
        settings.grow(conn, settings.WORLD)
    return changed


def active(conn: Connection, detector_ids: Collection[str] | None = None) -> list[Loaded]:
    """The lists that count, of these detectors or of all."""
    where = (address_sets.c.status == Status.ACTIVE) & address_sets.c.content.is_not(None)
    if detector_ids is not None:
        where &= address_sets.c.detector_id.in_(sorted(detector_ids))
    ordered = select(*_COLUMNS, address_sets.c.content).where(where).order_by(address_sets.c.id)
    return [Loaded(_set(row), zlib.decompress(row.content)) for row in conn.execute(ordered)]


def _set(row: object) -> AddressSet:
    return msgspec.convert(row, AddressSet, from_attributes=True)
