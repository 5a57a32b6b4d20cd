"""Whether memory stays flat: a service that takes in an organization at full speed, day after day.

    python -m benchmarks.soak [--minutes 60] [--records 200000]

The same made-up day comes again and again, each time a day later, as fast as `truant serve` takes
it in: never more than a few files wait. Days that are over expire meanwhile. Memory is told as it
goes; it is flat when the last third holds no more than a tenth more than the middle third.
"""

import argparse
import gzip
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from benchmarks.generate import Trail, generate
from benchmarks.serving import Service, serving
from truant.connectors.store import accounting
from truant.connectors.store.database import Store, open_store

MADE = date(2026, 2, 12)  # of every call that `generate` makes
AHEAD_RECORDS = 100_000
MB = 1024 * 1024
GROWTH_MAX = 1.1


def of_day(content: bytes, day: date) -> bytes:
    """A trail file of another day."""
    text = gzip.decompress(content).replace(MADE.isoformat().encode(), day.isoformat().encode())
    return gzip.compress(text, compresslevel=1, mtime=0)


def soak(service: Service, store: Store, trail: Trail, seconds: float) -> list[tuple[float, int]]:
    """Deliver for so long; the service's memory by the second."""
    begun, told, sent, day = time.monotonic(), 0.0, 0, MADE
    average = trail.records / len(trail.files)
    memory: list[tuple[float, int]] = []
    while True:
        for number, file in enumerate(trail.files):
            service.deliver(of_day(file.read_bytes(), day), f"{day}/{number}.json.gz")
            sent += 1
            while sent * average - taken(store) > AHEAD_RECORDS:
                time.sleep(0.05)
            now = time.monotonic() - begun
            memory.append((now, service.memory))
            if now - told >= seconds / 12:
                told = now
                print(
                    f"{now / 60:6.1f} min {taken(store):>12,} records {service.memory // MB:>6,} MB"
                    f"  {day}",
                    flush=True,
                )
            if now > seconds:
                return memory
        day += timedelta(days=1)


def taken(store: Store) -> int:
    """Records taken in so far."""
    with store.read() as conn:
        return sum(accounting.counts(conn, accounting.RECORDS).values())


def main() -> None:
    """Measure, and print; exit code 1 where memory grew."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.soak", allow_abbrev=False)
    options.add_argument("--minutes", type=float, default=60)
    options.add_argument("--records", type=int, default=200_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="truant-soak-") as name:
        place = Path(name) / "service"
        trail = generate(Path(name) / "trail", given.records)
        with serving(trail, place) as service:
            store = open_store(str(place / "truant.db"))
            memory = soak(service, store, trail, given.minutes * 60)
            store.close()
    third = memory[-1][0] / 3
    middle = max(size for at, size in memory if third <= at < 2 * third)
    last = max(size for at, size in memory if at >= 2 * third)
    flat = last <= GROWTH_MAX * middle
    print(f"most memory in the middle third {middle // MB:,} MB, in the last {last // MB:,} MB")
    print("flat" if flat else "NOT flat")
    sys.exit(0 if flat else 1)


if __name__ == "__main__":
    main()
