"""Keys are issued in twins, live as long as real ones, and overlap when they rotate."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from truant.simulator import construction, sites
from truant.simulator.credentials import expiration
from truant.simulator.estate import estate_of
from truant.simulator.network import Instance, Span
from truant.simulator.world import World, world_of


def made(seed: int, hours: float | None = None) -> tuple[World, Instance]:
    """A world with one instance, which is launched on the day if hours are given."""
    world = world_of(estate_of(seed), "test")
    site = sites.site(world, world.account("a"))
    runs = None if hours is None else [Span(world.at(hours))]
    return world, construction.instance(
        world, site.private, "x", construction.role(world, site.vpc.account, "r"), runs=runs
    )


def test_both_forms_of_the_expiration() -> None:
    time = datetime(2023, 7, 10, 18, 30, 22, tzinfo=UTC)
    assert expiration(time, older=False) == "Jul 10, 2023, 6:30:22 PM"
    assert expiration(time.replace(day=4, hour=0), older=True) == "Jul 4, 2023 12:30:22 AM"


@pytest.mark.parametrize("seed", range(8))
def test_rotation_covers_the_whole_day(seed: int) -> None:
    world, one = made(seed)
    for delivery in ("1.0", "2.0"):
        keys = [key for key in world.keys[one.id] if key.delivery == delivery]
        assert keys[0].issued <= world.start
        assert keys[-1].expires >= world.end
        for before, after in pairwise(keys):
            assert after.issued <= before.expires - timedelta(minutes=5)
        for key in keys:
            assert timedelta(hours=6, minutes=22) <= key.expires - key.issued
            assert key.expires - key.issued <= timedelta(hours=6, minutes=35)


def test_issuance_is_recorded_with_the_key_in_the_answer() -> None:
    world, one = made(3, hours=2)
    issued = {
        call.record["responseElements"]["credentials"]["accessKeyId"]  # type: ignore[index]
        for call in world.records
        if call.record["eventName"] == "AssumeRole"
    }
    assert issued == {key.key for key in world.keys[one.id]}
    first = min(call.time for call in world.records)
    assert timedelta(0) < first - one.launched < timedelta(minutes=1)


def test_a_key_that_nobody_holds_is_an_error() -> None:
    world, one = made(3, hours=9)
    with pytest.raises(LookupError, match="holds no key"):
        world.key_in_use(one, world.at(4))
