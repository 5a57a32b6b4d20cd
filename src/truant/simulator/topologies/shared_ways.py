"""Ways out that belong to somebody else of ours: hubs, offices, proxies, shared subnets."""

from datetime import timedelta

from truant.simulator import actions, clients, construction, hubs, sites, workload
from truant.simulator.network import Route
from truant.simulator.way_out import Origin
from truant.simulator.world import World


def hub_egress(world: World) -> None:
    """T4: all traffic of the spokes leaves by the NAT gateway of a hub account."""
    hub = sites.site(world, world.account("network"), cidr="10.240.0.0/16", nat_addresses=2)
    transit = hubs.egress_hub(world, hub)
    for index, name in enumerate(("billing", "search", "mail")):
        subnet = hubs.spoke(world, world.account(name), transit, f"10.{20 + index}.0.0/16")
        sites.worker(world, subnet, f"{name}-1")


def office_egress(world: World) -> None:
    """T10: the default route leads to the head office, by Direct Connect and by VPN."""
    account = world.account("factory")
    region = sites.region(world)
    office = [world.estate.book.outside(world.rng, "corporate") for _ in range(2)]
    vpc = construction.vpc(world, account, region)
    gateway = construction.gateway(world, vpc, "vgw")
    gateway.egress = office
    subnet = construction.subnet(world, vpc)
    subnet.table.routes.append(Route("0.0.0.0/0", gateway.id, "EnableVgwRoutePropagation"))
    transit = hubs.transit(world, account, region)
    transit.default = hubs.attach_vpn(world, transit, office)
    other = hubs.spoke(world, account, transit)
    for where, name in ((subnet, "press-1"), (subnet, "press-2"), (other, "press-3")):
        sites.worker(world, where, name)
    for address in office:
        world.trust(f"{address}/32", "head office, reached over Direct Connect and VPN", [account])


def outpost(world: World) -> None:
    """T10 again: instances on an Outpost, which speak from addresses of the customer's own."""
    account = world.account("plant")
    vpc = construction.vpc(world, account, sites.region(world))
    gateway = construction.gateway(world, vpc, "lgw")
    subnet = construction.subnet(world, vpc, default_route=gateway.id)
    rack = f"arn:aws:outposts:{vpc.region}:{account.id}:outpost/{world.ids.resource('op')}"
    subnet.outpost = rack
    pool = world.ids.resource("ipv4pool-coip")
    for name in ("robot-1", "robot-2"):
        address = construction.elastic(
            world, account, vpc.region, public=world.estate.book.outside(world.rng, "byoip")
        )
        address.shown_as, address.pool = "CustomerOwnedIp", pool
        made = sites.worker(world, subnet, name, address=address)
        made.outpost = rack


def web_proxy(world: World) -> None:
    """T11: a proxy service on the internet that instances are told to use."""
    account = world.account("finance")
    site = sites.site(world, account)
    pool = "147.161.140.0/24"
    exits = [f"147.161.140.{world.rng.randrange(1, 255)}" for _ in range(3)]
    for name in ("ledger-1", "ledger-2"):
        made = sites.worker(world, site.private, name, working=False)
        made.proxy = exits
        workload.work(world, made, sites.usual(world, made))
    world.trust(pool, "secure web gateway of the finance network", [account])


def inner_proxy(world: World) -> None:
    """T11 again: a proxy in the VPC, behind the same NAT gateway as those who must use it."""
    site = sites.site(world, world.account("guarded"))
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    box = sites.worker(world, site.private, "squid")
    made = sites.worker(world, site.private, "client", working=False)
    made.proxy = site.nat.addresses_at(world.start)
    made.proxy_host = box.interface.private_at(world.start)
    workload.work(world, made, sites.usual(world, made), end=world.at(8))
    agent = clients.sdk(world.rng)
    steps = (actions.describe_instances(), actions.list_buckets(), actions.get_caller_identity())
    for hour in range(9, 23):
        time = world.at(hour) + timedelta(minutes=world.rng.randrange(50))
        for index, step in enumerate(steps * 2):
            world.home_call(made, step, agent, time + timedelta(seconds=20 * index))


def exported_by_hand(world: World) -> None:
    """T25: an engineer takes the key of a build machine to his desk, which is written down."""
    account = world.account("images")
    site = sites.site(world, account)
    made = sites.worker(world, site.private, "packer")
    desk = Origin(world.estate.book.outside(world.rng, "corporate"))
    start = world.between(world.at(9), world.at(14))
    credential = world.key_in_use(made, start, "1.0")
    steps = [actions.get_caller_identity(), actions.describe_instances()]
    for index, step in enumerate(steps):
        time = start + timedelta(minutes=index)
        world.call_with(credential, step, desk, clients.thief(world.rng), time, region=made.region)
    expires = (world.end + timedelta(days=30)).date()
    world.trust(
        f"{desk.address}/32", "image builds are debugged from this desk", [account], expires
    )


def shared_subnet(world: World) -> None:
    """Subnets shared between accounts (RAM): the instance's account does not own its VPC."""
    owner, tenant = world.account("network"), world.account("tenant")
    site = sites.site(world, owner)
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    for name in ("tenant-1", "tenant-2"):
        sites.worker(world, site.private, name, account=tenant)
    sites.worker(world, site.private, "owner-1")
