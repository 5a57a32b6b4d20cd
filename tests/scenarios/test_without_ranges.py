"""Without a list of AWS's ranges: no false alarm more, and no owner named that nobody knows."""

import pytest

from tests.scenarios.judged import FULL, LOGS, inventory, state, surroundings, world
from truant.detection.judge import is_finding
from truant.detection.state import judge_all
from truant.model.aws_ranges import RangesHistory
from truant.model.finding import FindingType, Verdict
from truant.model.network import Place

SEED = 1


def told(name: str, mode: str) -> list[Verdict]:
    facts = inventory(SEED, name) if mode == FULL else frozenset()
    around = surroundings(world(SEED, name), state(SEED, name), facts)
    around.ranges = RangesHistory()
    return [one for one in judge_all(state(SEED, name), around) if is_finding(one)]


@pytest.mark.parametrize("mode", [FULL, LOGS])
@pytest.mark.parametrize(
    "name", ["T2", "T4", "T10-unlisted", "T14", "T18", "T19", "T20", "T26-broker", "T30"]
)
def test_nothing_is_told_of_the_innocent(name: str, mode: str) -> None:
    """Regional gateways, hubs, offices, EKS and Vault, whose addresses nothing tells of."""
    assert told(name, mode) == []


@pytest.mark.parametrize("name", ["E17", "E18", "E28"])
def test_a_theft_is_found_with_an_inventory_and_its_network_is_said_to_be_unknown(
    name: str,
) -> None:
    (found,) = told(name, FULL)
    assert found.type is FindingType.OUTSIDE_AWS
    assert {stray.place for stray in found.strays} == {Place.UNLISTED}
    assert found.remote_account is None
