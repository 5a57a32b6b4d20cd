"""Addresses and instances that come and go during the day."""

from datetime import timedelta

from truant.simulator import (
    aws_services,
    construction,
    ec2_writes,
    people,
    sites,
    workload,
)
from truant.simulator.clients import sdk
from truant.simulator.construction import bind, elastic, free_private, interface
from truant.simulator.network import PrivateHolding, Span
from truant.simulator.people import Person
from truant.simulator.world import World


def moving(world: World) -> None:
    """T13: stop and start, an elastic address that moves, an interface attached at noon."""
    account = world.account("moving")
    site = sites.site(world, account)
    admin = people.person(world, account, site.vpc.region)
    _stopped(world, site, admin)
    _handed_over(world, site, admin)
    _attached(world, site, admin)


def _stopped(world: World, site: sites.Site, admin: Person) -> None:
    """An instance that gets another public address when it is started again."""
    stop = world.between(world.at(9), world.at(11))
    again = stop + timedelta(minutes=world.rng.randrange(10, 90))
    first = world.first - timedelta(days=world.rng.randrange(2, 40))
    made = sites.worker(world, site.public, "nightly", runs=[Span(first, stop), Span(again)])
    people.restart(world, admin, made)


def _handed_over(world: World, site: sites.Site, admin: Person) -> None:
    """An elastic address that moves from one instance to another, which had none."""
    moment = world.between(world.at(12), world.at(16))
    address = elastic(world, site.vpc.account, site.vpc.region)
    old, new = (
        sites.worker(world, site.public, name, map_public=False, working=False)
        for name in ("blue", "green")
    )
    bind(world, old.interface, address, Span(address.span.start, moment))
    bind(world, new.interface, address, Span(moment + timedelta(seconds=8)))
    people.move_addresses(world, admin, old)
    people.move_addresses(world, admin, new)
    workload.work(world, old, sites.usual(world, old), end=moment - timedelta(minutes=1))
    workload.work(world, new, sites.usual(world, new), start=moment + timedelta(minutes=1))


def _attached(world: World, site: sites.Site, admin: Person) -> None:
    """A second interface with its own elastic address, and a secondary private address."""
    made = sites.worker(world, site.private, "wide")
    moment = world.between(world.at(8), world.at(13))
    second = interface(world, site.public, span=Span(moment), description="second leg")
    second.instance_id, second.device_index = made.id, 1
    second.attachment, second.attached = world.ids.resource("eni-attach"), moment
    made.interfaces.append(second)
    address = elastic(world, site.vpc.account, site.vpc.region, span=Span(moment))
    bind(world, second, address, Span(moment))
    people.allocate(world, admin, address)
    extra = PrivateHolding(free_private(world, site.public), primary=False, span=Span(moment))
    second.privates.append(extra)
    for action in (
        ec2_writes.create_network_interface(second, world.ids.uuid()),
        ec2_writes.attach_network_interface(second),
        ec2_writes.assign_private_addresses(second, [extra.address], []),
    ):
        admin.does(world, action, moment)
    people.move_addresses(world, admin, made)
    jobs = workload.batch_worker(world, made, sites.bucket(world, "wide"))
    workload.work(world, made, jobs, moment + timedelta(minutes=2), interfaces=[second])


def short_lived(world: World) -> None:
    """T14: an auto scaling group whose machines live minutes, all gone before the inventory."""
    account = world.account("elastic")
    site = sites.site(world, account)
    scaling = aws_services.autoscaling(world, account, site.vpc.region)
    role = construction.role(world, account, "burst-role")
    store, agent = sites.bucket(world, "burst"), sdk(world.rng)
    for index in range(world.rng.randrange(10, 18)):
        start = world.between(world.at(1), world.at(21))
        end = start + timedelta(minutes=world.rng.randrange(6, 50))
        subnet = site.public if index % 3 == 0 else site.private
        made = construction.instance(world, subnet, f"burst-{index}", role, runs=[Span(start, end)])
        people.launch(world, scaling, made)
        people.terminate(world, scaling, made)
        jobs = [
            workload.Job(job.action, agent, job.gap_seconds / 8)
            for job in workload.batch_worker(world, made, store)
        ]
        workload.work(world, made, jobs)
