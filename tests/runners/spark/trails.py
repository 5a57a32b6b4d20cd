"""Trails for the Spark runner, what a scan finds in them, and the same trails told otherwise."""

import gzip
import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from benchmarks.generate import generate
from msgspec.structs import replace

from tests.command import lay_out
from tests.shared_data import shared_data
from truant.runners.scan import ScanRequest, ScanResult, scan

NOW = 1_800_000_000
DATE = re.compile(r"\d{4}-\d\d-\d\dT")


@dataclass(frozen=True)
class Trail:
    """A folder of trail, and how to scan it."""

    folder: Path
    request: ScanRequest

    @property
    def files(self) -> list[Path]:
        """Its files."""
        return sorted(path for path in self.folder.rglob("*.json.gz") if path.is_file())

    @property
    def bare(self) -> ScanRequest:
        """The same without an inventory and a configuration."""
        return replace(self.request, inventory=None, config=None)

    def scanned(self, given: ScanRequest | None = None) -> ScanResult:
        """What one machine finds."""
        return scan(given or self.request, lambda _done, _total: None)


def findings(result: ScanResult) -> list[str]:
    """The findings' bytes, as `--format jsonl` writes them."""
    return [json.dumps(one) for one in result.findings]


def request(trail: Path, **more: object) -> ScanRequest:
    """A request that asks nothing of any network."""
    return ScanRequest(paths=(trail,), cache=trail.parent / "no-cache", now=NOW, **more)  # type: ignore[arg-type]


def simulated(folder: Path, *scenarios: str) -> Trail:
    """A made-up world, with its inventory."""
    lay_out(folder, *scenarios)
    given = {
        "inventory": folder / "inventory",
        "config": folder / "truant.toml",
        "ip_ranges": folder / "ip-ranges.json",
    }
    return Trail(folder / "trail", request(folder / "trail", **given))


def fleet_day(folder: Path, records: int) -> Trail:
    """A day of a fleet, as the benchmarks make it: some keys of it are used from outside."""
    made = generate(folder, records)
    trail = folder / "trail"
    return Trail(trail, request(trail, inventory=made.inventory, ip_ranges=made.ip_ranges))


def five_days(trail: Trail, folder: Path) -> Trail:
    """The same day after four like it but without strays: what is usual is learned from these."""
    verdicts = trail.scanned().verdicts
    strays = {stray.origin.address for verdict in verdicts for stray in verdict.strays}
    folder.mkdir()
    for before in range(5):
        records = [
            record
            for file in trail.files
            for record in _records(file)
            if not before or record.get("sourceIPAddress") not in strays
        ]
        text = json.dumps({"Records": records})
        shifted = DATE.sub(lambda found: _days_before(found[0], before), text)  # noqa: B023
        (folder / f"{before}.json.gz").write_bytes(gzip.compress(shifted.encode()))
    return Trail(folder, replace(trail.request, paths=(folder,)))


def _days_before(date: str, days: int) -> str:
    day = datetime.strptime(date, "%Y-%m-%dT").replace(tzinfo=UTC) - timedelta(days=days)
    return day.strftime("%Y-%m-%dT")


def real(folder: Path) -> Trail:
    """OTRF's theft, record by record in files of its own; without an inventory."""
    (file,) = shared_data("otrf-ec2-proxy-s3").glob("*.json.gz")
    trail = folder / "trail"
    trail.mkdir(parents=True)
    for number, line in enumerate(gzip.decompress(file.read_bytes()).splitlines()):
        (trail / f"{number:03}.json.gz").write_bytes(gzip.compress(line))
    return Trail(trail, request(trail, ip_ranges=shared_data("ip-ranges")))


def told_otherwise(trail: Trail, folder: Path, files: int) -> Path:
    """The same records in other files: shuffled, a third of them twice, one file broken."""
    rng = random.Random(5)
    records = [record for file in trail.files for record in _records(file)]
    records += rng.sample(records, len(records) // 3)
    rng.shuffle(records)
    folder.mkdir(parents=True)
    for number in range(files):
        content = json.dumps({"Records": records[number::files]}).encode()
        (folder / f"{number:03}.json.gz").write_bytes(gzip.compress(content))
    (folder / "broken.json").write_text("{")
    return folder


@cache
def _records(file: Path) -> list[dict[str, object]]:
    text = gzip.decompress(file.read_bytes())
    try:
        found: list[dict[str, object]] = json.loads(text)["Records"]
    except (KeyError, ValueError):
        found = [json.loads(line) for line in text.splitlines()]
    return found
