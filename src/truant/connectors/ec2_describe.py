"""Facts from what EC2's describe operations print: the one file that knows their JSON.

One row in OPERATIONS for each file of an inventory folder. Shapes as in the EC2 API Reference;
a member that is missing gives no fact, and a document of another shape gives none at all.
"""

from collections.abc import Callable, Iterator, Mapping

import msgspec
from msgspec import Struct

from truant.connectors.instance_details import instance_details
from truant.detection.inventory import ORGANIZATION
from truant.model.event_time import any_form
from truant.model.fact import Fact, Mode
from truant.model.network import canonical, is_account

_Object = Mapping[str, object]


class Snapshot(Struct, frozen=True):
    """Where and when a document was taken. `at` in epoch seconds."""

    account: str
    region: str
    at: int
    source: str

    def whole(self, entity: str, attribute: str, *values: str | None) -> Fact:
        """These are all values of the attribute at this time."""
        known = tuple(sorted({value for value in values if value}))
        return Fact(entity, attribute, self.at, Mode.IS, known, self.source)

    def since(self, entity: str, attribute: str, time: object, *values: str | None) -> list[Fact]:
        """These values began at a time that the document gives; nothing where it gives none."""
        moment, known = any_form(time), tuple(sorted(value for value in values if value))
        if moment is None or not known:
            return []
        return [Fact(entity, attribute, moment, Mode.BEGINS, known, self.source)]

    def ended(self, entity: str, time: object) -> Fact:
        """The entity has gone away, at a time that the document gives, or else by now."""
        moment = any_form(time) or self.at
        return Fact(entity, "ended", moment, Mode.BEGINS, (str(moment),), self.source)

    def vpc(self, vpc_id: object, region: str | None = None) -> str | None:
        """A VPC as inventories name it."""
        return f"{region or self.region}/{vpc_id}" if isinstance(vpc_id, str) and vpc_id else None


def described(operation: str, document: object, snapshot: Snapshot) -> Iterator[Fact]:
    """The facts of one operation's output, for example of `describe-instances`.

    Raises KeyError for an operation that is not in OPERATIONS.
    """
    tell = OPERATIONS[operation]
    yield from tell(document if isinstance(document, Mapping) else {}, snapshot)


def _objects(value: object, name: str) -> list[_Object]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _text(value: object, *path: str) -> str:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _texts(value: object, name: str) -> list[str]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _instances(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    names = []
    for reservation in _objects(document, "Reservations"):
        owner = _text(reservation, "OwnerId") or snapshot.account
        for instance in _objects(reservation, "Instances"):
            names.append(_text(instance, "InstanceId"))
            yield from _instance(instance, owner, snapshot)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "instances", *names)


def _instance(instance: _Object, owner: str, snapshot: Snapshot) -> Iterator[Fact]:
    name = _text(instance, "InstanceId")
    if not name:
        return
    yield snapshot.whole(name, "account", owner)
    yield snapshot.whole(name, "region", snapshot.region)
    yield from snapshot.since(name, "launched", instance.get("LaunchTime"), "launched")
    yield snapshot.whole(name, "profile", _text(instance, "IamInstanceProfile", "Arn"))
    details = msgspec.json.encode(instance_details(instance), order="deterministic").decode()
    yield snapshot.whole(name, "details", details)
    tags = [_text(tag, "Key") for tag in _objects(instance, "Tags")]
    if any(tag.startswith(("kubernetes.io/cluster/", "eks:")) for tag in tags):
        yield snapshot.whole(name, "kubernetes-node", "yes")
    if _text(instance, "State", "Name") in ("terminated", "shutting-down"):
        yield snapshot.ended(name, _transition_time(instance))
    yield from _assigned_public(instance, name, snapshot)
    for interface in _objects(instance, "NetworkInterfaces"):
        yield from _interface(interface, snapshot, name, instance.get("LaunchTime"))
    if not instance.get("NetworkInterfaces") and _text(instance, "PrivateIpAddress"):
        yield from _without_interfaces(instance, name, snapshot)


def _assigned_public(instance: _Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    """A public address assigned at a start: before that start there was another, now unknown."""
    interfaces = _objects(instance, "NetworkInterfaces")
    associations = [one for interface in interfaces for one in _associations(interface)]
    assigned = {
        canonical(_text(one, "PublicIp"))
        for one in associations
        if _text(one, "IpOwnerId") == "amazon"
    }
    if assigned:
        yield Fact(name, "auto-public", 0, Mode.UNKNOWN, (), snapshot.source)
        yield from snapshot.since(name, "auto-public", instance.get("LaunchTime"), *assigned)


def _transition_time(instance: _Object) -> object:
    """`User initiated (2026-01-02 10:00:00 GMT)` names the time of the last change of state."""
    reason = _text(instance, "StateTransitionReason")
    return reason.partition("(")[2].partition(" GMT")[0] or None


def _without_interfaces(instance: _Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    """An instance whose document lists no interface: its own members describe the primary one."""
    primary = f"{name}/primary"
    yield snapshot.whole(primary, "instance", name)
    yield snapshot.whole(primary, "vpc", snapshot.vpc(instance.get("VpcId")))
    yield snapshot.whole(primary, "subnet", _text(instance, "SubnetId"))
    own = (_text(instance, "PrivateIpAddress"), _text(instance, "Ipv6Address"))
    yield snapshot.whole(primary, "address", *map(canonical, own))
    public = canonical(_text(instance, "PublicIpAddress"))
    if public is not None:
        yield snapshot.whole(public, "holder", primary)


def _interfaces(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    found = _objects(document, "NetworkInterfaces")
    for interface in found:
        yield from _interface(interface, snapshot, None, None)
    names = (_text(interface, "NetworkInterfaceId") for interface in found)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "interfaces", *names)


def _interface(
    interface: _Object, snapshot: Snapshot, instance: str | None, launched: object
) -> Iterator[Fact]:
    name = _text(interface, "NetworkInterfaceId")
    if not name:
        return
    yield snapshot.whole(name, "account", _text(interface, "OwnerId") or snapshot.account)
    yield snapshot.whole(name, "region", snapshot.region)
    yield snapshot.whole(name, "vpc", snapshot.vpc(interface.get("VpcId")))
    yield snapshot.whole(name, "subnet", _text(interface, "SubnetId"))
    yield snapshot.whole(name, "type", _text(interface, "InterfaceType"))
    yield from _addresses(interface, name, snapshot)
    attached = _text(interface, "Attachment", "InstanceId") or instance
    attachment = interface.get("Attachment")
    time = attachment.get("AttachTime") if isinstance(attachment, Mapping) else None
    yield from snapshot.since(name, "instance", time, attached)
    yield snapshot.whole(name, "instance", attached)
    yield from _attachment_alias(attachment, name, snapshot)
    for association in _associations(interface):
        yield from _association(association, name, snapshot, launched)


def _attachment_alias(attachment: object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    alias = _text(attachment, "AttachmentId")
    if alias:
        yield snapshot.whole(alias, "is", name)


def _addresses(interface: _Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    private = [_text(interface, "PrivateIpAddress")]
    private += [_text(one, "PrivateIpAddress") for one in _objects(interface, "PrivateIpAddresses")]
    private += [_text(one, "Ipv6Address") for one in _objects(interface, "Ipv6Addresses")]
    prefixes = [_text(one, "Ipv4Prefix") for one in _objects(interface, "Ipv4Prefixes")]
    prefixes += [_text(one, "Ipv6Prefix") for one in _objects(interface, "Ipv6Prefixes")]
    yield snapshot.whole(name, "address", *map(canonical, private))
    yield snapshot.whole(name, "prefix", *prefixes)


def _associations(interface: _Object) -> list[object]:
    of_addresses = (one.get("Association") for one in _objects(interface, "PrivateIpAddresses"))
    return [interface.get("Association"), *of_addresses]


def _association(
    association: object, holder: str, snapshot: Snapshot, launched: object
) -> Iterator[Fact]:
    owner = _text(association, "IpOwnerId")
    for kind in ("PublicIp", "CarrierIp", "CustomerOwnedIp"):
        address = canonical(_text(association, kind))
        if address is None:
            continue
        # "IpOwnerId: amazon": assigned by EC2 at launch, and another at the next start.
        if owner == "amazon":
            yield from snapshot.since(address, "holder", launched, holder)
        yield snapshot.whole(address, "holder", holder)
        yield snapshot.whole(address, "owner", owner if is_account(owner) else snapshot.account)


def _elastic_addresses(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    listed = []
    for address in _objects(document, "Addresses"):
        for kind in ("PublicIp", "CarrierIp", "CustomerOwnedIp"):
            public = canonical(_text(address, kind))
            if public is None:
                continue
            listed.append(public)
            holder = _text(address, "NetworkInterfaceId") or _text(address, "InstanceId")
            yield snapshot.whole(public, "owner", snapshot.account)
            yield snapshot.whole(public, "holder", holder)
            for alias in ("AllocationId", "AssociationId"):
                if _text(address, alias) and kind == "PublicIp":
                    yield snapshot.whole(_text(address, alias), "is", public)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "addresses", *listed)


def _nat_gateways(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    found = _objects(document, "NatGateways")
    for gateway in found:
        yield from _nat_gateway(gateway, snapshot)
    names = (_text(gateway, "NatGatewayId") for gateway in found)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "nat-gateways", *names)


def _nat_gateway(gateway: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    name = _text(gateway, "NatGatewayId")
    if not name:
        return
    yield snapshot.whole(name, "account", snapshot.account)
    yield snapshot.whole(name, "region", snapshot.region)
    yield snapshot.whole(name, "vpc", snapshot.vpc(gateway.get("VpcId")))
    yield snapshot.whole(name, "subnet", _text(gateway, "SubnetId"))
    yield snapshot.whole(name, "connectivity", _text(gateway, "ConnectivityType") or "public")
    if _text(gateway, "AvailabilityMode") == "regional":
        yield snapshot.whole(name, "regional", "yes")
    if _text(gateway, "State") in ("deleted", "deleting"):
        yield snapshot.ended(name, gateway.get("DeleteTime"))
    addresses = _objects(gateway, "NatGatewayAddresses")
    private = (canonical(_text(address, "PrivateIp")) for address in addresses)
    yield snapshot.whole(name, "private", *private)
    for address in addresses:
        public = canonical(_text(address, "PublicIp"))
        if public is not None:
            yield snapshot.whole(public, "holder", name)
            yield snapshot.whole(public, "owner", snapshot.account)
            if _text(address, "AllocationId"):
                yield snapshot.whole(_text(address, "AllocationId"), "is", public)


def _endpoints(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    found = _objects(document, "VpcEndpoints")
    for endpoint in found:
        name = _text(endpoint, "VpcEndpointId")
        if not name:
            continue
        yield snapshot.whole(name, "account", _text(endpoint, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "region", snapshot.region)
        yield snapshot.whole(name, "vpc", snapshot.vpc(endpoint.get("VpcId")))
        yield snapshot.whole(name, "type", _text(endpoint, "VpcEndpointType") or "Gateway")
        yield snapshot.whole(name, "service", _text(endpoint, "ServiceName"))
        yield snapshot.whole(name, "subnet", *_texts(endpoint, "SubnetIds"))
        yield snapshot.whole(name, "route-tables", *_texts(endpoint, "RouteTableIds"))
        yield snapshot.whole(name, "interface", *_texts(endpoint, "NetworkInterfaceIds"))
        if _text(endpoint, "State").lower() in ("deleted", "deleting"):
            yield snapshot.ended(name, None)
    names = (_text(endpoint, "VpcEndpointId") for endpoint in found)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "endpoints", *names)


def _vpcs(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    names = []
    for vpc in _objects(document, "Vpcs"):
        name = snapshot.vpc(vpc.get("VpcId")) or ""
        blocks = [_text(vpc, "CidrBlock")]
        blocks += [_text(one, "CidrBlock") for one in _objects(vpc, "CidrBlockAssociationSet")]
        blocks += [
            _text(one, "Ipv6CidrBlock") for one in _objects(vpc, "Ipv6CidrBlockAssociationSet")
        ]
        yield snapshot.whole(name, "account", _text(vpc, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "cidr", *blocks)
        names.append(name)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "vpcs", *names)


def _subnets(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    for subnet in _objects(document, "Subnets"):
        name = _text(subnet, "SubnetId")
        yield snapshot.whole(name, "account", _text(subnet, "OwnerId") or snapshot.account)
        yield snapshot.whole(name, "vpc", snapshot.vpc(subnet.get("VpcId")))
        yield snapshot.whole(name, "cidr", _text(subnet, "CidrBlock"))


TARGETS = (
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


def _route_tables(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    for table in _objects(document, "RouteTables"):
        name, vpc = _text(table, "RouteTableId"), snapshot.vpc(table.get("VpcId"))
        yield snapshot.whole(name, "vpc", vpc)
        for association in _objects(table, "Associations"):
            subnet = _text(association, "SubnetId")
            if subnet:
                yield snapshot.whole(subnet, "route-table", name)
                yield snapshot.whole(_text(association, "RouteTableAssociationId"), "is", subnet)
            elif association.get("Main") is True and vpc:
                yield snapshot.whole(vpc, "main-route-table", name)
        routes = [
            (next(filter(None, (_text(route, kind) for kind in _DESTINATIONS)), ""), route)
            for route in _objects(table, "Routes")
            if _text(route, "State") != "blackhole"
        ]
        yield snapshot.whole(name, "route", *(destination for destination, _ in routes))
        for destination, route in routes:
            target = next(filter(None, (_text(route, kind) for kind in TARGETS)), "")
            yield snapshot.whole(f"{name} {destination}", "target", target)
    yield snapshot.whole(f"{snapshot.account}/{snapshot.region}", "route-tables", "listed")


def _internet_gateways(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    for gateway in _objects(document, "InternetGateways"):
        attached = (snapshot.vpc(one.get("VpcId")) for one in _objects(gateway, "Attachments"))
        yield snapshot.whole(_text(gateway, "InternetGatewayId"), "vpc", *attached)


def _peerings(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    for peering in _objects(document, "VpcPeeringConnections"):
        if _text(peering, "Status", "Code") not in ("", "active"):
            continue
        sides = [peering.get(side) for side in ("RequesterVpcInfo", "AccepterVpcInfo")]
        vpcs = [snapshot.vpc(_text(side, "VpcId"), _text(side, "Region") or None) for side in sides]
        yield snapshot.whole(_text(peering, "VpcPeeringConnectionId"), "vpc", *vpcs)


def _transit_gateways(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    for gateway in _objects(document, "TransitGateways"):
        owner = _text(gateway, "OwnerId") or snapshot.account
        yield snapshot.whole(_text(gateway, "TransitGatewayId"), "account", owner)


def _attachments(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    for attachment in _objects(document, "TransitGatewayAttachments"):
        if _text(attachment, "State") not in ("", "available", "modifying"):
            continue
        name, kind = (
            _text(attachment, "TransitGatewayAttachmentId"),
            _text(attachment, "ResourceType"),
        )
        yield snapshot.whole(name, "transit-gateway", _text(attachment, "TransitGatewayId"))
        yield snapshot.whole(name, "kind", kind)
        yield snapshot.whole(name, "account", _text(attachment, "ResourceOwnerId"))
        resource = _text(attachment, "ResourceId")
        if kind == "vpc":
            yield snapshot.whole(name, "vpc", snapshot.vpc(resource))
        else:
            yield snapshot.whole(name, "resource", resource)


def _accounts(document: _Object, snapshot: Snapshot) -> Iterator[Fact]:
    ids = (_text(account, "Id") for account in _objects(document, "Accounts"))
    yield snapshot.whole(ORGANIZATION, "accounts", *ids)


OPERATIONS: dict[str, Callable[[_Object, Snapshot], Iterator[Fact]]] = {
    "describe-instances": _instances,
    "describe-network-interfaces": _interfaces,
    "describe-addresses": _elastic_addresses,
    "describe-nat-gateways": _nat_gateways,
    "describe-vpc-endpoints": _endpoints,
    "describe-vpcs": _vpcs,
    "describe-subnets": _subnets,
    "describe-route-tables": _route_tables,
    "describe-internet-gateways": _internet_gateways,
    "describe-vpc-peering-connections": _peerings,
    "describe-transit-gateways": _transit_gateways,
    "describe-transit-gateway-attachments": _attachments,
    "list-accounts": _accounts,
}
