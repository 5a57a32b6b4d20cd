"""Law 2: time comes with the record. A year later everything is as it was, a year later."""

import json
import re
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.judged import FULL, LOGS, findings, state_of, surroundings, trail, world
from truant.connectors import inventory_folder
from truant.detection.findings import finding
from truant.detection.judge import is_finding
from truant.detection.state import judge_all
from truant.simulator.simulation import Simulation

YEAR = timedelta(days=365)
YEAR_MS = 365 * 86_400_000
SCENARIOS = ("demo", "E8", "E14", "E19", "E20", "T13", "T25", "E16-built-today")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?=[T ]\d\d:\d\d:\d\d)")
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)")
_US_ENGLISH = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4})(?=,? \d{1,2}:\d\d:\d\d [AP]M)")
_EPOCH_MS = re.compile(r'(?<="launchTime": )(\d{13})\b')
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def _next_year(found: re.Match[str]) -> str:
    return (date.fromisoformat(found[1]) + YEAR).isoformat()


def _next_year_in_english(found: re.Match[str]) -> str:
    day = date(int(found[3]), _MONTHS.index(found[1]) + 1, int(found[2])) + YEAR
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def shifted(text: str) -> str:
    """A text with every time in it a year later."""
    text = _EPOCH_MS.sub(lambda found: str(int(found[1]) + YEAR_MS), text)
    return _US_ENGLISH.sub(_next_year_in_english, _ISO.sub(_next_year, text))


def later(simulation: Simulation, mode: str) -> list[dict[str, Any]]:
    """The findings of a simulation all of whose times are a year later."""
    state = state_of(shifted(content.decode()).encode() for content in trail(simulation))
    facts = _facts(simulation) if mode == FULL else set()
    moved = Simulation(
        simulation.trail,
        simulation.inventory,
        simulation.ip_ranges,
        _DAY.sub(_next_year, simulation.config),
        simulation.flow_logs,
        simulation.truth,
        simulation.feeds,
    )
    around = surroundings(moved, state, facts)
    told = [finding(v, around.inventory) for v in judge_all(state, around) if is_finding(v)]
    return [json.loads(json.dumps(one)) for one in told]


def _facts(simulation: Simulation) -> set[Any]:
    with tempfile.TemporaryDirectory() as folder:
        for path, data in simulation.inventory.items():
            file = Path(folder) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(shifted(data.decode()))
        return inventory_folder.read(Path(folder)).facts


@pytest.mark.parametrize("mode", [FULL, LOGS])
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xdist_group(f"judged {n}")) for n in SCENARIOS]
)
def test_a_year_later_the_findings_are_the_same_a_year_later(name: str, mode: str) -> None:
    """The published ranges are older than both days, and stay as they are."""
    before = json.dumps(findings(1, name, mode))
    assert json.loads(shifted(before)) == later(world(1, name), mode)


def test_the_shift_moves_times_and_nothing_else() -> None:
    assert shifted("2026-02-12T00:15:00Z, 2026-02-12") == "2027-02-12T00:15:00Z, 2026-02-12"
    assert shifted("Dec 31, 2026, 6:30:22 PM") == "Dec 31, 2027, 6:30:22 PM"
    assert shifted('{"launchTime": 1760000000000}') == '{"launchTime": 1791536000000}'
