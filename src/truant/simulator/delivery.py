"""CloudTrail's log files: records cut into gzip files with an organization trail's keys.

Key layout: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html.
Delivery is late, repeated and unordered on demand, as the same guide says that it may be.
"""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from truant.simulator.actions import Json
from truant.simulator.cloudtrail import Delivered
from truant.simulator.identifiers import Ids

SLOT = timedelta(minutes=5)


@dataclass(frozen=True)
class Delivery:
    """How badly the trail is delivered, as shares of all records between 0 and 1.

    `admitted` is the share of late records that say so in an addendum.
    """

    late: float = 0.02
    doubled: float = 0.01
    admitted: float = 0.3
    late_minutes_max: int = 180


class Trail(Mapping[str, bytes]):
    """A trail's files: keys are relative to the bucket, values are the files' bytes.

    `delivered` has what is in them, as plain JSON values. A file is written when it is asked for,
    because who wants the records alone would wait for the writing as long as for the making.
    """

    def __init__(self, delivered: Mapping[str, list[Json]]) -> None:
        self.delivered = delivered

    def __getitem__(self, key: str) -> bytes:
        return _file(self.delivered[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self.delivered)

    def __len__(self) -> int:
        return len(self.delivered)


def log_files(
    records: Iterable[Delivered], organization: str, rng: random.Random, delivery: Delivery
) -> Trail:
    """Cut records into files."""
    slots: dict[tuple[str, str, datetime], list[Json]] = defaultdict(list)
    for one in records:
        for _ in range(2 if rng.random() < delivery.doubled else 1):
            late = rng.random() < delivery.late
            slot = _slot(one.time, rng, delivery, late=late)
            told = _delayed(one.record) if late and rng.random() < delivery.admitted else one.record
            slots[one.account, one.region, slot].append(told)
    ids = Ids(rng)
    files = {}
    for (account, region, slot), found in sorted(slots.items(), key=lambda item: item[0]):
        rng.shuffle(found)
        files[_key(organization, account, region, slot, ids)] = found
    return Trail(files)


def _slot(time: datetime, rng: random.Random, delivery: Delivery, *, late: bool) -> datetime:
    """The five-minute slot in which a record is delivered: one or two slots after its time."""
    delay = timedelta(minutes=rng.uniform(1, 6))
    if late:
        delay = timedelta(minutes=rng.uniform(10, delivery.late_minutes_max))
    delivered = time + delay
    past = timedelta(
        minutes=delivered.minute % 5, seconds=delivered.second, microseconds=delivered.microsecond
    )
    return delivered - past + SLOT


def _key(organization: str, account: str, region: str, slot: datetime, ids: Ids) -> str:
    name = f"{account}_CloudTrail_{region}_{slot:%Y%m%dT%H%MZ}_{ids.text(16)}.json.gz"
    return f"AWSLogs/{organization}/{account}/CloudTrail/{region}/{slot:%Y/%m/%d}/{name}"


def _delayed(record: Json) -> Json:
    """A record that says itself that it is late, as those of version 1.08 and later can."""
    if str(record["eventVersion"]) < "1.08":
        return record
    addendum: Json = {
        "reason": "DELIVERY_DELAY",
        "originalRequestID": record["requestID"],
        "originalEventID": record["eventID"],
    }
    return record | {"addendum": addendum}


def _file(found: list[Json]) -> bytes:
    text = json.dumps({"Records": found}, separators=(",", ":"))
    # Level 1 and no time: fast, and the same bytes for the same records.
    return gzip.compress(text.encode(), compresslevel=1, mtime=0)
