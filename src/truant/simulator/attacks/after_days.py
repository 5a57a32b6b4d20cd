"""Thefts on the last of several days, from a fleet of which it is known what is usual."""

from truant.simulator import sites, truth
from truant.simulator.network import Instance
from truant.simulator.theft import Thief, look_round, steal
from truant.simulator.topologies.learned import office_fleet, steady_fleet
from truant.simulator.way_out import Origin
from truant.simulator.world import World

BOTH = (truth.LOGS, truth.INVENTORY)


def from_ec2(world: World) -> None:
    """E16 again: from a stranger's EC2 instance, after days of the fleet's usual work."""
    site = sites.site(world, world.account("routine"))
    victim = steady_fleet(world, site.private, "routine")[0]
    address = world.estate.book.aws(world.rng, sites.region(world))
    _theft(world, victim, Origin(address)).inside_aws(None, needs=BOTH)


def past_the_office(world: World) -> None:
    """E18 again: from outside, where the fleet's own way out is an office that nobody named."""
    victim = office_fleet(world, world.account("counter"))[0]
    address = world.estate.book.outside(world.rng, "residential")
    _theft(world, victim, Origin(address)).outside_aws()


def _theft(world: World, victim: Instance, place: Origin) -> Thief:
    thief = steal(world, victim, world.between(world.at(3), world.at(20)))
    bucket = sites.bucket(world, victim.name)
    thief.run(look_round(world, bucket, victim.account.id, world.rng.randrange(2, 8)), place)
    return thief
