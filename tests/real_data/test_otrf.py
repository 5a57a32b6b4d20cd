"""A real theft: 11 calls with a key of a web server, from a laptop, in September 2020.

OTRF's ec2_proxy_s3_exfiltration: a proxy on the instance hands out the IMDSv1 key. Its labels.csv
says which of the 103 records are the theft.
"""

import csv
import gzip
import json
import random
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.guardduty import faults
from tests.real_data.scanning import scanned
from tests.shared_data import shared_data
from truant.runners.scan import ScanResult

KEY = "ASIA5FLZVX4OPVKKVBMX"


def lines() -> list[bytes]:
    (file,) = shared_data("otrf-ec2-proxy-s3").glob("*.json.gz")
    return gzip.decompress(file.read_bytes()).splitlines()


def time(line: bytes) -> str:
    return str(json.loads(line)["@timestamp"])


def test_one_theft_of_eleven_calls_and_nothing_else(tmp_path: Path) -> None:
    result = scanned(shared_data("otrf-ec2-proxy-s3"), tmp_path)
    (finding,) = result.findings
    found: Any = finding
    assert found["type"].endswith(":IAMUser/InstanceCredentialExfiltration.OutsideAWS")
    assert found["severity"] == 8.0
    assert found["resource"]["instanceDetails"]["instanceId"] == "i-0317f6c6b66ae9c40"
    assert found["resource"]["accessKeyDetails"]["accessKeyId"] == KEY
    service = found["service"]
    assert service["count"] == 11
    assert service["eventFirstSeen"] == "2020-09-14T01:00:04.000Z"
    assert service["eventLastSeen"] == "2020-09-14T01:13:20.000Z"
    assert [one["accessKeyId"] for one in service["additionalInfo"]["issuance"]] == [KEY]
    assert not faults(found)
    assert (result.accounting.records, result.accounting.refused) == (103, 0)


def test_the_calls_are_those_that_the_labels_name(tmp_path: Path) -> None:
    folder = shared_data("otrf-ec2-proxy-s3")
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        theft = {row["eventID"] for row in csv.DictReader(file) if row["label"] == "theft"}
    (finding,) = scanned(folder, tmp_path).findings
    found: Any = finding
    named = set(found["service"]["additionalInfo"]["eventIds"])
    assert len(theft) == 11
    assert named
    assert named <= theft


@pytest.mark.parametrize("how", ["earliest first", "latest first", "shuffled", "doubled", "cut"])
def test_the_same_records_in_other_files(how: str, tmp_path: Path) -> None:
    """Real files on disk: one or 103 of them, in any order, some twice, by several processes."""
    ordered = sorted(lines(), key=time)
    shuffled = random.Random(how).sample(ordered, len(ordered))
    files = {
        "earliest first": [ordered],
        "latest first": [ordered[::-1]],
        "shuffled": [shuffled],
        "doubled": [[*shuffled, *ordered], shuffled[:40]],
        "cut": [[line] for line in shuffled],
    }[how]
    trail = tmp_path / "trail"
    trail.mkdir()
    for number, some in enumerate(files):
        content = b"\n".join(some)
        (trail / f"{number:03}.json.gz").write_bytes(gzip.compress(content))
    usual = scanned(shared_data("otrf-ec2-proxy-s3"), tmp_path)
    other = scanned(trail, tmp_path, jobs=2)
    assert _bytes(other) == _bytes(usual)
    assert other.accounting.records == sum(map(len, files))


def _bytes(result: ScanResult) -> bytes:
    return json.dumps(result.findings).encode()


def test_session_tokens_of_the_log_are_in_no_finding(tmp_path: Path) -> None:
    tokens = [
        answer["credentials"]["sessionToken"]
        for line in lines()
        if (answer := json.loads(line).get("responseElements") or {}).get("credentials")
    ]
    assert tokens
    told = _bytes(scanned(shared_data("otrf-ec2-proxy-s3"), tmp_path)).decode()
    assert not [token for token in tokens if token in told]
