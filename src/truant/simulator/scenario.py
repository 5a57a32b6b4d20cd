"""All scenarios by name, and how to build a simulation of any of them together."""

import random
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from truant.simulator import demo
from truant.simulator.attacks.contents import ATTACKS
from truant.simulator.delivery import Delivery, log_files
from truant.simulator.estate import estate_of
from truant.simulator.inventory_folder import inventory
from truant.simulator.ip_ranges import ip_ranges
from truant.simulator.simulation import Simulation, configuration
from truant.simulator.topologies.contents import TOPOLOGIES
from truant.simulator.truth import merged
from truant.simulator.world import World, world_of

Builder = Callable[[World], None]

SCENARIOS: Mapping[str, Builder] = MappingProxyType({"demo": demo.build, **TOPOLOGIES, **ATTACKS})

DEFAULT_DELIVERY = Delivery()


def build(seed: int, names: Sequence[str], delivery: Delivery = DEFAULT_DELIVERY) -> Simulation:
    """Simulate scenarios side by side in one organization on one day.

    The same seed, names and delivery give the same bytes. Raises ValueError for a name that is
    not in SCENARIOS.
    """
    unknown = [name for name in names if name not in SCENARIOS]
    if unknown:
        known = ", ".join(SCENARIOS)
        raise ValueError(f"there is no scenario {', '.join(unknown)}; there are: {known}")
    estate = estate_of(seed, demo.ADMINISTRATOR if "demo" in names else None)
    worlds = [world_of(estate, name) for name in dict.fromkeys(names)]
    for world in worlds:
        SCENARIOS[world.name](world)
    records = sorted(
        (one for world in worlds for one in world.records if estate.start <= one.time < estate.end),
        key=lambda one: (one.time, one.event_id),
    )
    rng = random.Random(f"{seed}/delivery")  # noqa: S311 not for secrecy
    return Simulation(
        trail=log_files(records, estate.organization, rng, delivery),
        inventory=inventory(estate, [world.network for world in worlds]),
        ip_ranges=ip_ranges(),
        config=configuration(estate, [rule for world in worlds for rule in world.trusted]),
        flow_logs={},
        truth=merged(tuple(world.sessions.values()) for world in worlds),
    )
