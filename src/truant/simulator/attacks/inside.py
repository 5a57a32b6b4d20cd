"""Keys used from other accounts of AWS: endpoints, addresses, services, recycled addresses."""

from datetime import timedelta

from truant.simulator import actions, construction, people, sites, truth, workload
from truant.simulator.actions import Action
from truant.simulator.attacks.scene import Scene, den, machine, scene
from truant.simulator.network import Span
from truant.simulator.theft import look_round, steal
from truant.simulator.topologies.built_today import build_at_work
from truant.simulator.way_out import Origin
from truant.simulator.world import World

BOTH = (truth.LOGS, truth.INVENTORY)


def _named(world: World, steps: list[Action]) -> list[Action]:
    """Those steps whose records name the endpoint's account in this simulation."""
    return [step for step in steps if world.estate.habit(step.service).names_endpoint_account]


def own_endpoints(world: World) -> None:
    """E1: through endpoints of the thief's own VPC, which has no way to the internet."""
    at = scene(world, "endpoints")
    subnet = den(world, at.region, ("s3", "ec2", "kms", "secretsmanager", "sts"))
    thief = at.theft()
    steps = look_round(world, at.bucket, at.account.id, 5)
    steps += [actions.describe_instances(), actions.get_secret_value("prod/db")]
    thief.run(_named(world, steps), machine(world, subnet))
    thief.inside_aws(subnet.vpc.account)


def affiliated_endpoints(world: World) -> None:
    """E1 again: through the endpoint of an affiliated account's VPC."""
    at = scene(world, "sibling")
    site = sites.site(world, world.account("laboratory"), at.region)
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    box = sites.worker(world, site.private, "bench")
    thief = at.theft()
    thief.run([s for s in look_round(world, at.bucket, at.account.id) if s.service == "s3"], box)
    thief.inside_aws(site.vpc.account)


def built_today(world: World) -> None:
    """E16 again: all of the victim's network is built within the trail, which alone tells of it."""
    account = world.account("infant")
    _, victim = build_at_work(world, account)
    thief = steal(world, victim, world.between(world.at(6), world.at(18)))
    address = world.estate.book.aws(world.rng, sites.region(world))
    thief.run(look_round(world, sites.bucket(world, "infant"), account.id), Origin(address))
    thief.inside_aws(None)


def unnamed_endpoints(world: World) -> None:
    """E1 again: only a service that never names the endpoint's account (STS)."""
    at = scene(world, "quiet")
    subnet = den(world, at.region, ("sts",))
    thief = at.theft()
    thief.run([actions.get_caller_identity()] * world.rng.randrange(2, 6), machine(world, subnet))
    thief.inside_aws(None, needs=BOTH)


def spoofed_public(world: World) -> None:
    """E2: the victim's public address, worn as a private one in the thief's VPC."""
    at = scene(world, "mask")
    address = at.site.nat.addresses_at(world.start)[0]
    _spoof(at, address)


def spoofed_private(world: World) -> None:
    """E2 again: the victim's private address, in a VPC with the same range."""
    at = scene(world, "twin")
    _spoof(at, at.victim.interface.private_at(world.start))


def _spoof(at: Scene, address: str) -> None:
    block = ".".join(address.split(".")[:3]) + ".0/24"
    subnet = den(at.world, at.region, ("s3", "sts"), block)
    # The whole VPC is one /24; its only subnet must hold the address.
    subnet.cidr = block
    thief = at.theft()
    steps = _named(at.world, look_round(at.world, at.bucket, at.account.id, 4))
    thief.run(steps, machine(at.world, subnet, address))
    thief.inside_aws(subnet.vpc.account)


def from_ec2(world: World) -> None:
    """E16: from a stranger's EC2 instance with a public address, in any region."""
    at = scene(world, "cloudy")
    thief = at.theft()
    address = world.estate.book.aws(world.rng, sites.region(world))
    at.loot(thief, Origin(address))
    thief.inside_aws(None, needs=BOTH)


def from_a_service(world: World) -> None:
    """E17: from CloudShell or CodeBuild, whose addresses belong to AWS itself."""
    at = scene(world, "shell")
    thief = at.theft()
    at.loot(thief, Origin(world.estate.book.service(world.rng, at.region)))
    thief.inside_aws(None, needs=BOTH)


def recycled_address(world: World) -> None:
    """E19: from an address that the victim held in the morning and has given back."""
    account = world.account("recycle")
    site = sites.site(world, account)
    admin = people.person(world, account, site.vpc.region)
    taken, given = (
        world.between(world.at(0.2), world.at(1)),
        world.between(world.at(8), world.at(9)),
    )
    first = construction.elastic(world, account, site.vpc.region, span=Span(taken, given))
    next_ = construction.elastic(world, account, site.vpc.region, span=Span(given))
    made = sites.worker(world, site.public, "mover", map_public=False, working=False)
    construction.bind(world, made.interface, first, Span(taken, given))
    construction.bind(world, made.interface, next_, Span(given))
    for address in (first, next_):
        people.allocate(world, admin, address)
    people.move_addresses(world, admin, made)
    people.release(world, admin, first)
    minute = timedelta(minutes=1)
    jobs = sites.usual(world, made)
    workload.work(world, made, jobs, taken + minute, given - minute)
    workload.work(world, made, jobs, given + minute)
    thief = steal(world, made, world.between(world.at(12), world.at(18)))
    steps = look_round(world, sites.bucket(world, "mover"), account.id, 4)
    thief.run(steps, Origin(first.public))
    thief.inside_aws(None, needs=BOTH)


def same_region(world: World) -> None:
    """E28: from an address next to the victim's own, so that no map shows a journey."""
    at = scene(world, "near")
    own = at.site.nat.addresses_at(world.start)[0]
    head = own.rsplit(".", 1)[0]
    last = (int(own.rsplit(".", 1)[1]) + world.rng.randrange(1, 250)) % 254 + 1
    if f"{head}.{last}" == own:
        last = last % 254 + 1
    thief = at.theft()
    at.loot(thief, Origin(f"{head}.{last}"))
    thief.inside_aws(None, needs=BOTH)


def over_aws_ipv6(world: World) -> None:
    """E13 again: from a stranger's instance over IPv6."""
    at = scene(world, "modern-inside")
    block = world.estate.book.ipv6_block(world.rng, at.region)
    thief = at.theft()
    at.loot(thief, Origin(block.replace("/56", f"{world.rng.getrandbits(16) | 1:x}")))
    thief.inside_aws(None, needs=BOTH)
