"""What instances do for others on purpose: keys that they make and hand on, proxies near by."""

from datetime import timedelta

from truant.simulator import actions, clients, construction, hubs, sites, workload
from truant.simulator.credentials import assume_role
from truant.simulator.identity import Credential
from truant.simulator.way_out import Origin
from truant.simulator.world import World

CUSTOMERS = 7


def credential_broker(world: World) -> None:
    """T26 again: a broker makes keys of another role all day, and customers use them anywhere."""
    account = world.account("broker")
    site = sites.site(world, account)
    made = sites.worker(world, site.private, "broker")
    role = construction.role(world, account, "customer-upload")
    store = sites.bucket(world, "uploads")
    for number in range(CUSTOMERS):
        time = world.at(2 + 3 * number) + timedelta(minutes=world.rng.randrange(60))
        key = world.ids.key(account.id)
        got = Credential(key, role, f"customer-{number}", time, time + timedelta(hours=1))
        world.home_call(made, assume_role(world, got), clients.sdk(world.rng), time)
        there = Origin(world.estate.book.outside(world.rng, "residential"))
        agent = clients.sdk(world.rng)
        for minute in range(1, world.rng.randrange(3, 7)):
            upload = actions.put_object(store, f"{number}/{minute}.csv", account.id)
            later = time + timedelta(minutes=minute)
            world.call_with(got, upload, there, agent, later, region=made.region)


def peered_proxy(world: World) -> None:
    """T11 again: a VPC with no way to the internet, and a proxy for it in a peered one."""
    account = world.account("clinic")
    region = sites.region(world)
    site = sites.site(world, account, region, cidr="10.90.0.0/16")
    box = sites.worker(world, site.private, "squid")
    closed = construction.vpc(world, account, region, "10.91.0.0/16")
    subnet = construction.subnet(world, closed)
    hubs.peer(world, closed, site.vpc)
    for name in ("ward-1", "ward-2"):
        made = sites.worker(world, subnet, name, working=False)
        made.proxy = site.nat.addresses_at(world.start)
        made.proxy_host = box.interface.private_at(world.start)
        workload.work(world, made, sites.usual(world, made))
