"""Transit gateways and peering: how several VPCs share one way out."""

from truant.simulator import construction
from truant.simulator.network import (
    Account,
    Attachment,
    Peering,
    Route,
    Subnet,
    TransitGateway,
    Vpc,
)
from truant.simulator.sites import Site
from truant.simulator.world import World


def transit(world: World, account: Account, region: str) -> TransitGateway:
    """Make a transit gateway, shared with every account that attaches to it."""
    made = TransitGateway(world.ids.resource("tgw"), account, region, construction.long_ago(world))
    world.network.transits.append(made)
    return made


def attach(world: World, to: TransitGateway, subnet: Subnet) -> Attachment:
    """Attach a VPC by one of its subnets."""
    vpc = subnet.vpc
    name = world.ids.resource("tgw-attach")
    made = Attachment(name, to, vpc.account, "vpc", vpc.id, vpc.created, subnet)
    to.attachments.append(made)
    return made


def attach_vpn(world: World, to: TransitGateway, egress: list[str]) -> Attachment:
    """Attach a VPN behind which the world sees given addresses."""
    name, vpn = world.ids.resource("tgw-attach"), world.ids.resource("vpn")
    made = Attachment(name, to, to.account, "vpn", vpn, to.created, egress=egress)
    to.attachments.append(made)
    return made


def egress_hub(world: World, hub: Site) -> TransitGateway:
    """Make a transit gateway whose default route leads out by a hub VPC's NAT gateway."""
    made = transit(world, hub.vpc.account, hub.vpc.region)
    made.default = attach(world, made, hub.private)
    return made


def spoke(world: World, account: Account, hub: TransitGateway, cidr: str | None = None) -> Subnet:
    """Build a VPC whose only way out is a transit gateway."""
    vpc = construction.vpc(world, account, hub.region, cidr)
    subnet = construction.subnet(world, vpc, default_route=hub.id)
    attach(world, hub, subnet)
    if hub.default is not None and hub.default.subnet is not None:
        back = hub.default.subnet.vpc
        for table in [t for t in world.network.tables if t.vpc is back]:
            table.routes.append(Route(vpc.cidrs[0], hub.id))
    return subnet


def peer(world: World, requester: Vpc, accepter: Vpc) -> Peering:
    """Peer two VPCs and route between them."""
    created = max(requester.created, accepter.created)
    made = Peering(world.ids.resource("pcx"), requester, accepter, created)
    world.network.peerings.append(made)
    for here, there in ((requester, accepter), (accepter, requester)):
        for table in [t for t in world.network.tables if t.vpc is here]:
            table.routes.append(Route(there.cidrs[0], made.id))
    return made
