"""Ways out that nothing but days of honest use shows: several days, and no rule that names them."""

from truant.simulator import clients, construction, people, sites, workload
from truant.simulator.actions import get_object, list_objects
from truant.simulator.network import Account, Instance, Route, Subnet
from truant.simulator.workload import Job
from truant.simulator.world import World

FLEET = 3


def office_unlisted(world: World) -> None:
    """T10 again: days of work through a head office that no configuration names yet."""
    office_fleet(world, world.account("branch"))


def office_fleet(world: World, account: Account) -> list[Instance]:
    """Instances behind a corporate network, at work on all days."""
    region = sites.region(world)
    vpc = construction.vpc(world, account, region)
    gateway = construction.gateway(world, vpc, "vgw")
    gateway.egress = [people.person(world, account, region).origin.address]
    subnet = construction.subnet(world, vpc)
    subnet.table.routes.append(Route("0.0.0.0/0", gateway.id, "EnableVgwRoutePropagation"))
    return steady_fleet(world, subnet, "till")


def steady_fleet(world: World, subnet: Subnet, name: str) -> list[Instance]:
    """Some instances of one role that do the same every day, with their agents' heartbeats."""
    role = construction.role(world, subnet.vpc.account, f"{name}-role")
    made = [
        sites.worker(world, subnet, f"{name}-{number}", role=role, working=False)
        for number in range(1, FLEET + 1)
    ]
    store, agent = sites.bucket(world, name), clients.sdk(world.rng)
    account = subnet.vpc.account.id
    jobs = [
        Job(lambda _: list_objects(store, account), agent, 1800),
        Job(lambda r: get_object(store, f"{r.randrange(99)}", account), agent, 1800),
    ]
    for one in made:
        workload.work(world, one, [*jobs, workload.heartbeats(world, one)])
    return made
