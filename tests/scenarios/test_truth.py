"""Every simulated scenario against its truth: with the inventory, and with the logs alone.

Clean sessions first: no finding may be told of them. Then every theft that can be seen is found
once, of the right kind, with every call counted.
"""

from collections import defaultdict

import pytest

from tests.scenarios.judged import FULL, LOGS, NAMES, verdicts, world
from truant.model.finding import Verdict
from truant.simulator import truth
from truant.simulator.truth import Expected

SEEDS = (1, 2)


def told(seed: int, name: str, mode: str) -> dict[str, list[Verdict]]:
    by_session: dict[str, list[Verdict]] = defaultdict(list)
    for verdict in verdicts(seed, name, mode):
        by_session[verdict.principal_id].append(verdict)
    return by_session


def fits(verdict: Verdict, expected: Expected) -> bool:
    seen = {stray.origin.address for stray in verdict.strays}
    return verdict.type == expected.type and bool(seen & set(expected.remote.addresses))


@pytest.mark.parametrize("mode", [FULL, LOGS])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_told_of_the_innocent(name: str, seed: int, mode: str) -> None:
    """Not of clean sessions, and of robbed ones not of their own work."""
    sessions = {session.principal: session for session in world(seed, name).truth.sessions}
    for principal, some in told(seed, name, mode).items():
        for verdict in some:
            thefts = sessions[principal].findings
            addresses = {address for theft in thefts for address in theft.remote.addresses}
            strays = {stray.origin.address for stray in verdict.strays}
            assert strays <= addresses, (principal, verdict.party, verdict.evidence)


@pytest.mark.parametrize("mode", [FULL, LOGS])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_theft_that_can_be_seen_is_found(name: str, seed: int, mode: str) -> None:
    found = told(seed, name, mode)
    shown = {truth.LOGS, truth.INVENTORY} if mode == FULL else {truth.LOGS}
    for session in world(seed, name).truth.sessions:
        for expected in session.findings:
            if not set(expected.needs) <= shown:
                continue
            fitting = [v for v in found[session.principal] if fits(v, expected)]
            assert len(fitting) == 1, (session.principal, expected.type, fitting)
            _is_as_expected(fitting[0], expected, with_inventory=mode == FULL)


def _is_as_expected(verdict: Verdict, expected: Expected, *, with_inventory: bool) -> None:
    own, derived = len(set(expected.event_ids)), len(set(expected.derived))
    # Calls with keys that the thief made count; the service's copies of a call do not.
    assert own <= sum(stray.count for stray in verdict.strays) <= own + derived
    assert {stray.key for stray in verdict.strays if stray.key} >= set(expected.keys)
    if with_inventory:
        assert verdict.severity == expected.severity
        assert verdict.is_affiliated == bool(expected.affiliated)
        if expected.type == truth.INSIDE_AWS and expected.remote.account is not None:
            assert verdict.remote_account == expected.remote.account
