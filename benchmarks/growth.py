"""How cost grows: with records, with role sessions, with inventory facts; drawn as a picture.

    python -m benchmarks.growth [--scale N] [--picture FILE]

Each line changes one thing and leaves the rest. CPU seconds of the whole scan in one process. The
slope of a line is the power with which cost grows: 1 is in proportion, 0 not at all.
"""

import argparse
import math
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from benchmarks.generate import Trail, generate
from benchmarks.pictures import Line, lines
from truant.connectors import inventory_folder
from truant.runners.scan import ScanRequest, scan

RECORDS = 3_000  # and ten and a hundred times as many
INSTANCES = 100
SESSIONS = (1, 100, 10_000)
SESSION_RECORDS = 30_000
FACTS = (100, 1_000, 10_000, 100_000)
FACTS_EACH = 7  # of one instance, about


class Point(Struct, frozen=True):
    """A size, and the CPU seconds that a scan of it takes."""

    size: int
    seconds: float


class Growth(Struct, frozen=True):
    """One line: what grows, and what it costs."""

    name: str
    points: Sequence[Point]

    @property
    def slope(self) -> float:
        """The power with which cost grows between the last two points."""
        one, other = self.points[-2:]
        return math.log(other.seconds / one.seconds) / math.log(other.size / one.size)


def seconds(trail: Trail, inventory: Path | None = None) -> float:
    """CPU seconds of a scan; the better of two, because the first warms what is kept."""
    request = ScanRequest(
        paths=(trail.folder / "trail",),
        cache=Path("/nonexistent"),
        now=0,
        inventory=inventory or trail.inventory,
        ip_ranges=trail.ip_ranges,
        jobs=1,
    )
    spent = []
    for _ in range(2):
        begun = time.process_time()
        scan(request, lambda _done, _all: None)
        spent.append(time.process_time() - begun)
    return min(spent)


def measure(folder: Path, scale: float = 1.0) -> Iterator[Growth]:
    """Every line; `scale` makes all sizes smaller."""
    yield Growth("records", list(_records(folder / "records", scale)))
    yield Growth("role sessions", list(_sessions(folder / "sessions", scale)))
    yield Growth("inventory facts", list(_facts(folder / "facts", scale)))


def _records(folder: Path, scale: float) -> Iterator[Point]:
    for times in (1, 10, 100):
        trail = generate(folder / str(times), int(RECORDS * times * scale), instances=INSTANCES)
        yield Point(trail.records, seconds(trail))
        shutil.rmtree(trail.folder)


def _sessions(folder: Path, scale: float) -> Iterator[Point]:
    for number in SESSIONS:
        instances = max(1, int(number * scale))
        trail = generate(folder / str(number), int(SESSION_RECORDS * scale), instances=instances)
        yield Point(instances, seconds(trail))
        shutil.rmtree(trail.folder)


def _facts(folder: Path, scale: float) -> Iterator[Point]:
    """The same trail, beside ever larger inventories of others."""
    trail = generate(folder / "trail", int(SESSION_RECORDS * scale), instances=INSTANCES)
    for number in FACTS:
        inventory = folder / f"inventory-{number}"
        others = max(1, int(number * scale) // FACTS_EACH)
        larger = generate(folder / f"others-{number}", 1, seed=2, instances=others)
        shutil.copytree(larger.inventory, inventory)
        yield Point(len(inventory_folder.read(inventory).facts), seconds(trail, inventory))


def table(found: Sequence[Growth]) -> str:
    """Sizes, seconds beside those of the smallest, and slopes, in Markdown."""
    rows = [
        "| what grows | sizes | cost, the smallest being 1 | slope at the end |",
        "|---|---|---|---|",
    ]
    for one in found:
        sizes = " · ".join(f"{point.size:,}" for point in one.points)
        costs = " · ".join(f"{point.seconds / one.points[0].seconds:.1f}" for point in one.points)
        rows.append(f"| {one.name} | {sizes} | {costs} | {one.slope:.2f} |")
    return "\n".join(rows)


def picture(found: Sequence[Growth]) -> str:
    """All lines on scales of powers of ten, as SVG."""
    return lines(
        "CPU time of a scan, the smallest of each line being 1",
        [
            Line(one.name, [(p.size, p.seconds / one.points[0].seconds) for p in one.points])
            for one in found
        ],
    )


def main() -> None:
    """Measure, print the table, draw the picture."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="of all sizes")
    parser.add_argument("--picture", type=Path, help="write the picture to this file")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as folder:
        found = list(measure(Path(folder), told.scale))
    print(table(found))
    if told.picture:
        told.picture.write_text(picture(found), encoding="utf-8")


if __name__ == "__main__":
    main()
