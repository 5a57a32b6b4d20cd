"""A fleet's day: several accounts, an egress hub, an office, many instances at ordinary work."""

from collections.abc import Callable, Iterator

from truant.simulator import aws_services, construction, hubs, people, sites, workload
from truant.simulator.network import Account, Instance, Route, Subnet
from truant.simulator.topologies.containers import node
from truant.simulator.world import World

# How instances are spread over the kinds of place, in turns.
TURNS = ("nat", "hub", "nat", "public", "hub", "isolated", "node", "nat", "office", "hub")


def fleet(count: int) -> Callable[[World], None]:
    """Give the builder of a fleet of `count` instances, all of them clean."""

    def build(world: World) -> None:
        """A fleet's day: several accounts, an egress hub, an office, nothing stolen."""
        region = sites.region(world)
        network = world.account("network")
        hub = sites.site(world, network, region, cidr="10.251.0.0/16", nat_addresses=3)
        transit = hubs.egress_hub(world, hub)
        homes = [world.account(name) for name in ("shop", "search", "billing")]
        spokes = [
            hubs.spoke(world, account, transit, f"10.{100 + index}.0.0/16")
            for index, account in enumerate(homes)
        ]
        places = _places(world, homes, region, spokes)
        for index, kind in zip(range(count), _turns(), strict=False):
            places[kind](index)
        for account in (network, *homes):
            people.operator(world, account, region)
            aws_services.services(world, account, region)

    return build


def _turns() -> Iterator[str]:
    while True:
        yield from TURNS


def _places(
    world: World, homes: list[Account], region: str, spokes: list[Subnet]
) -> dict[str, Callable[[int], Instance]]:
    """For each kind of place, what starts one more instance there."""
    one = sites.site(world, homes[0], region, nat_addresses=2)
    construction.endpoint(world, one.vpc, "s3", [one.private], gateway=True)
    kube = sites.site(world, homes[1], region)
    for service in ("ec2", "sts", "ssm"):
        construction.endpoint(world, kube.vpc, service, [kube.private])
    closed = sites.isolated(world, homes[2], region)
    office = _office(world, homes[2], region)
    # Many instances share one role, as those of an auto scaling group do.
    app, front = (construction.role(world, homes[0], name) for name in ("app", "front"))
    return {
        "nat": lambda n: sites.worker(world, one.private, f"app-{n}", role=app),
        "hub": lambda n: sites.worker(world, spokes[n % len(spokes)], f"spoke-{n}"),
        "public": lambda n: sites.worker(world, one.public, f"front-{n}", role=front),
        "node": lambda n: node(world, kube, f"node-{n}"),
        "office": lambda n: sites.worker(world, office, f"plant-{n}"),
        "isolated": lambda n: _isolated(world, closed, f"safe-{n}"),
    }


def _isolated(world: World, subnet: Subnet, name: str) -> Instance:
    made = sites.worker(world, subnet, name, working=False)
    workload.work(world, made, sites.quiet(world, made))
    return made


def _office(world: World, account: Account, region: str) -> Subnet:
    """A VPC whose default route leads to the head office, which the configuration names."""
    vpc = construction.vpc(world, account, region)
    gateway = construction.gateway(world, vpc, "vgw")
    person = people.person(world, account, region)
    gateway.egress = [person.origin.address]
    subnet = construction.subnet(world, vpc)
    subnet.table.routes.append(Route("0.0.0.0/0", gateway.id, "EnableVgwRoutePropagation"))
    world.trust(f"{person.origin.address}/32", "head office, over Direct Connect", [account])
    return subnet
