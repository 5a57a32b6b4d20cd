"""Publishing destinations: buckets to which a detector's findings are written."""

from collections.abc import Collection
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, select, update

from truant.connectors.store.columns import members, put
from truant.connectors.store.schema import destinations


class Status(StrEnum):
    """GuardDuty's life of a destination."""

    PENDING = "PENDING_VERIFICATION"
    PUBLISHING = "PUBLISHING"
    FAILING = "UNABLE_TO_PUBLISH_FIX_DESTINATION_PROPERTY"
    STOPPED = "STOPPED"


class Destination(Struct):
    """One destination; times in milliseconds. `arn`: the bucket's, with a prefix where wanted."""

    id: str
    detector_id: str
    type: str
    arn: str
    kms_key_arn: str
    status: Status
    created_at: int
    failing_since: int | None = None

    @property
    def channel(self) -> str:
        """Its name in the outbox."""
        return f"destination:{self.id}"


def keep(conn: Connection, one: Destination) -> None:
    """Write a destination, new or changed."""
    put(conn, destinations, [msgspec.structs.asdict(one)])


def of_detectors(conn: Connection, detector_ids: Collection[str]) -> list[Destination]:
    """The destinations of these detectors, in the order of their ids."""
    where = destinations.c.detector_id.in_(sorted(set(detector_ids)))
    ordered = select(destinations).where(where).order_by(destinations.c.id)
    return [msgspec.convert(members(row), Destination) for row in conn.execute(ordered).mappings()]


def get(conn: Connection, detector_id: str, id_: str) -> Destination | None:
    """One destination, or None."""
    return next((one for one in of_detectors(conn, [detector_id]) if one.id == id_), None)


def by_id(conn: Connection, id_: str) -> Destination | None:
    """The destination of an id, or None."""
    row = conn.execute(select(destinations).where(destinations.c.id == id_)).mappings().first()
    return None if row is None else msgspec.convert(members(row), Destination)


def set_status(conn: Connection, id_: str, status: Status, failing_since: int | None) -> None:
    """Note how publishing goes; one that a user stopped stays so. `failing_since`: milliseconds."""
    where = (destinations.c.id == id_) & (destinations.c.status != Status.STOPPED)
    now = {"status": status.value, "failing_since": failing_since}
    conn.execute(update(destinations).where(where).values(**now))


def remove(conn: Connection, id_: str) -> None:
    """Delete a destination."""
    conn.execute(delete(destinations).where(destinations.c.id == id_))
