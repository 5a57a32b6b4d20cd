"""Legitimate: hubs, shared endpoints, peering, on-premises ways out (T4, T5, T10, T11, T15)."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.stories.gateways import attach, endpoint, nat, peering, transit_gateway
from tests.stories.instances import Interface, Machine
from tests.stories.inventory import Region
from tests.stories.ranges import OFFICE, within
from tests.stories.records import Way
from tests.stories.story import Found, Match, legitimate
from tests.stories.world import Home, World

Told = Sequence[Found]


@dataclass(frozen=True)
class Hub:
    """A spoke whose default route leads to a transit gateway, and the hub behind it."""

    hub: Home
    spoke: Region
    box: Machine
    gateway: str


def hub_and_spoke(w: World, *, attachments: bool = True) -> Hub:
    """An egress VPC in the network account, and a machine in a spoke."""
    network = w.land(w.add_account())
    hub = w.home("10.100.0.0/16", network)
    spoke = w.land()
    vpc = spoke.vpc("10.1.0.0/16")
    subnet = spoke.subnet(vpc, "10.1.4.0/24")
    gateway = transit_gateway(network, spoke)
    spoke.routes(vpc, {"0.0.0.0/0": gateway}, main=True)
    hub_table = network.find("RouteTables", "RouteTableId", hub.public_table)
    routes = hub_table["Routes"]
    assert isinstance(routes, list)
    routes.append(
        {
            "DestinationCidrBlock": "10.0.0.0/8",
            "TransitGatewayId": gateway,
            "Origin": "CreateRoute",
            "State": "active",
        }
    )
    if attachments:
        attach(network, gateway, network, hub.vpc.id)
        attach(network, gateway, spoke, vpc.id)
    box = w.machine(spoke, subnet, Interface("10.1.4.33"))
    return Hub(hub, spoke, box, gateway)


@legitimate("T4 egress of the network account")
def network_egress(w: World) -> Told:
    made = hub_and_spoke(w)
    w.works(made.box, Way(made.hub.nat_address))
    w.bystanders(made.spoke)
    return []


@legitimate("T4 egress, attachments seen by the spoke only", full=Match.QUIET)
def spoke_attachments(w: World) -> Told:
    made = hub_and_spoke(w)
    made.hub.region.items["TransitGatewayAttachments"].clear()
    w.works(made.box, Way(made.hub.nat_address))
    return []


@legitimate("T4 egress, no attachments file", full=Match.QUIET)
def no_attachments(w: World) -> Told:
    made = hub_and_spoke(w, attachments=False)
    w.works(made.box, Way(made.hub.nat_address))
    return []


@legitimate("T4 egress by a hub with two NAT gateways")
def two_hub_gateways(w: World) -> Told:
    made = hub_and_spoke(w)
    land, other = made.hub.region, w.rented()
    second = nat(land, made.hub.public, other, number=212)
    subnet = land.subnet(made.hub.vpc, "10.100.2.0/24")
    land.routes(made.hub.vpc, {"0.0.0.0/0": second}, subnet)
    w.works(made.box, Way(made.hub.nat_address), Way(other))
    return []


@legitimate("T4 egress by a Cloud WAN core network", full=Match.QUIET)
def cloud_wan(w: World) -> Told:
    hub = w.home("10.100.0.0/16", w.land(w.add_account()))
    spoke = w.land()
    vpc = spoke.vpc("10.1.0.0/16")
    core = f"arn:aws:networkmanager::{hub.region.account}:core-network/core-network-0a1b2c3d4e5f6"
    spoke.routes(vpc, {"0.0.0.0/0": core}, main=True)
    table = hub.region.find("RouteTables", "RouteTableId", hub.public_table)["Routes"]
    assert isinstance(table, list)
    table.append(
        {
            "DestinationCidrBlock": "10.0.0.0/8",
            "CoreNetworkArn": core,
            "Origin": "CreateRoute",
            "State": "active",
        }
    )
    box = w.machine(spoke, spoke.subnet(vpc, "10.1.4.0/24"), Interface("10.1.4.33"))
    w.works(box, Way(hub.nat_address))
    return []


@legitimate("T5 endpoints of the shared services account by transit gateway")
def shared_endpoints(w: World) -> Told:
    made = hub_and_spoke(w)
    land = made.hub.region
    ways = [
        Way("10.1.4.33", endpoint(land, made.hub.vpc, name, made.hub.private), land.account, name)
        for name in ("sts", "ec2", "secretsmanager", "logs", "kms")
    ]
    w.works(made.box, *ways, Way(made.hub.nat_address))
    return []


@legitimate("T5 endpoints shared by peering")
def peered_endpoints(w: World) -> Told:
    shared = w.land(w.add_account())
    services = shared.vpc("10.50.0.0/16")
    inside = shared.subnet(services, "10.50.1.0/24")
    home = w.home()
    link = peering(home.region, home.vpc, shared, services)
    shared.routes(services, {"10.20.0.0/16": link}, main=True)
    subnet = home.region.subnet(home.vpc, "10.20.11.0/24")
    home.region.routes(home.vpc, {"0.0.0.0/0": home.nat, "10.50.0.0/16": link}, subnet)
    box = w.machine(home.region, subnet, Interface("10.20.11.5"))
    door = endpoint(shared, services, "ec2", inside)
    w.works(box, Way("10.20.11.5", door, shared.account, "ec2"), Way(home.nat_address))
    return []


@legitimate("T10 on-premises default route, office trusted")
def on_premises(w: World) -> Told:
    land = w.land()
    vpc, vgw = land.vpc("10.60.0.0/16"), w.ids.resource("vgw")
    subnet = land.subnet(vpc, "10.60.1.0/24")
    land.routes(vpc, {"0.0.0.0/0": vgw}, main=True, vgw=vgw)
    box = w.machine(land, subnet, Interface("10.60.1.7"))
    w.trusted.append({"cidr": OFFICE, "reason": "head office, reached over Direct Connect"})
    w.works(box, *(Way(within(w.rng, OFFICE)) for _ in range(3)))
    return []


@legitimate("T10 on-premises by a VPN of the transit gateway, office trusted for the account")
def on_premises_by_transit(w: World) -> Told:
    land = w.land()
    vpc = land.vpc("10.60.0.0/16")
    gateway = transit_gateway(land)
    attach(land, gateway, land, vpc.id)
    attach(land, gateway, land, w.ids.resource("vpn"), "vpn")
    land.routes(vpc, {"0.0.0.0/0": gateway}, main=True)
    box = w.machine(land, land.subnet(vpc, "10.60.1.0/24"), Interface("10.60.1.7"))
    w.trusted.append({"cidr": OFFICE, "reason": "data centre", "accounts": [w.account]})
    w.works(box, Way(within(w.rng, OFFICE)))
    return []


@legitimate("T11 secure web gateway of a vendor, trusted")
def web_gateway(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.trusted.append({"cidr": "45.83.64.0/24", "reason": "web gateway", "accounts": [w.account]})
    w.works(box, Way(w.outside(4)), out, Way(w.outside(4)))
    return []


@legitimate("T11 proxy fleet in a peered VPC of the same account", full=Match.QUIET)
def peered_proxy(w: World) -> Told:
    """No default route: HTTPS_PROXY names a host in the VPC of the proxies."""
    land = w.land()
    proxies = w.home("10.70.0.0/16", land)
    vpc = land.vpc("10.71.0.0/16")
    link = peering(land, vpc, land, proxies.vpc)
    land.routes(vpc, {"10.70.0.0/16": link}, main=True)
    box = w.machine(land, land.subnet(vpc, "10.71.1.0/24"), Interface("10.71.1.9"))
    w.works(box, Way(proxies.nat_address))
    return []


@legitimate("T15 two VPCs of one network, each with its endpoint")
def twin_networks(w: World) -> Told:
    land = w.land()
    for role in ("blue", "green"):
        vpc = land.vpc("10.0.0.0/16")
        subnet = land.subnet(vpc, "10.0.1.0/24")
        land.routes(vpc, {}, main=True)
        box = w.machine(land, subnet, Interface("10.0.1.10"), role)
        ways = [
            Way("10.0.1.10", endpoint(land, vpc, name, subnet), w.account, name)
            for name in ("ec2", "sts")
        ]
        w.works(box, *ways, calls=14)
    return []


@legitimate("T5 subnets shared through RAM")
def shared_subnets(w: World) -> Told:
    """The network account owns VPC, routes, NAT and endpoints; the instance's account sees some."""
    network = w.land(w.add_account())
    hub = w.home("10.20.0.0/16", network)
    tenant = w.land()
    for kind, member in (("Vpcs", "VpcId"), ("Subnets", "SubnetId")):
        value = hub.vpc.id if kind == "Vpcs" else hub.private.id
        tenant.add(kind, dict(network.find(kind, member, value)))
    box = w.machine(tenant, hub.private, Interface("10.20.1.61"))
    door = endpoint(network, hub.vpc, "ec2", hub.private)
    gate = endpoint(network, hub.vpc, "s3", tables=(hub.private_table,))
    ways = (
        Way(hub.nat_address),
        Way("10.20.1.61", door, network.account, "ec2"),
        Way("10.20.1.61", gate, network.account, "s3"),
    )
    w.works(box, *ways)
    return []


@legitimate("T5 subnets shared through RAM, their owner has no inventory", full=Match.QUIET)
def shared_subnets_alone(w: World) -> Told:
    shared_subnets(w)
    w.regions[:] = [region for region in w.regions if region.account == w.account]
    return []
