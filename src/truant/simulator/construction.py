"""Building networks: VPCs, subnets, gateways, endpoints, instances, as an operator would."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from truant.simulator import credentials
from truant.simulator.network import (
    Account,
    ElasticAddress,
    Endpoint,
    Gateway,
    Instance,
    Interface,
    NatGateway,
    PrivateHolding,
    PublicHolding,
    Role,
    Route,
    RouteTable,
    Span,
    Subnet,
    Vpc,
)
from truant.simulator.world import World

# AWS's own prefix lists, the destinations of routes to gateway endpoints.
PREFIX_LISTS = {
    ("s3", "us-east-1"): "pl-63a5400a",
    ("s3", "us-west-2"): "pl-68a54001",
    ("s3", "eu-west-1"): "pl-6da54004",
    ("s3", "eu-central-1"): "pl-6ea54007",
    ("dynamodb", "us-east-1"): "pl-02cd2c6b",
    ("dynamodb", "us-west-2"): "pl-00a54069",
    ("dynamodb", "eu-west-1"): "pl-6fa54006",
    ("dynamodb", "eu-central-1"): "pl-66a5400f",
}

# Subnets larger than a /24 keep half of their addresses for prefixes.
PREFIXED_BELOW = 24


def long_ago(world: World) -> datetime:
    """A moment some months before the trail begins, when standing things were built."""
    return world.first - timedelta(seconds=world.rng.randrange(30 * 86400, 400 * 86400))


def vpc(
    world: World,
    account: Account,
    region: str,
    cidr: str | None = None,
    *,
    created: datetime | None = None,
    ipv6: bool = False,
) -> Vpc:
    """Make a VPC with its main route table."""
    block = cidr or f"10.{world.rng.randrange(0, 250)}.0.0/16"
    made = Vpc(world.ids.resource("vpc"), account, region, [block], created or long_ago(world))
    if ipv6:
        made.ipv6 = world.estate.book.ipv6_block(world.rng, region)
    world.network.vpcs.append(made)
    route_table(world, made, main=True)
    return made


def route_table(world: World, of: Vpc, *, main: bool = False) -> RouteTable:
    """Make a route table with its local routes."""
    routes = [Route(cidr, "local", "CreateRouteTable") for cidr in of.cidrs]
    if of.ipv6:
        routes.append(Route(of.ipv6, "local", "CreateRouteTable"))
    made = RouteTable(world.ids.resource("rtb"), of, main, routes)
    world.network.tables.append(made)
    return made


def subnet(
    world: World,
    of: Vpc,
    *,
    default_route: str | None = None,
    public: bool = False,
    cidr: str | None = None,
    zone: str | None = None,
    table: RouteTable | None = None,
) -> Subnet:
    """Make a subnet with a route table of its own, whose default route leads to a given id."""
    own = table or route_table(world, of)
    if default_route is not None:
        own.routes.append(Route("0.0.0.0/0", default_route))
    made = Subnet(
        world.ids.resource("subnet"),
        of,
        cidr or _free_block(world, of),
        of.region + (zone or world.rng.choice("abc")),
        own,
        public,
    )
    if of.ipv6:
        index = sum(s.vpc is of for s in world.network.subnets)
        made.ipv6 = str(list(ipaddress.ip_network(of.ipv6).subnets(new_prefix=64))[index])
    world.network.subnets.append(made)
    return made


def _free_block(world: World, of: Vpc) -> str:
    """The next free /20 (or smaller in a small VPC) of the VPC's first range."""
    whole = ipaddress.ip_network(of.cidrs[0])
    blocks = whole.subnets(new_prefix=max(20, min(whole.prefixlen + 3, 28)))
    used = [ipaddress.ip_network(s.cidr) for s in world.network.subnets if s.vpc is of]
    return next(str(b) for b in blocks if not any(b.overlaps(u) for u in used))


def gateway(world: World, of: Vpc, kind: str = "igw") -> Gateway:
    """Attach a gateway to a VPC: `igw`, `eigw`, `vgw`, `cagw` or `lgw`."""
    made = Gateway(world.ids.resource(kind), of.account, of, of.created)
    world.network.gateways.append(made)
    return made


def elastic(
    world: World,
    account: Account,
    region: str,
    *,
    span: Span | None = None,
    public: str | None = None,
) -> ElasticAddress:
    """Allocate an elastic address."""
    made = ElasticAddress(
        public or world.estate.book.aws(world.rng, region),
        world.ids.resource("eipalloc"),
        account,
        region,
        span or Span(long_ago(world)),
    )
    world.network.addresses.append(made)
    return made


def interface(
    world: World,
    of: Subnet,
    *,
    account: Account | None = None,
    span: Span | None = None,
    private: str | None = None,
    kind: str = "interface",
    description: str = "",
    requester: str | None = None,
) -> Interface:
    """Make an interface with one private address (and an IPv6 one in a subnet that has them)."""
    held = span or Span(long_ago(world))
    address = private or free_private(world, of)
    made = Interface(
        world.ids.resource("eni"),
        of,
        account or of.vpc.account,
        held,
        [PrivateHolding(address, primary=True, span=held)],
        kind=kind,
        description=description,
        requester=requester,
    )
    of.handed_out.add(address)
    world.network.interfaces.append(made)
    return made


def free_private(world: World, of: Subnet) -> str:
    """A private address of a subnet that nothing held yet; AWS keeps the first four for itself.

    The upper half of a large subnet is left for prefixes.
    """
    block = ipaddress.ip_network(of.cidr)
    last = block.num_addresses // (2 if block.prefixlen < PREFIXED_BELOW else 1) - 1
    while True:
        address = str(block[world.rng.randrange(4, last)])
        if address not in of.handed_out:
            of.handed_out.add(address)
            return address


def delegate_prefix(world: World, to: Interface) -> str:
    """Delegate a free /28 of the upper half of an interface's subnet to it."""
    block = ipaddress.IPv4Network(to.subnet.cidr)
    upper = list(block.subnets(prefixlen_diff=1))[1]
    free = [str(p) for p in upper.subnets(new_prefix=28) if str(p) not in to.subnet.handed_out]
    prefix = world.rng.choice(free)
    to.subnet.handed_out.add(prefix)
    to.prefixes.append(prefix)
    return prefix


def bind(
    world: World, to: Interface, address: ElasticAddress, span: Span | None = None
) -> PublicHolding:
    """Associate an elastic address with an interface for some time."""
    made = PublicHolding(
        address.public,
        to.privates[0].address,
        span or Span(to.span.start, to.span.end),
        address,
        world.ids.resource("eipassoc"),
    )
    to.publics.append(made)
    return made


def nat(
    world: World, of: Subnet, addresses: int = 1, *, created: datetime | None = None
) -> NatGateway:
    """Make a NAT gateway in a public subnet, with as many elastic addresses as asked."""
    span = Span(created or of.vpc.created)
    name = world.ids.resource("nat")
    own = interface(
        world, of, span=span, kind="nat_gateway", description=f"Interface for NAT Gateway {name}"
    )
    own.requester = own.account.id
    account, region = of.vpc.account, of.vpc.region
    for index in range(addresses):
        if index:
            own.privates.append(PrivateHolding(free_private(world, of), primary=False, span=span))
        holding = bind(world, own, elastic(world, account, region, span=span), span)
        holding.private = own.privates[index].address
    made = NatGateway(name, account, of.vpc, of, own, list(own.publics), span)
    world.network.nats.append(made)
    return made


def endpoint(
    world: World,
    of: Vpc,
    service: str,
    subnets: Sequence[Subnet],
    *,
    gateway: bool = False,
    created: datetime | None = None,
) -> Endpoint:
    """Make an interface endpoint in subnets, or a gateway endpoint for their route tables."""
    span = Span(created or of.created)
    made = Endpoint(
        world.ids.resource("vpce"),
        of.account,
        of,
        service,
        of.region,
        "Gateway" if gateway else "Interface",
        span,
    )
    if gateway:
        made.tables = [s.table for s in subnets]
        for table in made.tables:
            table.routes.append(Route(PREFIX_LISTS[service, of.region], made.id))
    else:
        made.subnets = list(subnets)
        text = f"VPC Endpoint Interface {made.id}"
        made.interfaces = [
            interface(world, s, span=span, kind="vpc_endpoint", description=text) for s in subnets
        ]
    world.network.endpoints.append(made)
    return made


def role(world: World, account: Account, name: str) -> Role:
    """Make a role with an instance profile of the same name."""
    return Role(
        name,
        world.ids.principal("AROA", account.id),
        account,
        world.ids.principal("AIPA", account.id),
    )


def instance(
    world: World,
    of: Subnet,
    name: str,
    role: Role | None,
    *,
    account: Account | None = None,
    runs: list[Span] | None = None,
    address: ElasticAddress | None = None,
    private: str | None = None,
    delivery: str = "2.0",
    tokens_required: bool = False,
    map_public: bool = True,
) -> Instance:
    """Start an instance; a public subnet maps a new public address to it with every run."""
    spans = runs or [Span(world.first - timedelta(seconds=world.rng.randrange(86400, 90 * 86400)))]
    own = interface(
        world,
        of,
        account=account or of.vpc.account,
        span=Span(spans[0].start, spans[-1].end),
        private=private,
    )
    made = Instance(
        world.ids.resource("i"),
        name,
        own.account,
        role,
        [own],
        spans,
        spans[0].start,
        delivery,
        tokens_required,
        instance_type=world.rng.choice(("t3.medium", "m6i.large", "c6g.xlarge", "r5.large")),
        image=world.ids.resource("ami"),
        tags={"Name": name},
    )
    _attach(world, made, own, spans[0].start)
    if address is not None:
        bind(world, own, address)
    elif of.maps_public and map_public:
        _map_public(world, own, spans)
    if of.ipv6:
        own.ipv6.append(_free_ipv6(world, of))
    world.network.instances.append(made)
    credentials.issue(world, made)
    return made


def _attach(world: World, to: Instance, own: Interface, time: datetime) -> None:
    own.instance_id = to.id
    own.attachment = world.ids.resource("eni-attach")
    own.attached = time


def _map_public(world: World, own: Interface, spans: list[Span]) -> None:
    """Give a public address for each run: stop and start change it."""
    for span in spans:
        address = world.estate.book.aws(world.rng, own.subnet.vpc.region)
        own.publics.append(PublicHolding(address, own.private_at(span.start), span))


def _free_ipv6(world: World, of: Subnet) -> str:
    block = ipaddress.ip_network(of.ipv6 or "::/64")
    return str(block[world.rng.getrandbits(63) + 16])
