"""Keys used from other places of ours: instances, hubs, affiliated accounts, the own endpoints."""

from datetime import datetime, timedelta

from truant.simulator import actions, construction, hubs, people, sites, truth, workload
from truant.simulator.attacks.scene import Scene, scene
from truant.simulator.network import Instance, Span
from truant.simulator.theft import Thief, look_round, steal
from truant.simulator.way_out import Origin
from truant.simulator.world import World


def other_instance(world: World) -> None:
    """E3: from another instance of the same account, which has an address of its own."""
    at = scene(world, "lateral")
    elastic = construction.elastic(world, at.account, at.region)
    box = sites.worker(world, at.site.public, "jump", address=elastic)
    thief = at.theft()
    at.loot(thief, box)
    thief.other_instance()


def other_vpc(world: World) -> None:
    """E3 again: through the endpoint of another VPC of the same account."""
    at = scene(world, "second")
    site = sites.site(world, at.account, at.region, cidr="10.255.0.0/16")
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    box = sites.worker(world, site.private, "second-box")
    thief = at.theft()
    thief.run([s for s in look_round(world, at.bucket, at.account.id) if s.service == "s3"], box)
    thief.other_instance()


def same_gateway(world: World) -> None:
    """E3 again: from a host behind the same NAT gateway, after the victim has fallen silent."""
    account = world.account("samenat")
    site = sites.site(world, account)
    victim = sites.worker(world, site.private, "sleeper", working=False, delivery="2.0")
    workload.work(world, victim, sites.usual(world, victim), end=world.at(10))
    other = sites.worker(world, site.private, "awake")
    thief = steal(world, victim, world.between(world.at(12), world.at(19)))
    thief.run(look_round(world, sites.bucket(world, "nat"), account.id, 6), other)
    thief.other_instance(needs=(truth.LOGS, truth.INVENTORY, truth.FLOW_LOGS))


def by_the_hub(world: World) -> None:
    """E4: by the egress hub of an affiliated account, to which the victim has no route."""
    at = scene(world, "island")
    _by_hub(at, monitored=True)


def by_an_unmonitored_account(world: World) -> None:
    """E4 again: by an account of the organization that the administrator does not monitor."""
    at = scene(world, "shore")
    _by_hub(at, monitored=False)


def _by_hub(at: Scene, *, monitored: bool) -> None:
    world = at.world
    owner = world.account("network", monitored=monitored)
    hub = sites.site(world, owner, at.region, cidr="10.252.0.0/16")
    transit = hubs.egress_hub(world, hub)
    subnet = hubs.spoke(world, world.account("branch"), transit, "10.253.0.0/16")
    box = sites.worker(world, subnet, "branch-1")
    thief = at.theft()
    at.loot(thief, box)
    thief.inside_aws(owner, needs=(truth.LOGS, truth.INVENTORY))


def _short_life(world: World) -> tuple[Instance, Instance, datetime]:
    """An instance that is terminated during the day, its neighbour, and when it ended."""
    account = world.account("mortal")
    site = sites.site(world, account)
    admin = people.person(world, account, site.vpc.region)
    start = world.between(world.at(1), world.at(16))
    ended = start + timedelta(minutes=world.rng.randrange(60, 180))
    made = sites.worker(world, site.private, "mortal", runs=[Span(start, ended)])
    people.launch(world, admin, made)
    people.terminate(world, admin, made)
    return made, sites.worker(world, site.private, "survivor"), ended


def after_the_end(world: World) -> None:
    """E20: from outside, when the instance no longer exists."""
    made, _, ended = _short_life(world)
    _use_after(
        world, made, Origin(world.estate.book.outside(world.rng, "hosting")), ended
    ).outside_aws()


def after_the_end_same_gateway(world: World) -> None:
    """E20 again: from a host behind the same NAT gateway, when the instance no longer exists."""
    made, neighbour, ended = _short_life(world)
    _use_after(world, made, neighbour, ended).other_instance()


def _use_after(world: World, made: Instance, source: Origin | Instance, ended: datetime) -> Thief:
    """Steal a key shortly before the end, and use it after."""
    thief = steal(world, made, ended - timedelta(minutes=40))
    steps = look_round(world, sites.bucket(world, "gone"), made.account.id, 4)
    thief.run(steps, source, ended + timedelta(minutes=world.rng.randrange(15, 50)))
    return thief


def own_endpoint(world: World) -> None:
    """E21: through the victim's own endpoint, from another instance of its VPC."""
    at = scene(world, "inner")
    for service in ("ec2", "sts", "kms"):
        construction.endpoint(world, at.site.vpc, service, [at.site.private])
    thief = at.theft()
    steps = [actions.get_caller_identity(), actions.describe_instances()]
    thief.run(steps * world.rng.randrange(1, 4), at.bystander)
    thief.other_instance()


def own_endpoint_by_peering(world: World) -> None:
    """E21 again: through the victim's endpoint, from a peered VPC of an affiliated account."""
    at = scene(world, "peered")
    partner = sites.site(world, world.account("partner"), at.region, cidr="10.254.0.0/16")
    hubs.peer(world, partner.vpc, at.site.vpc)
    partner.vpc.borrowed = [
        construction.endpoint(world, at.site.vpc, service, [at.site.private])
        for service in ("ec2", "sts")
    ]
    box = sites.worker(world, partner.private, "partner-1")
    thief = at.theft()
    thief.run([actions.get_caller_identity(), actions.describe_instances()] * 2, box)
    thief.inside_aws(partner.vpc.account, needs=(truth.LOGS, truth.INVENTORY))
