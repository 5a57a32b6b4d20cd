"""CloudTrail's log files: records cut into gzip files with an organization trail's keys.

Key layout: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html.
Delivery is late, repeated and unordered on demand, as the same guide says that it may be.
"""

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from truant.simulator.cloudtrail import Delivered
from truant.simulator.identifiers import Ids

SLOT = timedelta(minutes=5)


@dataclass(frozen=True)
class Delivery:
    """How badly the trail is delivered, as shares of all records between 0 and 1."""

    late: float = 0.02
    doubled: float = 0.01
    late_minutes_max: int = 180


def log_files(
    records: Iterable[Delivered], organization: str, rng: random.Random, delivery: Delivery
) -> dict[str, bytes]:
    """Cut records into files; keys are relative to the bucket, values are the files' bytes."""
    slots: dict[tuple[str, str, datetime], list[Delivered]] = defaultdict(list)
    for one in records:
        slots[one.account, one.region, _slot(one.time, rng, delivery)].append(one)
        if rng.random() < delivery.doubled:
            slots[one.account, one.region, _slot(one.time, rng, delivery)].append(one)
    ids = Ids(rng)
    files = {}
    for (account, region, slot), found in sorted(slots.items(), key=lambda item: item[0]):
        rng.shuffle(found)
        files[_key(organization, account, region, slot, ids)] = _file(found)
    return files


def _slot(time: datetime, rng: random.Random, delivery: Delivery) -> datetime:
    """The five-minute slot in which a record is delivered: one or two slots after its time."""
    delay = timedelta(minutes=rng.uniform(1, 6))
    if rng.random() < delivery.late:
        delay = timedelta(minutes=rng.uniform(10, delivery.late_minutes_max))
    delivered = time + delay
    past = timedelta(
        minutes=delivered.minute % 5, seconds=delivered.second, microseconds=delivered.microsecond
    )
    return delivered - past + SLOT


def _key(organization: str, account: str, region: str, slot: datetime, ids: Ids) -> str:
    name = f"{account}_CloudTrail_{region}_{slot:%Y%m%dT%H%MZ}_{ids.text(16)}.json.gz"
    return f"AWSLogs/{organization}/{account}/CloudTrail/{region}/{slot:%Y/%m/%d}/{name}"


def _file(found: list[Delivered]) -> bytes:
    text = json.dumps({"Records": [one.record for one in found]}, separators=(",", ":"))
    # Level 1 and no time: fast, and the same bytes for the same records.
    return gzip.compress(text.encode(), compresslevel=1, mtime=0)
