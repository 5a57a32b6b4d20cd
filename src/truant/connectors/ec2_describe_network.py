"""What gateways, endpoints, VPCs, subnets and routes tell, as EC2 describes them."""

from collections.abc import Iterator

from truant.connectors.ec2_snapshot import Object, Snapshot, objects, text, texts
from truant.detection.inventory import ORGANIZATION
from truant.model.fact import Fact
from truant.model.network import canonical

# AWS Network Firewall's own tag on the Gateway Load Balancer endpoints that it makes.
_FIREWALL_TAG = "AWSNetworkFirewallManaged"


def nat_gateways(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """NAT gateways, public and private, zonal and regional, with every address."""
    found = objects(document, "NatGateways")
    for gateway in found:
        yield from _nat_gateway(gateway, snapshot)
    names = (text(gateway, "NatGatewayId") for gateway in found)
    yield snapshot.whole(snapshot.lists, "nat-gateways", *names)


def _nat_gateway(gateway: Object, snapshot: Snapshot) -> Iterator[Fact]:
    name = text(gateway, "NatGatewayId")
    if not name:
        return
    yield snapshot.whole(name, "account", snapshot.account)
    yield snapshot.whole(name, "region", snapshot.region)
    yield snapshot.whole(name, "vpc", snapshot.vpc(gateway.get("VpcId")))
    yield snapshot.whole(name, "subnet", text(gateway, "SubnetId"))
    yield snapshot.whole(name, "connectivity", text(gateway, "ConnectivityType") or "public")
    yield from snapshot.since(name, "created", gateway.get("CreateTime"), "created")
    if text(gateway, "AvailabilityMode") == "regional":
        yield snapshot.whole(name, "regional", "yes")
        if text(gateway, "RouteTableId"):
            yield snapshot.whole(name, "route-table", text(gateway, "RouteTableId"))
    held = [
        address
        for address in objects(gateway, "NatGatewayAddresses")
        if text(address, "Status") != "failed"
    ]
    if text(gateway, "State") in ("deleted", "deleting", "failed"):
        yield from _former_addresses(gateway, held, snapshot)
    else:
        yield from _addresses(name, held, snapshot)


def _addresses(name: str, held: list[Object], snapshot: Snapshot) -> Iterator[Fact]:
    private = (canonical(text(address, "PrivateIp")) for address in held)
    yield snapshot.whole(name, "private", *private)
    for address in held:
        public = canonical(text(address, "PublicIp"))
        if public is not None:
            yield snapshot.whole(public, "holder", name)
            yield snapshot.whole(public, "owner", snapshot.account)
            yield snapshot.whole(text(address, "AllocationId"), "is", public)
            yield snapshot.whole(text(address, "AssociationId"), "is", public)


def _former_addresses(gateway: Object, held: list[Object], snapshot: Snapshot) -> Iterator[Fact]:
    """A deleted gateway is still listed for a while, with addresses that it held until its end."""
    name, end = text(gateway, "NatGatewayId"), gateway.get("DeleteTime")
    yield snapshot.ended(name, end)
    if text(gateway, "State") == "failed":
        return
    private = (canonical(text(address, "PrivateIp")) for address in held)
    yield snapshot.until(name, "private", end, *private)
    for address in held:
        public = canonical(text(address, "PublicIp"))
        if public is not None:
            for attribute, value in (("holder", name), ("owner", snapshot.account)):
                start = gateway.get("CreateTime")
                yield from snapshot.since(public, attribute, start, value)
                yield snapshot.until(public, attribute, end, value)


def endpoints(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """VPC endpoints: type, VPC, owner, and the subnets in which they stand."""
    found = objects(document, "VpcEndpoints")
    for endpoint in found:
        name = text(endpoint, "VpcEndpointId")
        if not name:
            continue
        yield snapshot.whole(name, "account", text(endpoint, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "region", snapshot.region)
        yield snapshot.whole(name, "vpc", snapshot.vpc(endpoint.get("VpcId")))
        yield snapshot.whole(name, "type", text(endpoint, "VpcEndpointType") or "Gateway")
        yield snapshot.whole(name, "service", text(endpoint, "ServiceName"))
        yield snapshot.whole(name, "subnet", *texts(endpoint, "SubnetIds"))
        yield snapshot.whole(name, "route-tables", *texts(endpoint, "RouteTableIds"))
        yield snapshot.whole(name, "interface", *texts(endpoint, "NetworkInterfaceIds"))
        if any(text(tag, "Key") == _FIREWALL_TAG for tag in objects(endpoint, "Tags")):
            yield snapshot.whole(name, "hands-back", "yes")
        if text(endpoint, "State").lower() in ("deleted", "deleting"):
            yield snapshot.ended(name, None)
    names = (text(endpoint, "VpcEndpointId") for endpoint in found)
    yield snapshot.whole(snapshot.lists, "endpoints", *names)


def vpcs(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """VPCs with all their ranges. Those shared with the account are listed, too."""
    names = []
    for vpc in objects(document, "Vpcs"):
        name = snapshot.vpc(vpc.get("VpcId")) or ""
        blocks = [text(vpc, "CidrBlock")]
        blocks += [*_associated(vpc, "CidrBlock"), *_associated(vpc, "Ipv6CidrBlock")]
        yield snapshot.whole(name, "account", text(vpc, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "cidr", *blocks)
        names.append(name)
    yield snapshot.whole(snapshot.lists, "vpcs", *names)


def _associated(vpc: Object, version: str) -> list[str]:
    return [
        text(one, version)
        for one in objects(vpc, f"{version}AssociationSet")
        if text(one, f"{version}State", "State") not in ("disassociated", "failed", "failing")
    ]


def subnets(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Subnets; `OwnerId` is their VPC's account, also when other accounts use them (RAM)."""
    for subnet in objects(document, "Subnets"):
        name = text(subnet, "SubnetId")
        yield snapshot.whole(name, "account", text(subnet, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "vpc", snapshot.vpc(subnet.get("VpcId")))
        yield snapshot.whole(name, "cidr", text(subnet, "CidrBlock"))


_TARGETS = (
    "NatGatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "EgressOnlyInternetGatewayId",
    "LocalGatewayId",
    "CarrierGatewayId",
    "CoreNetworkArn",
    "NetworkInterfaceId",
    "InstanceId",
    "GatewayId",
)
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def route_tables(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Route tables: whose they are, and where their routes lead."""
    routed: list[str] = []
    for table in objects(document, "RouteTables"):
        name, vpc = text(table, "RouteTableId"), snapshot.vpc(table.get("VpcId"))
        yield snapshot.whole(name, "account", text(table, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "vpc", vpc)
        for association in objects(table, "Associations"):
            if text(association, "AssociationState", "State") in ("disassociated", "failed"):
                continue
            is_main = association.get("Main") is True
            # The association of an internet or virtual private gateway (an edge) is neither.
            user = (vpc or "") if is_main else text(association, "SubnetId")
            if user:
                yield snapshot.whole(user, "route-table", name)
                yield snapshot.whole(text(association, "RouteTableAssociationId"), "is", user)
                routed.append(user)
        if name:
            yield from _routes(table, name, snapshot)
    yield snapshot.whole(snapshot.lists, "routed-subnets", *routed)
    yield snapshot.whole(snapshot.lists, "route-tables", "listed")


def _routes(table: Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    """The routes of a table. One that is a black hole leads nowhere now; it once did."""
    counting, holes = [], []
    for route in objects(table, "Routes"):
        destination = next(filter(None, (text(route, kind) for kind in _DESTINATIONS)), "")
        target = next(filter(None, (text(route, kind) for kind in _TARGETS)), "")
        if text(route, "State") == "blackhole":
            holes.append(f"{destination} {target}")
        elif destination:
            counting.append(destination)
            yield snapshot.whole(f"{name} {destination}", "target", target)
    yield snapshot.whole(name, "route", *counting)
    yield snapshot.whole(name, "blackhole", *holes)


def internet_gateways(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Internet gateways and the VPCs that they are attached to."""
    for gateway in objects(document, "InternetGateways"):
        attached = (snapshot.vpc(one.get("VpcId")) for one in objects(gateway, "Attachments"))
        yield snapshot.whole(text(gateway, "InternetGatewayId"), "vpc", *attached)


def peerings(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """VPC peering connections, also across regions and accounts."""
    names = []
    for peering in objects(document, "VpcPeeringConnections"):
        name, state = text(peering, "VpcPeeringConnectionId"), text(peering, "Status", "Code")
        if state in ("deleted", "deleting"):
            yield snapshot.ended(name, None)
        if state not in ("", "active"):
            continue
        sides = [peering.get(side) for side in ("RequesterVpcInfo", "AccepterVpcInfo")]
        found = [snapshot.vpc(text(side, "VpcId"), text(side, "Region") or None) for side in sides]
        yield snapshot.whole(name, "vpc", *found)
        for side, vpc in zip(sides, found, strict=True):
            if vpc and text(side, "OwnerId"):
                yield snapshot.whole(vpc, "account", text(side, "OwnerId"))
        names.append(name)
    yield snapshot.whole(snapshot.lists, "peerings", *names)


def transit_gateways(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Transit gateways and their owners."""
    for gateway in objects(document, "TransitGateways"):
        name = text(gateway, "TransitGatewayId")
        yield snapshot.whole(name, "account", text(gateway, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "region", snapshot.region)


def attachments(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """What hangs on transit gateways: VPCs, VPNs, peers."""
    names = []
    for attachment in objects(document, "TransitGatewayAttachments"):
        name = text(attachment, "TransitGatewayAttachmentId")
        if text(attachment, "State") in ("deleted", "deleting"):
            yield snapshot.ended(name, None)
        if text(attachment, "State") in ("", "available", "modifying"):
            yield from _attachment(attachment, name, snapshot)
            names.append(name)
    yield snapshot.whole(snapshot.lists, "attachments", *names)


def _attachment(attachment: Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    gateway, kind = text(attachment, "TransitGatewayId"), text(attachment, "ResourceType")
    created, owner = attachment.get("CreationTime"), text(attachment, "ResourceOwnerId")
    yield from snapshot.since(name, "transit-gateway", created, gateway)
    yield snapshot.whole(name, "transit-gateway", gateway)
    yield snapshot.whole(gateway, "account", text(attachment, "TransitGatewayOwnerId"))
    yield snapshot.whole(gateway, "region", snapshot.region)
    yield snapshot.whole(name, "kind", kind)
    yield snapshot.whole(name, "account", owner)
    resource = text(attachment, "ResourceId")
    vpc = snapshot.vpc(resource) if kind == "vpc" else None
    yield snapshot.whole(name, "vpc" if vpc else "resource", vpc or resource)
    if vpc and owner:
        yield snapshot.whole(vpc, "account", owner)


def accounts(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """The accounts of the organization."""
    ids = (text(account, "Id") for account in objects(document, "Accounts"))
    yield snapshot.whole(ORGANIZATION, "accounts", *ids)
