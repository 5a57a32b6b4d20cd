"""Detectors: GuardDuty's switch for one account and region, with how often updates are told.

They come into being with the first finding of an account and region, or by the API. One that was
deleted stays known, so that findings of its account are not told until it is created again.
"""

import json
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, select

from truant.connectors.store import columns
from truant.connectors.store.schema import detectors
from truant.detection.findings import detector_id

FREQUENCIES = {"FIFTEEN_MINUTES": 900_000, "ONE_HOUR": 3_600_000, "SIX_HOURS": 21_600_000}
DEFAULT_FREQUENCY = "SIX_HOURS"


class Status(StrEnum):
    """GuardDuty's two, and that of a deleted one."""

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    DELETED = "DELETED"


class Detector(Struct):
    """One detector; times in milliseconds."""

    id: str
    account: str
    region: str
    status: Status
    frequency: str
    features: dict[str, str]
    created_at: int
    updated_at: int

    @property
    def is_on(self) -> bool:
        """Whether findings of its account and region are told."""
        return self.status is Status.ENABLED


def new(account: str, region: str, at: int) -> Detector:
    """A detector that is on; its id is the one that findings name."""
    name = detector_id(account, region)
    return Detector(name, account, region, Status.ENABLED, DEFAULT_FREQUENCY, {}, at, at)


def keep(conn: Connection, detector: Detector) -> None:
    """Write a detector, new or changed."""
    columns.put(conn, detectors, [_row(detector)])


def ensure(conn: Connection, account: str, region: str, at: int) -> Detector:
    """The detector of an account and region, made now where there never was one."""
    columns.put(conn, detectors, [_row(new(account, region, at))], update=())
    found = find(conn, account, region)
    if found is None:
        raise LookupError(f"no detector of {account} in {region}")
    return found


def find(conn: Connection, account: str, region: str) -> Detector | None:
    """The detector of an account and region, deleted or not; None where there never was one."""
    where = (detectors.c.account == account) & (detectors.c.region == region)
    row = conn.execute(select(detectors).where(where)).first()
    return None if row is None else _detector(row._mapping)  # noqa: SLF001 its public name


def by_id(conn: Connection, id_: str) -> Detector | None:
    """The detector of an id, or None."""
    row = conn.execute(select(detectors).where(detectors.c.id == id_)).mappings().first()
    return None if row is None else _detector(row)


def of_account(conn: Connection, account: str) -> list[Detector]:
    """The detectors of an account in all regions, deleted ones too."""
    ordered = select(detectors).where(detectors.c.account == account).order_by(detectors.c.region)
    return [_detector(row) for row in conn.execute(ordered).mappings()]


def _row(detector: Detector) -> dict[str, object]:
    return {**msgspec.structs.asdict(detector), "features": json.dumps(detector.features)}


def _detector(row: RowMapping) -> Detector:
    return msgspec.convert(
        {**columns.members(row), "features": json.loads(str(row["features"]))}, Detector
    )
