"""Simulated scenarios judged in memory, each once in a test run."""

import gzip
import json
import tempfile
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from truant.connectors import config, inventory_folder
from truant.detection.findings import finding
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.judge import is_finding
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all, merge
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.fact import Fact
from truant.model.finding import Verdict
from truant.model.record_file import decode
from truant.simulator.scenario import SCENARIOS, build
from truant.simulator.simulation import Simulation

Json = dict[str, Any]

FULL, LOGS = "with inventory", "log only"
# A smaller fleet shows the same in less time. Tests of one scenario share a process, and what is
# kept there.
_NAMES = [*(name for name in SCENARIOS if name != "fleet"), "fleet:10"]
NAMES = [pytest.param(name, marks=pytest.mark.xdist_group(f"judged {name}")) for name in _NAMES]


@cache
def world(seed: int, name: str) -> Simulation:
    """A scenario's simulation, without flow logs."""
    return build(seed, [name], with_flow_logs=False)


def state_of(files: Iterable[bytes]) -> State:
    """Fold these files, plain bytes of trail files, one after another."""
    state = State()
    for content in files:
        merge(state, fold(decode(content).calls))
    return state


def trail(simulation: Simulation) -> list[bytes]:
    """The inflated trail files of a simulation."""
    return [gzip.decompress(data) for data in simulation.trail.values()]


@cache
def inventory(seed: int, name: str) -> frozenset[Fact]:
    """The facts of a simulation's inventory folder."""
    with tempfile.TemporaryDirectory() as folder:
        for path, data in world(seed, name).inventory.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        read = inventory_folder.read(Path(folder))
    assert not read.problems
    return frozenset(read.facts)


def surroundings(simulation: Simulation, state: State, facts: Iterable[Fact]) -> Surroundings:
    """A simulation's configuration and ranges, and what is known of its network."""
    trust = config.parse(tomllib.loads(simulation.config))
    ranges = RangesHistory([parse(simulation.ip_ranges, "ip-ranges.json")])
    return Surroundings(Inventory({*state.facts, *facts}), trust, ranges, state.accounts)


@cache
def state(seed: int, name: str) -> State:
    """The state after all files of a scenario's trail; not to be changed."""
    return state_of(trail(world(seed, name)))


@cache
def _judged(seed: int, name: str, mode: str) -> tuple[list[Verdict], Surroundings]:
    facts = inventory(seed, name) if mode == FULL else frozenset()
    around = surroundings(world(seed, name), state(seed, name), facts)
    return list(judge_all(state(seed, name), around)), around


def verdicts(seed: int, name: str, mode: str) -> list[Verdict]:
    """The verdicts that become findings."""
    return [verdict for verdict in _judged(seed, name, mode)[0] if is_finding(verdict)]


def findings(seed: int, name: str, mode: str) -> list[Json]:
    """The findings, as they stand on the wire."""
    around = _judged(seed, name, mode)[1]
    told = [finding(verdict, around.inventory) for verdict in verdicts(seed, name, mode)]
    return [json.loads(json.dumps(one)) for one in told]
