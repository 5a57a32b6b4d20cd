"""What is learned from simulated days: said in findings with its counts, and proposed, no more."""

import re
from functools import cache
from pathlib import Path

import pytest
from benchmarks.worlds import World, laid_out

from tests.command import truant
from truant.detection.judge import is_finding
from truant.detection.proposals import Proposal, proposals, rule_of
from truant.detection.state import judge_all
from truant.model.finding import Verdict
from truant.simulator.simulation import files

SEEDS = (3, 4)


@cache
def judged(seed: int, name: str) -> tuple[World, tuple[Verdict, ...], tuple[Proposal, ...]]:
    with laid_out(seed, [name], with_flow_logs=False) as world:
        around = world.surroundings(inventory=True, flow_logs=False)
        verdicts = tuple(judge_all(world.state, around))
        return world, verdicts, tuple(proposals(world.state.sessions.values(), around))


def learned(verdict: Verdict) -> list[tuple[float, str]]:
    return [(one.weight, one.sentence) for one in verdict.evidence if one.signal == "novelty"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ["E16-after-days", "E18-past-the-office"])
def test_a_thief_after_days_of_usual_work_is_told_to_be_new_with_counts(
    name: str, seed: int
) -> None:
    (found,) = [one for one in judged(seed, name)[1] if is_finding(one)]
    weights, sentences = zip(*learned(found), strict=True)
    assert max(weights) > 1.0  # the network
    network = next(text for text in sentences if text.startswith("Network "))
    counts = re.findall(r"(0) of ([\d,]+) of this (session|role|VPC|account)", network)
    seen = {kind: int(total.replace(",", "")) for _, total, kind in counts}
    assert 900 < seen["session"] < seen["role"] == seen["VPC"] == seen["account"]  # calls, 3 days


@pytest.mark.parametrize("seed", SEEDS)
def test_on_one_day_nothing_is_learned(seed: int) -> None:
    (found,) = [one for one in judged(seed, "E16")[1] if is_finding(one)]
    assert not learned(found)


@pytest.mark.parametrize("seed", SEEDS)
def test_days_of_a_fleet_s_way_out_become_one_proposal(seed: int) -> None:
    world, verdicts, (proposed,) = judged(seed, "T10-unlisted")
    assert not [one for one in verdicts if is_finding(one)]
    origins = {str(one["sourceIPAddress"]) for one in world.records if ":i-" in _principal(one)}
    assert {proposed.target} == {f"{address}/32" for address in origins}
    assert len(proposed.instances) == len(proposed.agreeing) == proposed.active == 3
    assert "3 of 3 instances" in rule_of(proposed).reason


def _principal(record: dict[str, dict[str, str]]) -> str:
    return str(record["userIdentity"].get("principalId"))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_thief_showed_is_not_proposed(seed: int) -> None:
    _, verdicts, (proposed,) = judged(seed, "E18-past-the-office")
    (found,) = [one for one in verdicts if is_finding(one)]
    assert proposed.target not in {f"{stray.origin.address}/32" for stray in found.strays}


def test_a_poisoner_s_one_day_of_heartbeats_is_not_proposed() -> None:
    assert judged(SEEDS[0], "E15")[2] == ()


def test_accepting_the_proposal_makes_the_way_out_home(tmp_path: Path) -> None:
    made = judged(SEEDS[0], "T10-unlisted")[0].made
    for path, data in files(made).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    given = ("--inventory", "inventory", "--ip-ranges", "ip-ranges.json", "--config", "truant.toml")
    done = truant(tmp_path, "propose", "trail", *given, "--accept", "1")
    assert done.returncode == 0, done.stderr
    scanned = truant(tmp_path, "scan", "trail", *given)
    assert scanned.returncode == 0, scanned.stderr
    assert "accepted proposal: 3 of 3 instances" in scanned.stderr
