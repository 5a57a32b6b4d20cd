"""A fleet has as many instances as asked for, in several accounts, and nothing is stolen."""

import time

from tests.simulator.opened import records, simulated
from truant.simulator.scenario import build


def test_a_fleet_has_the_asked_size() -> None:
    sessions = simulated(5, "fleet:17").truth.sessions
    assert len(sessions) == 17
    assert len({session.account for session in sessions}) >= 3
    assert not any(session.stolen for session in sessions)


def test_a_fleet_is_made_fast_enough() -> None:
    start = time.perf_counter()
    found = records(build(5, ["fleet:20"]))
    assert len(found) > 5_000
    assert time.perf_counter() - start < 20
