"""Ways out by VPC endpoints, alone and beside NAT, in the own VPC and in a shared one."""

from truant.simulator import actions, clients, construction, hubs, sites, workload
from truant.simulator.network import Route
from truant.simulator.workload import Job
from truant.simulator.world import World


def shared_endpoints(world: World) -> None:
    """T5: interface endpoints of a hub account, reached over a transit gateway and by peering."""
    hub_account, one, two = (world.account(name) for name in ("network", "orders", "stock"))
    hub = sites.site(world, hub_account, cidr="10.250.0.0/16")
    shared = [
        construction.endpoint(world, hub.vpc, service, [hub.private])
        for service in ("ssm", "secretsmanager", "kms", "sts", "logs", "ec2")
    ]
    transit = hubs.egress_hub(world, hub)
    first = hubs.spoke(world, one, transit, "10.11.0.0/16")
    second = sites.site(world, two, hub.vpc.region, cidr="10.12.0.0/16")
    hubs.peer(world, second.vpc, hub.vpc)
    for subnet in (first, second.private):
        subnet.vpc.borrowed = shared
        sites.worker(world, subnet, f"{subnet.vpc.account.name}-1")
        sites.worker(world, subnet, f"{subnet.vpc.account.name}-2")


def own_interface_endpoints(world: World) -> None:
    """T6: a VPC whose only ways out are its own endpoints."""
    subnet = sites.isolated(world, world.account("vault"))
    for name in ("safe-1", "safe-2"):
        made = sites.worker(world, subnet, name, working=False)
        workload.work(world, made, sites.quiet(world, made))


def gateway_endpoints(world: World) -> None:
    """T7: S3 and DynamoDB by gateway endpoints, the rest by NAT."""
    account = world.account("lake")
    site = sites.site(world, account)
    for service in ("s3", "dynamodb"):
        construction.endpoint(world, site.vpc, service, [site.private], gateway=True)
    made = sites.worker(world, site.private, "ingest")
    table = Job(
        lambda r: actions.dynamodb(
            r.choice(("GetItem", "PutItem")), "offsets", account.id, made.region
        ),
        clients.sdk(world.rng),
        700,
    )
    workload.work(world, made, [table])


def mixed(world: World) -> None:
    """T8: one service by endpoint, the next by NAT, within seconds."""
    account = world.account("mixed")
    site = sites.site(world, account, nat_addresses=2)
    for service in ("secretsmanager", "ssm"):
        construction.endpoint(world, site.vpc, service, [site.private])
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    for name in ("mix-1", "mix-2"):
        sites.worker(world, site.private, name)


def many_regions(world: World) -> None:
    """T9: calls to other regions, which the endpoints of the home region do not serve."""
    account = world.account("global")
    site = sites.site(world, account, "eu-west-1")
    construction.endpoint(world, site.vpc, "s3", [site.private], gateway=True)
    construction.endpoint(world, site.vpc, "ec2", [site.private])
    made = sites.worker(world, site.private, "inventory-bot")
    agent = clients.sdk(world.rng)
    jobs = [
        Job(lambda _: actions.describe_instances(), agent, 1800, region=region)
        for region in ("us-east-1", "us-west-2", "eu-central-1")
    ]
    workload.work(world, made, jobs)


def overlapping(world: World) -> None:
    """T15: the same private address in two VPCs of two accounts, and a third VPC peered to one."""
    region = sites.region(world)
    names = ("north", "south")
    for name in names:
        account = world.account(name)
        vpc = construction.vpc(world, account, region, "10.0.0.0/16")
        subnet = construction.subnet(world, vpc, cidr="10.0.1.0/24")
        construction.endpoint(world, vpc, "s3", [subnet], gateway=True)
        for service in sites.PRIVATE_SERVICES:
            construction.endpoint(world, vpc, service, [subnet])
        role = construction.role(world, account, f"{name}-role")
        subnet.handed_out.add("10.0.1.10")
        made = construction.instance(world, subnet, name, role, private="10.0.1.10")
        workload.work(world, made, sites.quiet(world, made))
    site = sites.site(world, world.account("west"), region, cidr="10.99.0.0/16")
    hubs.peer(world, site.vpc, next(v for v in world.network.vpcs if v.account.name == "north"))
    sites.worker(world, site.private, "west")


def public_looking(world: World) -> None:
    """T16: VPC ranges that look public, and shared address space (100.64.0.0/10)."""
    account = world.account("legacy")
    region = sites.region(world)
    for index, cidr in enumerate(
        ("172.61.0.0/16", "30.1.0.0/16", "100.64.0.0/16", "198.19.0.0/20")
    ):
        vpc = construction.vpc(world, account, region, cidr)
        subnet = construction.subnet(world, vpc)
        construction.endpoint(world, vpc, "s3", [subnet], gateway=True)
        for service in sites.PRIVATE_SERVICES:
            construction.endpoint(world, vpc, service, [subnet])
        made = sites.worker(world, subnet, f"legacy-{index}", working=False)
        workload.work(world, made, sites.quiet(world, made))


def secondary_range(world: World) -> None:
    """T16 again: a second range of shared address space, added to an ordinary VPC."""
    site = sites.site(world, world.account("extended"))
    site.vpc.cidrs.append("100.64.0.0/16")
    for table in [t for t in world.network.tables if t.vpc is site.vpc]:
        table.routes.append(Route("100.64.0.0/16", "local", "CreateRouteTable"))
    subnet = construction.subnet(world, site.vpc, cidr="100.64.3.0/24", default_route=site.nat.id)
    construction.endpoint(world, site.vpc, "s3", [subnet], gateway=True)
    sites.worker(world, subnet, "extended")
