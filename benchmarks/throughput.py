"""Records and bytes a second of the whole scan, beside its own stages and other ways to do it.

    python -m benchmarks.throughput [--size RECORDS] [--rounds N] [--only NAME,NAME]

The contenders take turns, so that noise hits them all alike; medians are told. One core is measured
in CPU seconds, children's included, all cores by the clock. Every contender that answers must give
the same answer.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contenders.answer import Answer, Contender, NotHere
from benchmarks.contenders.databases import clickhouse, duckdb
from benchmarks.contenders.native import native
from benchmarks.contenders.netflix import first_address_locks
from benchmarks.contenders.plain_loop import plain_loop
from benchmarks.contenders.rule_per_event import rule_per_event
from benchmarks.contenders.stages import decode_only, inflate_only
from benchmarks.contenders.truant_scan import truant_scan
from benchmarks.generate import RECORDS_QUICK, Trail, generate

TRUANT = "truant scan"
RECORDS_SMALL = 2_000
# Of the whole scan, with full judgement, on one core.
GOALS = {
    "inflate, typed decode": "0.75",
    "C limit: libdeflate, simdjson": "0.4",
    "plain gzip, json.loads": "3",
    "DuckDB, SQL": "2",
    "ClickHouse local, SQL": "1.3",
}
CONTENDERS = (
    Contender("inflate only", inflate_only),
    Contender("inflate, typed decode", decode_only),
    Contender("C limit: libdeflate, simdjson", native),
    Contender(TRUANT, truant_scan),
    Contender("ClickHouse local, SQL", clickhouse),
    Contender("DuckDB, SQL", duckdb),
    Contender("plain gzip, json.loads", plain_loop),
    Contender("first address locks (2018)", first_address_locks, one_process=True),
    Contender("a rule per event", rule_per_event),
)


class Disagreement(AssertionError):
    """Two contenders gave different answers."""


@dataclass
class Measured:
    """Seconds of each round of one contender on some cores; or why there are none.

    `seconds` are of CPU time on one core, by the clock on several; `walls` are all by the clock.
    """

    contender: Contender
    cores: int
    seconds: list[float] = field(default_factory=list)
    walls: list[float] = field(default_factory=list)
    answer: Answer | None = None
    missing: str = ""

    @property
    def median(self) -> float:
        """The median of the rounds, in seconds."""
        return statistics.median(self.seconds)


def measure(
    trail: Trail,
    contenders: Sequence[Contender],
    cores: Sequence[int],
    rounds: int,
    told: Callable[[str], None],
) -> list[Measured]:
    """Let the contenders take turns. Raises Disagreement."""
    found = [
        Measured(one, number)
        for number in cores
        for one in contenders
        if number == 1 or not one.one_process
    ]
    for turn in range(rounds):
        for one in found:
            if not one.missing:
                _run(one, trail)
                told(f"round {turn + 1}: {one.contender.name}, {one.cores} cores")
    _agree(found, trail)
    return found


def _run(one: Measured, trail: Trail) -> None:
    started, begun = _clock(one.cores), time.perf_counter()
    try:
        one.answer = one.contender.run(trail, one.cores)
    except NotHere as why:
        one.missing = str(why)
        return
    one.seconds.append(_clock(one.cores) - started)
    one.walls.append(time.perf_counter() - begun)


def _clock(cores: int) -> float:
    if cores > 1:
        return time.perf_counter()
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def _agree(found: Sequence[Measured], trail: Trail) -> None:
    for one in found:
        if one.answer is None:
            continue
        keys = one.answer.keys
        if one.answer.records != trail.records or (keys is not None and keys != trail.stolen):
            raise Disagreement(f"{one.contender.name}: {one.answer} instead of {trail.stolen}")


def ratios(found: Sequence[Measured]) -> str:
    """How fast Truant is beside each of the others, as a table in Markdown, with the goals."""
    every = sorted({one.cores for one in found})
    names = list(dict.fromkeys(one.contender.name for one in found))
    clocks = ["one core, CPU time" if cores == 1 else f"{cores} cores, wall" for cores in every]
    lines = [f"| the speed of `truant scan` is | goal | {' | '.join(clocks)} |"]
    lines.append("|---|---|" + "---|" * len(every))
    for name in [name for name in names if name != TRUANT]:
        cells = [_ratio(found, name, cores) for cores in every]
        lines.append(f"| that of {name} × | {GOALS.get(name, '')} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _ratio(found: Sequence[Measured], name: str, cores: int) -> str:
    some = {one.contender.name: one for one in found if one.cores == cores}
    ours, other = some.get(TRUANT), some.get(name)
    if other is None or ours is None:
        return ""
    return f"not here: {other.missing}" if other.missing else f"{other.median / ours.median:.2f}"


def table(found: Sequence[Measured], trail: Trail) -> str:
    """The figures as a table in Markdown, and Truant's ratio to each of the others."""
    lines = []
    for cores in sorted({one.cores for one in found}):
        some = [one for one in found if one.cores == cores]
        ours = next((one for one in some if one.contender.name == TRUANT and one.seconds), None)
        clock = "one core, CPU time" if cores == 1 else f"{cores} cores, wall clock"
        lines += [f"| {clock} | k records/s | MB/s | truant scan is |", "|---|---|---|---|"]
        for one in some:
            if one.missing:
                lines.append(f"| {one.contender.name} | not here: {one.missing} | | |")
                continue
            ratio = f"{one.median / ours.median:.2f} ×" if ours else ""
            records = trail.records / one.median / 1000
            size = trail.inflated / one.median / 1e6
            lines.append(f"| {one.contender.name} | {records:,.0f} | {size:,.0f} | {ratio} |")
        lines.append("")
    return "\n".join(lines)


def scaling(found: Sequence[Measured]) -> str:
    """How much faster Truant is on more cores, both by the clock."""
    ours = {one.cores: one for one in found if one.contender.name == TRUANT and one.seconds}
    more = max(ours, default=1)
    if more == 1 or 1 not in ours:
        return ""
    faster = statistics.median(ours[1].walls) / statistics.median(ours[more].walls)
    return f"{more} cores: {faster:.2f} times one core, both by the clock."


def _quiet(_: str) -> None:
    pass


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, default=RECORDS_QUICK, help="records")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--one-core", action="store_true", help="leave all cores out")
    parser.add_argument("--only", help="names, joined by commas, or how they begin")
    parser.add_argument("--ratios", action="store_true", help="and no times")
    told = parser.parse_args()
    cores = sorted({1, 1 if told.one_core else os.cpu_count() or 1})
    some = [
        one
        for one in CONTENDERS
        if not told.only or one.name.startswith(tuple(told.only.split(",")))
    ]
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as folder:
        # Once over a small trail first: what is loaded or built at a first use is not measured.
        measure(generate(Path(folder) / "small", RECORDS_SMALL), some, [1], 1, _quiet)
        trail = generate(Path(folder) / "trail", told.size)
        print(
            f"{trail.records:,} records in {len(trail.files):,} files, "
            f"{trail.inflated / 1e6:,.0f} MB, {trail.inflated / trail.records:,.0f} bytes a "
            f"record, {len(trail.stolen)} stolen keys; medians of {told.rounds} rounds\n"
        )
        found = measure(trail, some, cores, told.rounds, _quiet)
    print(ratios(found) if told.ratios else table(found, trail))
    print(f"\n{scaling(found)}")


if __name__ == "__main__":
    main()
