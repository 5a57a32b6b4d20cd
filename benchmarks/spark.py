"""Records a second on Spark beside the embedded runner, what crosses the shuffle, and start-up.

    python -m benchmarks.spark [--size RECORDS] [--rounds N]

Every row is a process of its own, over one generated trail. CPU seconds are those of all processes,
Python's workers and the JVM included, so that they tell the same on a busy machine; the clock's do
not. What is warm is told: the first round of a JVM takes twice as long. All must find the same.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.generate import Trail, generate
from truant.runners.scan import ScanRequest, scan

RECORDS = 200_000
TICKS = os.sysconf("SC_CLK_TCK")
CASES = (
    ("embedded, 1 process", "", 1),
    ("embedded, 2 processes", "", 2),
    ("Spark batch, local[1]", "batch", 1),
    ("Spark batch, local[2]", "batch", 2),
    ("Spark batch by URL, local[2]", "url", 2),
    ("Spark stream, local[2]", "stream", 2),
)


@dataclass
class Measured:
    """One case: seconds by the clock and of all CPUs, of each round; and what it found."""

    name: str
    start: float
    start_cpu: float
    clock: list[float]
    cpu: list[float]
    findings: list[str]
    shuffled: int = 0  # bytes, of one round


def cpu_of_all() -> float:
    """CPU seconds of this process and all its descendants, those ended and waited for included."""
    told: dict[int, tuple[int, float]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                text = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue
            members = text.rpartition(")")[2].split()
            told[int(entry.name)] = (int(members[1]), sum(map(int, members[11:15])) / TICKS)
    family = {os.getpid()}
    while more := {pid for pid, (parent, _) in told.items() if parent in family} - family:
        family |= more
    return sum(told[pid][1] for pid in family if pid in told)


def request_of(folder: Path, jobs: int) -> ScanRequest:
    """A request for the generated trail."""
    trail = Trail(folder)
    return ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "no-cache",
        now=1_800_000_000,
        inventory=trail.inventory,
        ip_ranges=trail.ip_ranges,
        jobs=jobs,
    )


def run(name: str, how: str, cores: int, folder: Path, rounds: int) -> Measured:
    """Measure one case in this process."""
    started, spent = time.perf_counter(), cpu_of_all()
    measured = Measured(name, 0.0, 0.0, [], [], [])
    request = request_of(folder, cores)
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as scratch:
        work = _prepared(how, cores, folder, Path(scratch), request)
        measured.start = time.perf_counter() - started
        measured.start_cpu = cpu_of_all() - spent
        for number in range(rounds):
            started, spent = time.perf_counter(), cpu_of_all()
            measured.findings = work(number)
            measured.clock.append(time.perf_counter() - started)
            measured.cpu.append(cpu_of_all() - spent)
        measured.shuffled = _shuffled(Path(scratch)) // rounds
    return measured


def _prepared(
    how: str, cores: int, folder: Path, scratch: Path, request: ScanRequest
) -> Callable[[int], list[str]]:
    if not how:
        return lambda _: _ids(scan(request, lambda *_: None).findings)
    from truant.runners.spark.batch import scan_on
    from truant.runners.spark.engine import engine
    from truant.runners.spark.stream import Streaming, stream_on

    (scratch / "events").mkdir()
    log = {"spark.eventLog.enabled": "true", "spark.eventLog.dir": f"file://{scratch}/events"}
    few = {"spark.sql.shuffle.partitions": str(2 * cores), "spark.eventLog.compress": "false"}
    spark = engine(f"local[{cores}]", log | few)
    trail = str(folder / "trail")

    def streamed(number: int) -> list[str]:
        found: list[list[str]] = []
        how = Streaming(f"{scratch}/checkpoint-{number}", files_each=60)
        stream_on(spark, [trail], request, how, lambda one: found.append(_ids(one.result.findings)))
        return found[-1]

    if how == "stream":
        return streamed
    source = f"file://{trail}" if how == "url" else trail
    return lambda _: _ids(scan_on(spark, [source], request).result.findings)


def _ids(findings: Sequence[dict[str, object]]) -> list[str]:
    return [str(one["id"]) for one in findings]


def _shuffled(scratch: Path) -> int:
    """Bytes that all tasks wrote for shuffles, as Spark's event log tells them."""
    total = 0
    for file in scratch.glob("events/**/*"):
        if not file.is_file():
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            metrics = json.loads(line).get("Task Metrics") if "Task Metrics" in line else None
            total += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"] if metrics else 0
    return total


def table(found: Sequence[Measured], records: int) -> str:
    """The figures as a table in Markdown. Rates are of the fastest round after the first."""
    lines = [
        "| runner | k records a CPU second | k records/s, clock | first round, CPU s |"
        " start, CPU s (clock) | shuffle, MB a million records |",
        "|---|---|---|---|---|---|",
    ]
    for one in found:
        cpu, clock = min(one.cpu[1:] or one.cpu), min(one.clock[1:] or one.clock)
        shuffle = f"{one.shuffled / records:.1f}" if one.shuffled else ""
        lines.append(
            f"| {one.name} | {records / cpu / 1000:,.0f} | {records / clock / 1000:,.0f} |"
            f" {one.cpu[0]:.1f} | {one.start_cpu:.1f} ({one.start:.1f}) | {shuffle} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure every case in a process of its own, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=RECORDS, help="records")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.case is not None:
        print(json.dumps(asdict(run(*CASES[told.case], told.folder, told.rounds))))
        return
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as folder:
        trail = generate(Path(folder), told.size)
        found = [_apart(number, Path(folder), told.rounds) for number in range(len(CASES))]
    if len({tuple(one.findings) for one in found}) != 1 or not found[0].findings:
        raise AssertionError(f"not the same findings: {found}")
    print(
        f"{trail.records:,} records in {len(trail.files):,} files, {trail.size / 1e6:,.0f} MB "
        f"({trail.inflated / 1e6:,.0f} inflated); {len(found[0].findings)} findings, the same "
        f"everywhere; load of the machine {statistics.mean(os.getloadavg()):.0f}\n"
    )
    print(table(found, trail.records))


def _apart(number: int, folder: Path, rounds: int) -> Measured:
    command = [sys.executable, "-m", "benchmarks.spark", f"--case={number}"]
    command += [f"--folder={folder}", f"--rounds={rounds}"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


if __name__ == "__main__":
    main()
