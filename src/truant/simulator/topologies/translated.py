"""Ways out by translation: NAT gateways, NAT instances, appliances behind a load balancer."""

from truant.simulator import construction, sites
from truant.simulator.network import ElasticAddress, Endpoint, NatGateway, PublicHolding, Span, Vpc
from truant.simulator.world import World


def nat_gateways(world: World) -> None:
    """T2: NAT gateways with several addresses, one in each zone, and one that is regional."""
    account = world.account("platform")
    site = sites.site(world, account, nat_addresses=world.rng.randrange(2, 5))
    second = construction.nat(world, site.public, 2)
    other = construction.subnet(world, site.vpc, default_route=second.id)
    regional = _regional_nat(world, site.vpc)
    third = construction.subnet(world, site.vpc, default_route=regional.id)
    for number, subnet in enumerate((site.private, site.private, other, third), 1):
        sites.worker(world, subnet, f"app-{number}")


def _regional_nat(world: World, vpc: Vpc) -> NatGateway:
    """A regional NAT gateway: no subnet, no interface, and a new address during the day."""
    addresses = []
    for since in (vpc.created, world.between(world.at(6), world.at(16))):
        public = world.estate.book.aws(world.rng, vpc.region)
        elastic = ElasticAddress(
            public,
            world.ids.resource("eipalloc"),
            vpc.account,
            vpc.region,
            Span(since),
            service_managed="rnat",
        )
        world.network.addresses.append(elastic)
        association = world.ids.resource("eipassoc")
        addresses.append(PublicHolding(public, "", Span(since), elastic, association))
    name = world.ids.resource("nat")
    made = NatGateway(
        name, vpc.account, vpc, None, None, addresses, Span(vpc.created), regional=True
    )
    world.network.nats.append(made)
    return made


def appliances(world: World) -> None:
    """T3: a NAT instance, and a firewall behind a Gateway Load Balancer endpoint."""
    account = world.account("edge")
    site = sites.site(world, account)
    elastic = construction.elastic(world, account, site.vpc.region)
    box = sites.worker(world, site.public, "nat-box", address=elastic)
    behind = construction.subnet(world, site.vpc, default_route=box.interface.id)
    sites.worker(world, behind, "inner-1")
    sites.worker(world, behind, "inner-2")
    inspected = construction.subnet(world, site.vpc, default_route=site.nat.id)
    endpoint = Endpoint(
        world.ids.resource("vpce"),
        account,
        site.vpc,
        f"vpce-svc-{world.ids.resource('x')[2:]}",
        site.vpc.region,
        "GatewayLoadBalancer",
        Span(site.vpc.created),
        [inspected],
    )
    world.network.endpoints.append(endpoint)
    guarded = construction.subnet(world, site.vpc, default_route=endpoint.id)
    sites.worker(world, guarded, "guarded")
