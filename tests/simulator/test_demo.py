"""The demonstration tells the announcement's story, whatever the seed."""

import pytest

from tests.simulator.opened import simulated
from truant.simulator.truth import INSIDE_AWS, OUTSIDE_AWS


@pytest.mark.parametrize("seed", range(5))
def test_one_key_is_used_from_three_places(seed: int) -> None:
    stolen = [s for s in simulated(seed, "demo").truth.sessions if s.stolen]
    assert len(stolen) == 1
    told = [(f.type, f.severity, f.affiliated, f.remote.account) for f in stolen[0].findings]
    assert told == [
        (OUTSIDE_AWS, 8.0, None, None),
        (INSIDE_AWS, 8.0, False, "777788889999"),
        (INSIDE_AWS, 5.0, True, "444455556666"),
    ]
