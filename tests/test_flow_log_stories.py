"""Whole scans with flow logs: every scenario, what they make findable, and nothing more."""

import json
from pathlib import Path

import pytest

from tests.command import truant
from tests.simulator.opened import simulated
from truant.runners.scan import ScanRequest, ScanResult, scan
from truant.simulator.scenario import SCENARIOS
from truant.simulator.simulation import files
from truant.simulator.truth import FLOW_LOGS, UNOBSERVABLE

NAMES = [*(name for name in SCENARIOS if name != "fleet"), "fleet:10"]
SEEDS = (11, 5)


def laid(folder: Path, seed: int, name: str) -> Path:
    for path, data in files(simulated(seed, name)).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def scanned(folder: Path, *, flow_logs: bool = True, inventory: bool = True) -> ScanResult:
    request = ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "cache",
        now=0,
        inventory=folder / "inventory" if inventory else None,
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
        flow_logs=folder / "flow-logs" if flow_logs else None,
        download=False,
    )
    return scan(request, lambda _done, _total: None)


def found(result: ScanResult) -> set[tuple[str, str]]:
    return {(verdict.principal_id, verdict.type.value) for verdict in result.verdicts}


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_theft_is_found_and_nothing_else(tmp_path: Path, name: str, seed: int) -> None:
    result = scanned(laid(tmp_path, seed, name))
    sessions = simulated(seed, name).truth.sessions
    expected = {
        (session.principal, finding.type)
        for session in sessions
        for finding in session.findings
        if UNOBSERVABLE not in finding.needs
    }
    assert found(result) == expected
    accounting = result.flow_logs
    assert accounting is not None
    assert accounting.quarantined == 0
    assert accounting.read > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_what_needs_flow_logs_is_found_by_them_alone(tmp_path: Path, seed: int) -> None:
    needing = [
        name
        for name in NAMES
        for session in simulated(seed, name).truth.sessions
        if any(FLOW_LOGS in finding.needs for finding in session.findings)
    ]
    assert needing == ["E3-same-nat", "E11-asleep"]
    for name in needing:
        folder = laid(tmp_path / name, seed, name)
        assert found(scanned(folder, flow_logs=False)) == set()
        (finding,) = scanned(folder).findings
        assert "silent" in str(finding["description"])


@pytest.mark.parametrize(
    "name", ["T4", "T5", "T10", "T11", "T11-inside", "T14", "T19", "T19-same-nat"]
)
def test_without_inventory_flow_logs_raise_nothing_new(tmp_path: Path, name: str) -> None:
    folder = laid(tmp_path, 5, name)
    without = found(scanned(folder, flow_logs=False, inventory=False))
    assert found(scanned(folder, inventory=False)) <= without


def test_flow_logs_of_other_instances_are_no_flow_logs(tmp_path: Path) -> None:
    folder = laid(tmp_path, 5, "E3-same-nat")
    other = laid(tmp_path / "other", 6, "T1")
    (folder / "flow-logs").rename(folder / "own-flow-logs")
    (other / "flow-logs").rename(folder / "flow-logs")
    result = scanned(folder)
    assert found(result) == set()
    assert any("the flow logs tell nothing of the instances" in one for one in result.notices)


def test_at_the_terminal(tmp_path: Path) -> None:
    folder = laid(tmp_path / "world", 5, "E3-same-nat")
    words: list[str | Path] = ["scan", folder / "trail", "--inventory", folder / "inventory"]
    words += ["--ip-ranges", folder / "ip-ranges.json", "--config", folder / "truant.toml"]
    words += ["--flow-logs", folder / "flow-logs", "--format", "jsonl"]
    done = truant(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    (finding,) = map(json.loads, done.stdout.splitlines())
    signals = [one["signal"] for one in finding["service"]["additionalInfo"]["evidence"]]
    assert "flows" in signals
    assert "flow log records in" in done.stderr
    assert "records of instances whose keys were used" in done.stderr
    words[0], words[-2:] = "explain", []
    explained = truant(tmp_path, words[0], finding["id"], *words[1:])
    assert "VPC Flow Logs cover" in " ".join(explained.stdout.split())


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "trail").mkdir()
    done = truant(tmp_path, "scan", tmp_path / "trail", "--flow-logs", tmp_path / "nowhere")
    assert done.returncode == 2
    assert "no such file or folder. Name a folder of VPC Flow Logs." in " ".join(
        done.stderr.split()
    )
    assert "Traceback" not in done.stderr


def test_a_log_that_may_not_be_read(tmp_path: Path) -> None:
    """What was named and not looked at makes an error, as it does for trails."""
    folder = laid(tmp_path / "world", 5, "T1")
    (folder / "flow-logs" / "gone.log").symlink_to(tmp_path / "nowhere")
    done = truant(tmp_path, "scan", folder / "trail", "--flow-logs", folder / "flow-logs")
    assert done.returncode == 2
    assert "1 path could not be read" in " ".join(done.stderr.split())
