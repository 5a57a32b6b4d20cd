"""How fast flow logs are listened to: lines a second of one process, by form of the log.

`python -m benchmarks.flow_logs [LINES]` writes logs of so many lines (400,000 unless told) to a
temporary folder: 200 interfaces, each of an instance of interest, talking all hour with services,
neighbours and strangers, both directions. Real logs are alike in size and in how much repeats.
"""

import gzip
import importlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from truant.detection.flow_fold import Scope
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.flow_lines import V2, V3, V4, V5
from truant.runners.flow_logs import listen_files

DAY = 20_416
INTERFACES = 200
RANGES = RangesHistory(
    [
        parse(
            b'{"syncToken": "1", "createDate": "2025-01-01-00-00-00", "prefixes":'
            b'[{"ip_prefix": "52.94.0.0/16", "service": "AMAZON", "region": "us-east-1"}]}',
            "ip-ranges.json",
        )
    ]
)


def rows(number: int, fields: tuple[str, ...]) -> Iterator[str]:
    """Lines of a log, in order of time."""
    rng = random.Random(1)
    for index in range(number):
        one = rng.randrange(INTERFACES)
        own = f"10.0.{one >> 4}.{one & 15}"
        start = DAY * 86_400 + index * 3600 // number
        there, service = rng.choice(
            (
                (f"52.94.{rng.randrange(4)}.{rng.randrange(64)}", "AMAZON"),
                (f"10.0.{rng.randrange(16)}.{rng.randrange(256)}", "-"),
                (f"203.0.{rng.randrange(8)}.{rng.randrange(256)}", "-"),
            )
        )
        ends = [
            (own, str(rng.randrange(32768, 61000))),
            (there, rng.choice(["443", "443", "5432", "80", "53"])),
        ]
        inbound = rng.random() < 0.5
        (source, source_port), (target, target_port) = ends[::-1] if inbound else ends
        packets = rng.randrange(1, 99)
        line = (
            f"5 123456789012 eni-{one:017x} {source} {target} {source_port} {target_port} 6 "
            f"{packets} {packets * 300} {start} {start + rng.randrange(60)} "
            f"{'REJECT' if rng.random() < 0.1 else 'ACCEPT'} OK"
        )
        if len(fields) > len(V2):
            line += (
                f" vpc-0123456789abcdef0 subnet-0123456789abcdef0 i-{one:017x} 19 IPv4 {source} "
                f"{target} us-east-1 use1-az1 - - - {'-' if inbound else service} "
                f"{'ingress' if inbound else 'egress'} 8"
            )
        yield line


def write(folder: Path, name: str, number: int, fields: tuple[str, ...]) -> Path:
    """Write one log."""
    path = folder / f"{name}.log.gz"
    text = "\n".join((" ".join(fields), *rows(number, fields))) + "\n"
    path.write_bytes(gzip.compress(text.encode(), 6))
    return path


def as_parquet(path: Path) -> Path:
    """The same log as Parquet, its numbers as numbers."""
    duckdb = importlib.import_module("duckdb")
    numbers = ["srcport", "dstport", "protocol", "packets", "bytes", "start", "end"]
    with duckdb.connect(":memory:") as connection:
        log = connection.read_csv(str(path), delimiter=" ", header=True, all_varchar=True)
        columns = [
            f'CAST("{name}" AS BIGINT) AS "{name}"'
            if name in numbers
            else f'"{name}" AS {name.replace("-", "_")}'
            for name in log.columns
        ]
        out = path.with_name("version-5.log.parquet")
        log.project(", ".join(columns)).write_parquet(str(out))
    return out


def measure(path: Path, number: int) -> str:
    """Listen to a file; best of three, as a line of a table."""
    everything = frozenset(f"eni-{one:017x}" for one in range(INTERFACES))
    scope = Scope(frozenset(), everything, {}, frozenset(), (), DAY - 1, DAY + 1)
    times = []
    for _ in range(3):
        start = time.process_time()
        accounting = listen_files([path], scope, RANGES).accounting
        times.append(time.process_time() - start)
        if accounting.kept != number:
            raise SystemExit(f"{path.name}: {accounting.kept} of {number} records kept")
    best = min(times)
    size = path.stat().st_size / 1e6
    return f"{path.name:<22} {number / best / 1e6:>6.2f} million lines a second  ({size:,.0f} MB)"


def main() -> None:
    """Measure each form and print a table."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    with tempfile.TemporaryDirectory(prefix="truant-flow-logs-") as temporary:
        folder = Path(temporary)
        later = write(folder, "version-5", number, V2 + V3 + V4 + V5)
        for path in (write(folder, "version-2", number, V2), later, as_parquet(later)):
            print(measure(path, number), flush=True)


if __name__ == "__main__":
    main()
