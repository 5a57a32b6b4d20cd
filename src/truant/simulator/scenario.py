"""All scenarios by name, and how to build a simulation of any of them together."""

import random
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from truant.simulator import demo
from truant.simulator.attacks.contents import ATTACKS
from truant.simulator.delivery import Delivery, log_files
from truant.simulator.estate import estate_of
from truant.simulator.feeds import feeds
from truant.simulator.fleet import fleet
from truant.simulator.flow_logs import flow_logs
from truant.simulator.inventory_folder import inventory
from truant.simulator.ip_ranges import ip_ranges
from truant.simulator.simulation import Simulation, configuration
from truant.simulator.topologies.contents import TOPOLOGIES
from truant.simulator.truth import merged
from truant.simulator.world import World, world_of

Builder = Callable[[World], None]

SCENARIOS: Mapping[str, Builder] = MappingProxyType(
    {"demo": demo.build, "fleet": fleet(40), **TOPOLOGIES, **ATTACKS}
)

DEFAULT_DELIVERY = Delivery()
# Beyond this the fleet's subnets are full.
FLEET_MAX = 1000
DAYS_MAX = 30
# Scenarios that show what is learned from the days before need some.
DAYS: Mapping[str, int] = MappingProxyType(
    {"T10-unlisted": 4, "E16-after-days": 4, "E18-past-the-office": 4}
)


def builder_of(name: str) -> Builder:
    """Find the builder of a scenario. Raises ValueError for a name that there is not."""
    kind, _, size = name.partition(":")
    if kind == "fleet" and size.isdecimal() and 0 < int(size) <= FLEET_MAX:
        return fleet(int(size))
    if name not in SCENARIOS:
        known = ", ".join(SCENARIOS)
        raise ValueError(f"there is no scenario {name}; there are: {known}, fleet:N")
    return SCENARIOS[name]


def summary(name: str) -> str:
    """Say in a sentence what a scenario shows. Raises ValueError for a name that there is not."""
    paragraph = (builder_of(name).__doc__ or "").strip().split("\n\n")[0]
    return " ".join(paragraph.split())


def build(
    seed: int,
    names: Sequence[str],
    delivery: Delivery = DEFAULT_DELIVERY,
    *,
    with_flow_logs: bool = True,
    days: int = 1,
) -> Simulation:
    """Simulate scenarios side by side in one organization on one day, or on several.

    On the days before the last there is ordinary work alone; a scenario that needs more days than
    `days` gets them (DAYS). The same seed, names, delivery and days give the same bytes. Names are
    those of SCENARIOS, and `fleet:N` for a fleet of N instances. Without flow logs it takes about
    half the time. Raises ValueError for any other name, and for days beyond DAYS_MAX.
    """
    builders = {name: builder_of(name) for name in names}
    if not 0 < days <= DAYS_MAX:
        raise ValueError(f"a world has 1 to {DAYS_MAX} days, not {days}")
    needed = max([days, *(DAYS.get(name, 1) for name in builders)])
    estate = estate_of(seed, demo.ADMINISTRATOR if "demo" in names else None, needed)
    worlds = [world_of(estate, name) for name in builders]
    for world in worlds:
        builders[world.name](world)
    records = sorted(
        (one for world in worlds for one in world.records if estate.first <= one.time < estate.end),
        key=lambda one: (one.time, one.event_id),
    )
    flows: dict[str, bytes] = {}
    for world in worlds if with_flow_logs else ():
        flows |= flow_logs(world)
    rng = random.Random(f"{seed}/delivery")  # noqa: S311 not for secrecy
    return Simulation(
        trail=log_files(records, estate.organization, rng, delivery),
        inventory=inventory(estate, [world.network for world in worlds]),
        ip_ranges=ip_ranges(),
        config=configuration(estate, [rule for world in worlds for rule in world.trusted]),
        flow_logs=flows,
        truth=merged(tuple(world.sessions.values()) for world in worlds),
        feeds=feeds(),
    )
