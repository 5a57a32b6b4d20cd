"""Log files may be late, doubled and unordered, and lose nothing."""

import gzip
import json
import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from truant.simulator.cloudtrail import Delivered
from truant.simulator.delivery import Delivery, log_files

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def some(count: int) -> list[Delivered]:
    """A few records, minutes apart."""
    return [
        Delivered(
            "111122223333",
            "us-east-1",
            DAY + timedelta(minutes=7 * n),
            {"eventID": str(n), "requestID": f"r{n}", "eventVersion": "1.10"},
        )
        for n in range(count)
    ]


@given(
    st.integers(0, 40),
    st.floats(0, 1),
    st.floats(0, 1),
    st.integers(0, 2**16),
)
def test_nothing_is_lost(count: int, late: float, doubled: float, seed: int) -> None:
    files = log_files(
        some(count), "o-abcdefghij", random.Random(seed), Delivery(late=late, doubled=doubled)
    )
    found = [r for data in files.values() for r in json.loads(gzip.decompress(data))["Records"]]
    assert {record["eventID"] for record in found} == {str(n) for n in range(count)}
    assert len(found) <= 2 * count


def test_a_file_comes_after_its_records() -> None:
    files = log_files(some(50), "o-abcdefghij", random.Random(1), Delivery(late=0, doubled=0))
    for path, data in files.items():
        delivered = datetime.strptime(path.split("_")[-2], "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
        for record in json.loads(gzip.decompress(data))["Records"]:
            time = DAY + timedelta(minutes=7 * int(record["eventID"]))
            assert timedelta(0) < delivered - time <= timedelta(minutes=11)


def test_late_records_may_say_so() -> None:
    files = log_files(some(20), "o-abcdefghij", random.Random(1), Delivery(late=1, admitted=1))
    found = [r for data in files.values() for r in json.loads(gzip.decompress(data))["Records"]]
    assert all(record["addendum"]["reason"] == "DELIVERY_DELAY" for record in found)
    assert all(r["addendum"]["originalEventID"] == r["eventID"] for r in found)
