"""Networks that are built on the simulated day, so that the trail alone tells of them."""

from datetime import datetime, timedelta

from truant.simulator import construction, people, sites, vpc_writes
from truant.simulator.actions import Action
from truant.simulator.network import Account, Instance, Span
from truant.simulator.people import Person
from truant.simulator.sites import Site
from truant.simulator.world import World


def built_today(world: World) -> None:
    """T2 again: VPC, gateways, endpoint and instances are all made this morning."""
    build_at_work(world, world.account("newborn"))


def build_at_work(world: World, account: Account) -> tuple[Site, Instance]:
    """Build a site within the trail and start instances in it; give it and one of them."""
    begun = world.between(world.at(0.1), world.at(1.5))
    site = sites.site(world, account, created=begun)
    admin = people.person(world, account, site.vpc.region)
    endpoint = construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    done = record_site(world, admin, site)
    people.create_endpoint(world, admin, endpoint)
    started = []
    for index in (1, 2):
        run = Span(done + timedelta(minutes=2 * index))
        made = sites.worker(world, site.private, f"{account.name}-{index}", runs=[run])
        people.launch(world, admin, made)
        started.append(made)
    return site, started[0]


def record_site(world: World, by: Person, site: Site) -> datetime:
    """Record the building of a site in its order; give the time when it is done."""
    time = site.vpc.created
    for action in _steps(world, site):
        by.does(world, action, time)
        time += timedelta(seconds=world.rng.randrange(1, 6))
    people.create_nat(world, by, site.nat)
    return time + timedelta(minutes=3)


def _steps(world: World, site: Site) -> list[Action]:
    new = world.ids.uuid
    gateway = next(g for g in world.network.gateways if g.vpc is site.vpc)
    steps = [
        vpc_writes.create_vpc(site.vpc, new()),
        vpc_writes.create_internet_gateway(gateway, new()),
        vpc_writes.attach_internet_gateway(gateway),
    ]
    for subnet in (site.public, site.private):
        steps += [
            vpc_writes.create_subnet(subnet, new()),
            vpc_writes.create_route_table(subnet.table, new()),
            vpc_writes.associate_route_table(subnet),
        ]
        # The route to a gateway endpoint comes with the endpoint, and is not asked for.
        steps += [
            vpc_writes.create_route(subnet.table, route)
            for route in subnet.table.routes
            if route.target != "local" and not route.destination.startswith("pl-")
        ]
    return [*steps, vpc_writes.map_public(site.public)]
