"""How good the detection is, as numbers: found, missed, false alarms, and the same for others.

    python -m benchmarks.quality --seeds 200 --docs docs/quality.md

Every technique and topology of the simulator, each alone, over many seeds, with full inventory and
flow logs, without flow logs, and with logs alone. All contenders see the same worlds.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from msgspec import Struct, field

from benchmarks import quality_report
from benchmarks.peers import PEERS
from benchmarks.scores import Alert, Score, labelled, score, truant_alert
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
    FULL: frozenset({"logs", "inventory", "flow-logs"}),
    NO_FLOW_LOGS: frozenset({"logs", "inventory"}),
    LOGS: frozenset({"logs"}),
}
PEER_GIVEN = frozenset({"logs", "inventory"})
FLOW_LOG_SEEDS = 4  # flow logs take most of the time: every fourth seed has them
EARLY_SEEDS = 20  # of one in so many seeds it is asked how soon a finding comes
FLEET = "fleet:60"
FLEET_SEEDS = 10


class Result(Struct):
    """Everything measured on some worlds."""

    scores: dict[str, Score] = field(default_factory=dict)
    calibration: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)
    early: list[tuple[str, int, float]] = field(default_factory=list)  # scenario, calls, minutes

    def add(self, other: "Result") -> None:
        """Add what was measured elsewhere."""
        for name, one in other.scores.items():
            self.scores.setdefault(name, Score()).add(one)
        for name, points in other.calibration.items():
            self.calibration.setdefault(name, []).extend(points)
        self.early.extend(other.early)


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
    around = world.surroundings(inventory="inventory" in given, flow_logs="flow-logs" in given)
    return list(judge_all(world.state, around))


def _told(world: World, verdicts: Sequence[Verdict], given: frozenset[str]) -> list[Alert]:
    inventory = world.surroundings(inventory="inventory" in given, flow_logs=False).inventory
    return [truant_alert(one, finding(one, inventory)) for one in verdicts if is_finding(one)]


def tasks(seeds: int, names: Sequence[str]) -> Iterator[Task]:
    """The worlds to measure: every scenario alone for each seed, and some fleets."""
    for seed in range(1, seeds + 1):
        for name in names:
            if name != "fleet":
                yield Task(seed, name)
        if "fleet" in names and seed <= FLEET_SEEDS:
            yield Task(seed, FLEET)


def main() -> None:
    """Measure, print the tables, and write them where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--scenario", action="append", choices=sorted(SCENARIOS))
    parser.add_argument("--docs", type=Path, help="a Markdown file to write, with its picture")
    arguments = parser.parse_args()
    names = arguments.scenario or list(SCENARIOS)
    work = list(tasks(arguments.seeds, names))
    total, started = Result(), time.monotonic()
    with ProcessPoolExecutor(arguments.jobs) as pool:
        for done, result in enumerate(pool.map(measure, work, chunksize=4), 1):
            total.add(result)
            if sys.stderr.isatty() or done % 500 == 0:
                print(f"{done}/{len(work)}", end="\r", file=sys.stderr)
    seconds = time.monotonic() - started
    report = quality_report.text(total, arguments.seeds, len(work), seconds)
    print(report)
    if arguments.docs:
        quality_report.write(arguments.docs, report, total)


if __name__ == "__main__":
    main()
