"""Law 1: the same records give the same findings, byte for byte, however they come."""

import gzip
import json
import random
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scenarios.judged import inventory, state_of, surroundings, trail, world
from tests.shared_data import shared_data
from truant.detection.findings import finding
from truant.detection.inventory import Inventory
from truant.detection.judge import is_finding
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory, parse

Json = dict[str, Any]

# Chains, sign-ins, forged names, several parties, a moving address, presigned URLs, a desk.
SCENARIOS = ("demo", "E8", "E9", "E14", "E15", "E18-roaming", "E19", "T13", "T20", "T25")
few = settings(max_examples=4, deadline=None)


def records(content: bytes) -> list[Json]:
    found: list[Json] = json.loads(content)["Records"]
    return found


@cache
def told_of(name: str) -> tuple[Json, ...]:
    return tuple(record for content in trail(world(1, name)) for record in records(content))


def cut(some: list[Json], files: int) -> list[bytes]:
    return [json.dumps({"Records": some[n::files]}).encode() for n in range(files)]


def told(state: State, around: Surroundings) -> str:
    """The findings' bytes, in the order of their ids."""
    findings = [finding(v, around.inventory) for v in judge_all(state, around) if is_finding(v)]
    return json.dumps(findings)


@cache
def expected(name: str, *, full: bool) -> str:
    return _told(name, trail(world(1, name)), full=full)


def _told(name: str, files: list[bytes], *, full: bool) -> str:
    state = state_of(files)
    facts = inventory(1, name) if full else frozenset()
    return told(state, surroundings(world(1, name), state, facts))


@pytest.mark.parametrize("full", [True, False], ids=["with inventory", "log only"])
@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.xdist_group(f"judged {n}")) for n in SCENARIOS]
)
@few
@given(rng=st.randoms(use_true_random=True), files=st.sampled_from((1, 2, 7, 103)))
def test_simulated_records_shuffled_doubled_and_cut(
    name: str, full: bool, rng: random.Random, files: int
) -> None:
    some = list(told_of(name))
    some += rng.sample(some, len(some) // 3)
    rng.shuffle(some)
    assert _told(name, cut(some, files), full=full) == expected(name, full=full)


@settings(max_examples=25, deadline=None)
@given(rng=st.randoms(use_true_random=True), files=st.integers(1, 103))
def test_real_records_shuffled_doubled_and_cut(rng: random.Random, files: int) -> None:
    (file,) = shared_data("otrf-ec2-proxy-s3").glob("*.json.gz")
    lines = gzip.decompress(file.read_bytes()).splitlines()
    shuffled = lines + rng.sample(lines, len(lines) // 2)
    rng.shuffle(shuffled)
    assert _of_lines([shuffled[n::files] for n in range(files)]) == _of_lines([lines])


def _of_lines(files: list[list[bytes]]) -> str:
    ranges = shared_data("ip-ranges") / "ip-ranges_2020-09-15.json.gz"
    history = RangesHistory([parse(gzip.decompress(ranges.read_bytes()), ranges.name)])
    state = state_of(b"\n".join(lines) for lines in files)
    return told(state, Surroundings(Inventory(state.facts), Trust(), history, state.accounts))
