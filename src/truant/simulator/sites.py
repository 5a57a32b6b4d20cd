"""Ready-made places to run instances in, and instances that already work there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truant.simulator import actions, clients, construction, workload
from truant.simulator.addresses import EC2_POOLS
from truant.simulator.network import (
    Account,
    ElasticAddress,
    Instance,
    NatGateway,
    Role,
    Span,
    Subnet,
    Vpc,
)
from truant.simulator.workload import Job
from truant.simulator.world import World

# What an instance without any way to the internet needs endpoints for.
PRIVATE_SERVICES = ("ssm", "sts", "ec2", "secretsmanager", "kms", "logs")

# The share of instances whose software reads the first version of the metadata service.
OLD_SOFTWARE = 0.15
# How long after its VPC a NAT gateway is made.
AFTER_VPC = timedelta(minutes=1)


@dataclass(frozen=True)
class Site:
    """A VPC with a public and a private subnet, and a NAT gateway between them."""

    vpc: Vpc
    public: Subnet
    private: Subnet
    nat: NatGateway


def region(world: World) -> str:
    """One of the regions that the simulator knows."""
    return world.rng.choice(list(EC2_POOLS))


def site(
    world: World,
    account: Account,
    where: str | None = None,
    *,
    cidr: str | None = None,
    nat_addresses: int = 1,
    ipv6: bool = False,
    created: datetime | None = None,
) -> Site:
    """Build the usual VPC: internet gateway, public subnet, NAT gateway, private subnet."""
    vpc = construction.vpc(world, account, where or region(world), cidr, ipv6=ipv6, created=created)
    gateway = construction.gateway(world, vpc)
    public = construction.subnet(world, vpc, default_route=gateway.id, public=True)
    nat = construction.nat(world, public, nat_addresses, created=vpc.created + AFTER_VPC)
    return Site(vpc, public, construction.subnet(world, vpc, default_route=nat.id), nat)


def isolated(world: World, account: Account, where: str | None = None) -> Subnet:
    """Build a VPC with no way out but VPC endpoints."""
    vpc = construction.vpc(world, account, where or region(world))
    subnet = construction.subnet(world, vpc)
    construction.endpoint(world, vpc, "s3", [subnet], gateway=True)
    for service in PRIVATE_SERVICES:
        construction.endpoint(world, vpc, service, [subnet])
    return subnet


def bucket(world: World, purpose: str) -> str:
    """A bucket's name."""
    return f"{purpose}-{world.ids.text(8, 'abcdefghijklmnopqrstuvwxyz')}"


def worker(
    world: World,
    subnet: Subnet,
    name: str,
    *,
    account: Account | None = None,
    runs: list[Span] | None = None,
    address: ElasticAddress | None = None,
    delivery: str | None = None,
    role: Role | None = None,
    map_public: bool = True,
    jobs: Sequence[Job] | None = None,
    working: bool = True,
) -> Instance:
    """Start an instance, with a role of its own unless one is given, and let it work all day.

    Unless told, a few instances have software so old that it still reads IMDSv1.
    """
    own = role or construction.role(world, account or subnet.vpc.account, f"{name}-role")
    reads = delivery or ("1.0" if world.rng.random() < OLD_SOFTWARE else "2.0")
    made = construction.instance(
        world,
        subnet,
        name,
        own,
        account=account,
        runs=runs,
        address=address,
        delivery=reads,
        map_public=map_public,
    )
    if working:
        workload.work(world, made, jobs if jobs is not None else usual(world, made))
    return made


def usual(world: World, made: Instance) -> list[Job]:
    """The work of a web server or a batch machine, with the SSM agent's heartbeats beside."""
    kind = world.rng.choice((workload.web_server, workload.batch_worker))
    return [*kind(world, made, bucket(world, made.name)), workload.heartbeats(world, made)]


def quiet(world: World, made: Instance) -> list[Job]:
    """A little work through services that an isolated subnet has endpoints for."""
    store = bucket(world, made.name)
    account = made.account.id
    agent = clients.sdk(world.rng)
    return [
        Job(lambda r: actions.get_object(store, f"{r.randrange(99)}", account), agent, 1200),
        Job(lambda _: actions.describe_instances(), agent, 3600),
        Job(lambda _: actions.get_caller_identity(), agent, 5400),
        workload.heartbeats(world, made),
    ]
