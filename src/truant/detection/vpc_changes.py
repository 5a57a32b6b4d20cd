"""What EC2's writes tell of gateways, endpoints, VPCs, subnets and routes."""

from collections.abc import Callable, Iterator

from truant.detection.ec2_change import Change, address_named, every, first, held_by, parts
from truant.model.fact import Fact
from truant.model.json_tree import member
from truant.model.network import canonical


def create_nat_gateway(change: Change) -> Iterator[Fact]:
    """A NAT gateway; its public address is told by its allocation alone."""
    for made in parts(change.answered, "natGatewayId"):
        name = first(made, "natGatewayId") or ""
        kind = first(made, "connectivityType") or first(change.asked, "connectivityType")
        yield from change.begins(name, "account", change.account)
        yield from change.begins(name, "region", change.region)
        yield from change.begins(name, "vpc", change.vpc(made))
        yield from change.begins(name, "subnet", first(made, "subnetId"))
        yield from change.begins(name, "connectivity", kind or "public")
        yield from change.begins(name, "created", "created")
        if first(made, "availabilityMode") == "regional":
            yield from change.begins(name, "regional", "yes")
        yield from change.born(name, "private", *map(canonical, every(made, "privateIp")))
        yield from _nat_addresses(change, name)


def _nat_addresses(change: Change, name: str) -> Iterator[Fact]:
    for value in (change.asked, change.answered):
        for allocation in every(value, "allocationId", "secondaryAllocationId"):
            yield from held_by(change, allocation, name)
        for public in map(canonical, every(value, "publicIp")):
            yield from held_by(change, public or "", name)
    for one in parts(change.answered, "associationId"):
        alias, entity = first(one, "associationId") or "", address_named(one)
        yield from change.begins(alias, "is", entity)


def associate_nat_address(change: Change) -> Iterator[Fact]:
    """A NAT gateway gets further addresses."""
    name = first(change.asked, "natGatewayId") or ""
    if name:
        yield from _nat_addresses(change, name)
        yield from change.begins(name, "private", *_private_of_nat(change))


def _private_of_nat(change: Change) -> list[str | None]:
    named = every([change.asked, change.answered], "privateIp", "privateIpAddress")
    return [canonical(address) for address in named]


def disassociate_nat_address(change: Change) -> Iterator[Fact]:
    """A NAT gateway loses addresses."""
    name = first(change.asked, "natGatewayId") or ""
    for association in every(change.asked, "associationId"):
        yield from change.ends(association, "holder", name)
    if any(_private_of_nat(change)):
        yield from change.ends(name, "private", *_private_of_nat(change))


def create_vpc_endpoint(change: Change) -> Iterator[Fact]:
    """A VPC endpoint; for a Gateway Load Balancer's, the subnets that it stands in."""
    for made in parts(change.answered, "vpcEndpointId"):
        name = first(made, "vpcEndpointId") or ""
        kind = first(made, "vpcEndpointType") or first(change.asked, "vpcEndpointType")
        yield from change.begins(name, "account", first(made, "ownerId") or change.account)
        yield from change.begins(name, "region", change.region)
        yield from change.begins(name, "vpc", change.vpc(made))
        yield from change.begins(name, "type", kind or "Gateway")
        yield from change.begins(name, "service", first(made, "serviceName"))
        yield from change.begins(name, "subnet", *every(made, "subnetIdSet"))


def delete_vpc_endpoints(change: Change) -> Iterator[Fact]:
    """VPC endpoints are deleted, except those that the answer refuses."""
    refused = every(change.answered, "resourceId")
    for name in every(change.asked, "vpcEndpointId"):
        if name not in refused:
            yield from change.gone(name)


def create_vpc(change: Change) -> Iterator[Fact]:
    """A VPC, or a further range of one."""
    name = change.vpc(change.answered) or change.vpc(change.asked) or ""
    yield from change.begins(name, "account", first(change.answered, "ownerId") or change.account)
    yield from change.begins(name, "cidr", *_blocks(change))


def _blocks(change: Change) -> tuple[str, ...]:
    return every(change.answered, "cidrBlock", "ipv6CidrBlock")


def disassociate_vpc_block(change: Change) -> Iterator[Fact]:
    """A VPC loses a range."""
    if _blocks(change):
        yield from change.ends(change.vpc(change.answered) or "", "cidr", *_blocks(change))


def create_subnet(change: Change) -> Iterator[Fact]:
    """A subnet, which follows its VPC's main route table."""
    name = first(change.answered, "subnetId") or ""
    yield from change.begins(name, "account", change.account)
    yield from change.begins(name, "vpc", change.vpc(change.answered))


_TARGETS = (
    "gatewayId",
    "natGatewayId",
    "transitGatewayId",
    "vpcPeeringConnectionId",
    "networkInterfaceId",
    "instanceId",
    "egressOnlyInternetGatewayId",
    "localGatewayId",
    "carrierGatewayId",
    "coreNetworkArn",
    "vpcEndpointId",
)
_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


def create_route_table(change: Change) -> Iterator[Fact]:
    """A new table has its local routes, and no other."""
    for made in parts(change.answered, "routeTableId"):
        name, local = first(made, "routeTableId") or "", every(made, *_DESTINATIONS)
        yield from change.begins(name, "vpc", change.vpc(made) or change.vpc(change.asked))
        yield from change.born(name, "route", *local)
        for destination in local:
            yield from change.begins(f"{name} {destination}", "target", "local")


def create_route(change: Change) -> Iterator[Fact]:
    """A route is added to a table."""
    table, destination = _route(change)
    if table and destination:
        yield from change.begins(table, "route", destination)
        yield from change.begins(f"{table} {destination}", "target", first(change.asked, *_TARGETS))


def replace_route(change: Change) -> Iterator[Fact]:
    """The route was there before, with a target that is not said."""
    table, destination = _route(change)
    if table and destination:
        yield from change.ends(table, "route", destination)
        yield from change.begins(table, "route", destination)
        yield from change.ends(f"{table} {destination}", "target")
        yield from change.begins(f"{table} {destination}", "target", first(change.asked, *_TARGETS))


def delete_route(change: Change) -> Iterator[Fact]:
    """A route is deleted from a table."""
    table, destination = _route(change)
    if table and destination:
        yield from change.ends(table, "route", destination)
        yield from change.ends(f"{table} {destination}", "target")


def _route(change: Change) -> tuple[str | None, str | None]:
    return first(change.asked, "routeTableId"), first(change.asked, *_DESTINATIONS)


def associate_route_table(change: Change) -> Iterator[Fact]:
    """A subnet that followed its VPC's main table gets its own; a gateway's edge does not count."""
    subnet = first(change.asked, "subnetId") or ""
    yield from change.begins(subnet, "route-table", first(change.asked, "routeTableId"))
    yield from change.begins(first(change.answered, "associationId") or "", "is", subnet)


def replace_route_table(change: Change) -> Iterator[Fact]:
    """Of a subnet, or the main one of a VPC; which, only the association's id says."""
    former = first(change.asked, "associationId") or ""
    yield from change.replaces(former, "route-table", first(change.asked, "routeTableId"))
    yield from change.begins(first(change.answered, "newAssociationId") or "", "is", former)


def disassociate_route_table(change: Change) -> Iterator[Fact]:
    """A subnet follows its VPC's main table again."""
    yield from change.ends(first(change.asked, "associationId") or "", "route-table")


def create_peering(change: Change) -> Iterator[Fact]:
    """VPCs are peered: asked for, or accepted."""
    made = member(change.answered, "vpcPeeringConnection")
    name = first(made, "vpcPeeringConnectionId") or ""
    for side in ("requesterVpcInfo", "accepterVpcInfo"):
        info = member(made, side)
        vpc, region = first(info, "vpcId"), first(info, "region") or change.region
        yield from change.begins(name, "vpc", f"{region}/{vpc}" if vpc else None)


def attach_transit_gateway(change: Change) -> Iterator[Fact]:
    """A VPC is attached to a transit gateway: asked for, or accepted."""
    for made in parts(change.answered, "transitGatewayAttachmentId"):
        name, vpc = first(made, "transitGatewayAttachmentId") or "", change.vpc(made)
        owner = first(made, "vpcOwnerId")
        yield from change.begins(name, "transit-gateway", first(made, "transitGatewayId"))
        yield from change.begins(name, "vpc", vpc)
        yield from change.begins(name, "kind", "vpc")
        yield from change.begins(name, "account", owner or change.account)
        yield from change.begins(vpc or "", "account", owner)


def gone(name: str) -> Callable[[Change], Iterator[Fact]]:
    """Whatever is deleted: the ids under this member have ended."""

    def tell(change: Change) -> Iterator[Fact]:
        for entity in every(change.asked, name):
            yield from change.gone(entity)

    return tell
