"""How good the detection is, as numbers: found, missed, false alarms, and the same for others.

    python -m benchmarks.quality --seeds 200 --results quality.jsonl --docs docs/quality.md

Every technique and topology of the simulator, each alone, over many seeds, with full inventory and
flow logs, without flow logs, and with logs alone. All contenders see the same worlds, each of which
is made and read once. A run that was interrupted goes on where its file of results ends.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from msgspec import Struct

from benchmarks import quality_report
from benchmarks.peers import PEERS
from benchmarks.results import Line, Result, code_of, keep, kept
from benchmarks.scores import Alert, labelled, score, truant_alert
from benchmarks.speed_to_finding import calls_until_found
from benchmarks.worlds import World, laid_out
from truant.detection.findings import finding
from truant.detection.judge import is_finding
from truant.detection.state import judge_all
from truant.model.finding import Verdict
from truant.simulator.scenario import SCENARIOS

FULL = quality_report.FULL
NO_FLOW_LOGS, LOGS = "Truant, no flow logs", "Truant, logs alone"
GIVEN = {
    FULL: frozenset({"logs", "inventory", "flow-logs", "feeds"}),
    NO_FLOW_LOGS: frozenset({"logs", "inventory"}),
    LOGS: frozenset({"logs"}),
}
PEER_GIVEN = frozenset({"logs", "inventory"})
FLOW_LOG_SEEDS = 8  # flow logs take most of the time: every eighth seed has them
EARLY_SEEDS = 20  # of one in so many seeds it is asked how soon a finding comes
FLEET = "fleet:60"
FLEET_SEEDS = 10


class Task(Struct, frozen=True):
    """One world to measure."""

    seed: int
    name: str


def measure(task: Task) -> Result:
    """Build a world and let every contender look at it."""
    with_flow_logs = task.seed % FLOW_LOG_SEEDS == 0
    result = Result()
    with laid_out(task.seed, [task.name], with_flow_logs=with_flow_logs) as world:
        for mode, given in GIVEN.items():
            if "flow-logs" in given and not with_flow_logs:
                continue
            verdicts = judged(world, given)
            result.scores[mode] = score(world, _told(world, verdicts, given), given)
            result.calibration[mode] = list(labelled(world, verdicts))
        for peer, look in PEERS:
            alerts = [Alert(who, frozenset({event_id})) for who, event_id in look(world)]
            result.scores[peer] = score(world, alerts, PEER_GIVEN)
        if task.seed % EARLY_SEEDS == 0:
            result.early += calls_until_found(world)
    return result


def judged(world: World, given: frozenset[str]) -> list[Verdict]:
    """Every verdict on a world, with these inputs given."""
    around = world.surroundings(
        inventory="inventory" in given,
        flow_logs="flow-logs" in given,
        with_feeds="feeds" in given,
    )
    return list(judge_all(world.state, around))


def _told(world: World, verdicts: Sequence[Verdict], given: frozenset[str]) -> list[Alert]:
    inventory = world.surroundings(inventory="inventory" in given, flow_logs=False).inventory
    return [truant_alert(one, finding(one, inventory)) for one in verdicts if is_finding(one)]


def tasks(seeds: int, names: Sequence[str]) -> Iterator[Task]:
    """The worlds to measure: every scenario alone for each seed, and some fleets."""
    for seed in range(1, seeds + 1):
        yield from tasks_of(seed, names)


def tasks_of(seed: int, names: Sequence[str]) -> Iterator[Task]:
    """The worlds of one seed."""
    for name in names:
        if name != "fleet":
            yield Task(seed, name)
    if "fleet" in names and seed <= FLEET_SEEDS:
        yield Task(seed, FLEET)


def measured(seed: int, names: Sequence[str]) -> Result:
    """Everything measured on the worlds of one seed."""
    total, started = Result(), time.process_time()
    for task in tasks_of(seed, names):
        total.add(measure(task))
        total.worlds += 1
    total.seconds = time.process_time() - started
    return total


def measure_all(
    seeds: Sequence[int], names: Sequence[str], jobs: int, results: Path | None
) -> Iterator[Result]:
    """What is measured on each seed, in order; what a file of results keeps is not done again."""
    code = code_of(names)
    done = kept(results, code)
    left = [seed for seed in seeds if seed not in done]
    print(f"{len(seeds) - len(left)} seeds are kept, {len(left)} to measure", file=sys.stderr)
    yield from (done[seed] for seed in seeds if seed in done)
    for seed, result in zip(left, _spread(left, names, jobs), strict=True):
        if results is not None:
            keep(results, Line(code, seed, result))
        print(f"seed {seed}: {result.seconds:.1f} s", end="\r", file=sys.stderr)
        yield result


def _spread(seeds: Sequence[int], names: Sequence[str], jobs: int) -> Iterator[Result]:
    if jobs == 1:
        yield from (measured(seed, names) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(measured, names=names), seeds)


def main() -> None:
    """Measure, print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="the last seed")
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scenario", action="append", choices=sorted(SCENARIOS))
    parser.add_argument("--results", type=Path, help="JSON lines: what is kept of earlier runs")
    parser.add_argument("--docs", type=Path, help="a Markdown file to write, with its picture")
    arguments = parser.parse_args()
    names = arguments.scenario or list(SCENARIOS)
    seeds = range(arguments.first, arguments.seeds + 1)
    total = Result()
    for result in measure_all(seeds, names, arguments.jobs, arguments.results):
        total.add(result)
    report = quality_report.text(total, len(seeds))
    print(report)
    if arguments.docs:
        quality_report.write(arguments.docs, report, total)


if __name__ == "__main__":
    main()
