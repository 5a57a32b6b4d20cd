"""From an object's arrival to its finding in the API, while records come at a steady rate.

    python -m benchmarks.latency [--rate 2000] [--probes 60] [--instances N]

`truant serve` runs as a person starts it, over SQLite, and watches a folder. A trail's files arrive
so that their records come at the rate. Every second another object arrives with one call of an
instance's key from outside AWS; then the API is asked every 50 ms until it tells of that key.
Afterwards the rest of the trail arrives at once, and the time until all of it is taken in and
judged gives the sustained rate, beside that of `truant scan` on the same files.
"""

import argparse
import gzip
import json
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.generate import Trail, generate
from benchmarks.serving import ACCOUNT, REGION, Service, serving
from truant.connectors.store import accounting, dirty
from truant.connectors.store.database import Store, open_store

POLL_SECONDS, LOST_SECONDS = 0.05, 30.0
GOAL_MEDIAN, GOAL_LAST = 1.0, 5.0
RECORDS_LEFT = 200_000  # at least, for the sustained rate


def probe(number: int) -> tuple[str, bytes]:
    """An access key, and a trail file with one call of it from outside AWS."""
    instance, key = f"i-{number:017x}", f"ASIAPROBE{number:011d}"
    role = f"arn:aws:iam::{ACCOUNT}:role/probe"
    call: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROAPROBEEXAMPLE00000:{instance}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/probe/{instance}",
            "accountId": ACCOUNT,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {"type": "Role", "arn": role, "userName": "probe"},
                "ec2RoleDelivery": "2.0",
            },
        },
        "eventTime": f"2026-02-12T23:{number // 60 % 60:02}:{number % 60:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": REGION,
        "sourceIPAddress": f"198.51.100.{number % 250 + 1}",
        "userAgent": "[aws-cli/2.15]",
        "eventID": f"00000000-0000-4000-a000-{number:012d}",
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
        "eventCategory": "Management",
    }
    return key, gzip.compress(json.dumps({"Records": [call]}).encode(), mtime=0)


def wait_for(service: Service, detector: str, key: str, since: float) -> float:
    """Seconds until the API tells of a key; LOST_SECONDS where it does not."""
    criteria = {"Criterion": {"resource.accessKeyDetails.accessKeyId": {"Equals": [key]}}}
    while time.perf_counter() - since < LOST_SECONDS:
        listed = service.client.list_findings(DetectorId=detector, FindingCriteria=criteria)
        if listed["FindingIds"]:
            return time.perf_counter() - since
        time.sleep(POLL_SECONDS)
    return LOST_SECONDS


class Load(threading.Thread):
    """Delivers a trail's files so that their records come at a steady rate."""

    def __init__(self, service: Service, trail: Trail, rate: float) -> None:
        """`rate`: records a second."""
        super().__init__(daemon=True)
        self.service, self.trail, self.rate = service, trail, rate
        self.over, self.sent, self.records = threading.Event(), 0, 0

    def run(self) -> None:
        """Deliver until it is over, or nothing is left."""
        begun = time.perf_counter()
        for file in self.trail.files:
            wait = self.records / self.rate - (time.perf_counter() - begun)
            if self.over.wait(max(0.0, wait)):
                return
            self.service.deliver(file, f"load/{self.sent}.json.gz")
            self.records += len(json.loads(gzip.decompress(file.read_bytes()))["Records"])
            self.sent += 1


def taken(store: Store) -> tuple[int, int]:
    """Records taken in so far, and principals that wait to be judged."""
    with store.read() as conn:
        return sum(accounting.counts(conn, accounting.RECORDS).values()), dirty.count(conn)


def sustained(service: Service, trail: Trail, store: Store, sent: int) -> float:
    """Records a second until all that is left of a trail is taken in and judged."""
    while taken(store)[1]:
        time.sleep(0.1)
    before, _ = taken(store)
    wanted = before + sum(_counted(file) for file in trail.files[sent:])
    rest = trail.files[sent:]
    begun = time.perf_counter()
    for number, file in enumerate(rest):
        service.deliver(file, f"rest/{number}.json.gz")
    while True:
        now, waiting = taken(store)
        if now >= wanted and waiting == 0:
            return (now - before) / (time.perf_counter() - begun)
        time.sleep(0.1)


def _counted(file: Path) -> int:
    return len(json.loads(gzip.decompress(file.read_bytes()))["Records"])


def scanned(trail: Trail, jobs: int) -> float:
    """Records a second of a scan of the same trail."""
    words = [sys.executable, "-m", "truant.cli", "scan", str(trail.folder / "trail")]
    words += ["--inventory", str(trail.inventory), "--ip-ranges", str(trail.ip_ranges)]
    words += ["--jobs", str(jobs), "--format", "jsonl", "--no-remember"]
    begun = time.perf_counter()
    subprocess.run(words, capture_output=True, check=True)
    return trail.records / (time.perf_counter() - begun)


def main() -> None:
    """Measure, and print."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.latency", allow_abbrev=False)
    options.add_argument("--rate", type=float, default=2_000)
    options.add_argument("--probes", type=int, default=60)
    options.add_argument("--instances", type=int, default=None)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="truant-latency-") as name:
        place = Path(name) / "service"
        records = int(given.rate * (given.probes + 10) * 1.5) + RECORDS_LEFT
        trail = generate(Path(name) / "trail", records, instances=given.instances)
        with serving(trail, place) as service:
            detector = service.client.create_detector(Enable=True)["DetectorId"]
            load = Load(service, trail, given.rate)
            load.start()
            time.sleep(3)
            found = sorted(_probes(service, detector, given.probes))
            load.over.set()
            load.join()
            report(found, given.rate)
            store = open_store(str(place / "truant.db"))
            rate = sustained(service, trail, store, load.sent)
            store.close()
        print(f"sustained        {rate:>10,.0f} records/s by truant serve, one process")
        for jobs in (1, 2):
            print(
                f"                 {scanned(trail, jobs):>10,.0f} records/s by scan --jobs {jobs}"
            )


def _probes(service: Service, detector: str, number: int) -> list[float]:
    chance, found = random.Random(1), []
    for n in range(number):
        key, content = probe(n)
        since = service.deliver(content, f"probe/{n}.json.gz")
        found.append(wait_for(service, detector, key, since))
        time.sleep(chance.uniform(0, 1))
    return found


def report(found: list[float], rate: float) -> None:
    """Print how long it took, and whether that is quick enough."""
    last = found[min(len(found) - 1, int(len(found) * 0.99))]
    median = statistics.median(found)
    quick = median < GOAL_MEDIAN and last < GOAL_LAST
    print(f"arrival to finding in the API, {len(found)} objects at {rate:,.0f} records/s")
    print(f"median           {median:>10.2f} s")
    print(f"99 of 100        {last:>10.2f} s")
    print(f"slowest          {found[-1]:>10.2f} s   {'' if quick else 'NOT '}within the goal")


if __name__ == "__main__":
    main()
