"""Facts of the network that the trail itself tells: EC2's writes, each with its event id as source.

One row in CHANGES for each API, in EC2's own names. Shapes of requests and answers as CloudTrail
records them; a member that is not there gives no fact.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from truant.model.api_call import ApiCall, blob
from truant.model.event_time import any_form
from truant.model.fact import Fact, Mode
from truant.model.json_tree import member, objects_with, text, texts
from truant.model.network import canonical


class Change(Struct, frozen=True):
    """One successful EC2 write: what was asked and answered, when, and in whose account."""

    asked: Mapping[str, object]
    answered: Mapping[str, object]
    time: int
    account: str
    region: str
    source: str

    def fact(self, entity: str, attribute: str, *values: str | None, mode: Mode) -> Fact:
        """A fact of this time and source; unknown values are left out."""
        known = tuple(sorted(value for value in values if value))
        return Fact(entity, attribute, self.time, mode, known, self.source)

    def begins(self, entity: str, attribute: str, *values: str | None) -> Iterator[Fact]:
        """These values begin to hold, if any is known."""
        if entity and any(values):
            yield self.fact(entity, attribute, *values, mode=Mode.BEGINS)

    def ends(self, entity: str, attribute: str, *values: str | None) -> Iterator[Fact]:
        """These values cease to hold; none named means all of them."""
        if entity:
            yield self.fact(entity, attribute, *values, mode=Mode.ENDS)

    def vpc(self, value: object) -> str | None:
        """The VPC named in an answer, as inventories name it."""
        vpc_id = text(value, "vpcId")
        return f"{self.region}/{vpc_id}" if vpc_id else None


def network_changes(call: ApiCall, time: int) -> Iterator[Fact]:
    """The facts that one call tells, if it is a successful EC2 write of a kind in CHANGES."""
    tell = CHANGES.get(call.event_name or "")
    account = call.recipient_account_id
    if tell is None or call.error_code or call.event_source != "ec2.amazonaws.com" or not account:
        return
    change = Change(
        blob(call.request_parameters),
        blob(call.response_elements),
        time,
        account,
        call.aws_region or "",
        call.event_id or "",
    )
    yield from tell(change)


def _run_instances(change: Change) -> Iterator[Fact]:
    for instance in objects_with(member(change.answered, "instancesSet"), "instanceId"):
        instance_id = text(instance, "instanceId")
        if instance_id is None or member(instance, "instanceId") != instance_id:
            continue
        launched = any_form(member(instance, "launchTime")) or change.time
        yield Fact(instance_id, "launched", launched, Mode.BEGINS, (str(launched),), change.source)
        yield from change.begins(instance_id, "account", change.account)
        yield from change.begins(instance_id, "region", change.region)
        yield change.fact(instance_id, "auto-public", mode=Mode.UNKNOWN)
        yield from change.begins(
            instance_id, "profile", text(member(instance, "iamInstanceProfile"), "arn")
        )
        yield from _interfaces_of(change, instance, instance_id)


def _interfaces_of(
    change: Change, instance: Mapping[str, object], instance_id: str
) -> Iterator[Fact]:
    interfaces = [
        found
        for found in objects_with(member(instance, "networkInterfaceSet"), "networkInterfaceId")
        if isinstance(found.get("networkInterfaceId"), str)
    ]
    for interface in interfaces or [instance]:
        name = text(interface, "networkInterfaceId") or f"{instance_id}/primary"
        yield from _interface(change, name, interface)
        yield from change.begins(name, "instance", instance_id)
        if not text(interface, "vpcId"):
            yield from change.begins(name, "vpc", change.vpc(instance))
            yield from change.begins(name, "subnet", text(instance, "subnetId"))


def _interface(change: Change, name: str, value: object) -> Iterator[Fact]:
    yield from change.begins(name, "account", change.account)
    yield from change.begins(name, "region", change.region)
    yield from change.begins(name, "vpc", change.vpc(value))
    yield from change.begins(name, "subnet", text(value, "subnetId"))
    yield from change.begins(name, "address", *_addresses(value))
    yield from change.begins(name, "prefix", *_prefixes(value))


def _addresses(value: object) -> list[str | None]:
    named = (*texts(value, "privateIpAddress"), *texts(value, "ipv6Address"))
    return [canonical(address) for address in named]


def _prefixes(value: object) -> tuple[str, ...]:
    return (*texts(value, "ipv4Prefix"), *texts(value, "ipv6Prefix"))


def _end_instances(change: Change) -> Iterator[Fact]:
    for instance_id in texts(change.answered, "instanceId") or texts(change.asked, "instanceId"):
        yield change.fact(instance_id, "ended", str(change.time), mode=Mode.BEGINS)


def _stop_instances(change: Change) -> Iterator[Fact]:
    for instance_id in texts(change.answered, "instanceId") or texts(change.asked, "instanceId"):
        yield change.fact(instance_id, "auto-public", mode=Mode.IS)


def _start_instances(change: Change) -> Iterator[Fact]:
    for instance_id in texts(change.answered, "instanceId") or texts(change.asked, "instanceId"):
        yield change.fact(instance_id, "auto-public", mode=Mode.UNKNOWN)


def _allocate_address(change: Change) -> Iterator[Fact]:
    address = canonical(text(change.answered, "publicIp") or "")
    if address is not None:
        yield from change.begins(address, "owner", change.account)
        yield change.fact(address, "holder", mode=Mode.IS)
        yield from change.begins(text(change.answered, "allocationId") or "", "is", address)


def _release_address(change: Change) -> Iterator[Fact]:
    address = canonical(text(change.asked, "publicIp") or "")
    entity = address or text(change.asked, "allocationId") or ""
    yield from change.ends(entity, "owner")
    yield from change.ends(entity, "holder")


def _associate_address(change: Change) -> Iterator[Fact]:
    address = canonical(text(change.asked, "publicIp") or "")
    entity = address or text(change.asked, "allocationId") or ""
    holder = text(change.asked, "networkInterfaceId") or text(change.asked, "instanceId")
    yield from _held_by(change, entity, holder)
    yield from change.begins(text(change.answered, "associationId") or "", "is", entity)


def _held_by(change: Change, entity: str, holder: str | None) -> Iterator[Fact]:
    """An address gets a holder. It was the account's before; whose there, is not said."""
    if entity and holder:
        yield change.fact(entity, "owner", change.account, mode=Mode.IS)
        yield Fact(entity, "holder", 0, Mode.UNKNOWN, (), change.source)
        yield from change.begins(entity, "holder", holder)


def _disassociate_address(change: Change) -> Iterator[Fact]:
    address = canonical(text(change.asked, "publicIp") or "")
    yield from change.ends(address or text(change.asked, "associationId") or "", "holder")


def _create_nat_gateway(change: Change) -> Iterator[Fact]:
    made = next(objects_with(change.answered, "natGatewayId"), None)
    if made is None:
        return
    name = text(made, "natGatewayId") or ""
    yield from change.begins(name, "account", change.account)
    yield from change.begins(name, "region", change.region)
    yield from change.begins(name, "vpc", change.vpc(made))
    yield from change.begins(name, "subnet", text(made, "subnetId"))
    yield from change.begins(name, "connectivity", text(made, "connectivityType"))
    yield from change.begins(name, "private", *map(canonical, texts(made, "privateIp")))
    yield from _nat_addresses(change, name, made)
    yield from _nat_addresses(change, name, change.asked)


def _nat_addresses(change: Change, name: str, value: object) -> Iterator[Fact]:
    allocations = (
        *texts(value, "allocationId"),
        *texts(value, "AllocationId"),
        *texts(value, "content"),
    )
    public = [canonical(address) for address in texts(value, "publicIp")]
    for entity in (*(a for a in allocations if a.startswith("eipalloc-")), *filter(None, public)):
        yield from _held_by(change, entity, name)


def _associate_nat_address(change: Change) -> Iterator[Fact]:
    name = text(change.asked, "NatGatewayId") or text(change.asked, "natGatewayId") or ""
    if name:
        yield from _nat_addresses(change, name, change.asked)
        yield from _nat_addresses(change, name, change.answered)


def _create_vpc_endpoint(change: Change) -> Iterator[Fact]:
    made = next(objects_with(change.answered, "vpcEndpointId"), None)
    if made is None:
        return
    name = text(made, "vpcEndpointId") or ""
    yield from change.begins(name, "account", text(made, "ownerId") or change.account)
    yield from change.begins(name, "region", change.region)
    yield from change.begins(name, "vpc", change.vpc(made))
    yield from change.begins(name, "type", text(made, "vpcEndpointType"))
    yield from change.begins(name, "service", text(made, "serviceName"))


def _create_vpc(change: Change) -> Iterator[Fact]:
    name = change.vpc(change.answered) or change.vpc(change.asked)
    blocks = (*texts(change.answered, "cidrBlock"), *texts(change.answered, "ipv6CidrBlock"))
    yield from change.begins(name or "", "account", change.account)
    yield from change.begins(name or "", "cidr", *blocks)


def _create_subnet(change: Change) -> Iterator[Fact]:
    name = text(change.answered, "subnetId") or ""
    yield from change.begins(name, "account", change.account)
    yield from change.begins(name, "vpc", change.vpc(change.answered))


def _create_interface(change: Change) -> Iterator[Fact]:
    made = member(change.answered, "networkInterface")
    yield from _interface(change, text(made, "networkInterfaceId") or "", made)


def _attach_interface(change: Change) -> Iterator[Fact]:
    name = text(change.asked, "networkInterfaceId") or ""
    yield from change.begins(name, "instance", text(change.asked, "instanceId"))
    yield from change.begins(text(change.answered, "attachmentId") or "", "is", name)


def _detach_interface(change: Change) -> Iterator[Fact]:
    yield from change.ends(text(change.asked, "attachmentId") or "", "instance")


def _assign_addresses(change: Change) -> Iterator[Fact]:
    name = text(change.asked, "networkInterfaceId") or ""
    for value in (change.answered, change.asked):
        listed = [*_addresses(value), *map(canonical, texts(value, "item"))]
        yield from change.begins(name, "address", *listed)
        yield from change.begins(name, "prefix", *_prefixes(value))


def _unassign_addresses(change: Change) -> Iterator[Fact]:
    name = text(change.asked, "networkInterfaceId") or ""
    listed = [*_addresses(change.asked), *map(canonical, texts(change.asked, "item"))]
    if any(listed):
        yield from change.ends(name, "address", *listed)
    if _prefixes(change.asked):
        yield from change.ends(name, "prefix", *_prefixes(change.asked))


def _create_route(change: Change) -> Iterator[Fact]:
    table, destination = _route(change)
    targets = (
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
    target = next((found for name in targets if (found := text(change.asked, name))), None)
    if table and destination:
        yield from change.begins(table, "route", destination)
        yield from change.begins(f"{table} {destination}", "target", target)


def _delete_route(change: Change) -> Iterator[Fact]:
    table, destination = _route(change)
    if table and destination:
        yield from change.ends(table, "route", destination)


def _route(change: Change) -> tuple[str | None, str | None]:
    names = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
    destination = next((found for name in names if (found := text(change.asked, name))), None)
    return text(change.asked, "routeTableId"), destination


def _associate_route_table(change: Change) -> Iterator[Fact]:
    subnet = text(change.asked, "subnetId") or text(change.asked, "associationId") or ""
    yield from change.begins(subnet, "route-table", text(change.asked, "routeTableId"))
    if text(change.asked, "subnetId"):
        yield from change.begins(text(change.answered, "associationId") or "", "is", subnet)


def _disassociate_route_table(change: Change) -> Iterator[Fact]:
    yield from change.ends(text(change.asked, "associationId") or "", "route-table")


def _create_peering(change: Change) -> Iterator[Fact]:
    made = member(change.answered, "vpcPeeringConnection")
    name = text(made, "vpcPeeringConnectionId") or ""
    for side in ("requesterVpcInfo", "accepterVpcInfo"):
        info = member(made, side)
        vpc, region = text(info, "vpcId"), text(info, "region") or change.region
        yield from change.begins(name, "vpc", f"{region}/{vpc}" if vpc else None)


def _attach_transit_gateway(change: Change) -> Iterator[Fact]:
    made = next(objects_with(change.answered, "transitGatewayAttachmentId"), None)
    name = text(made, "transitGatewayAttachmentId") or ""
    yield from change.begins(name, "transit-gateway", text(made, "transitGatewayId"))
    yield from change.begins(name, "vpc", change.vpc(made))
    yield from change.begins(name, "account", change.account)


def _gone(*names: str) -> Callable[[Change], Iterator[Fact]]:
    """Whatever is deleted: the ids under these members have ended."""

    def tell(change: Change) -> Iterator[Fact]:
        for name in names:
            for entity in texts(change.asked, name):
                yield change.fact(entity, "ended", str(change.time), mode=Mode.BEGINS)

    return tell


CHANGES: dict[str, Callable[[Change], Iterator[Fact]]] = {
    "RunInstances": _run_instances,
    "TerminateInstances": _end_instances,
    "StopInstances": _stop_instances,
    "StartInstances": _start_instances,
    "AllocateAddress": _allocate_address,
    "ReleaseAddress": _release_address,
    "AssociateAddress": _associate_address,
    "DisassociateAddress": _disassociate_address,
    "CreateNatGateway": _create_nat_gateway,
    "DeleteNatGateway": _gone("NatGatewayId", "natGatewayId"),
    "AssociateNatGatewayAddress": _associate_nat_address,
    "CreateVpcEndpoint": _create_vpc_endpoint,
    "DeleteVpcEndpoints": _gone("VpcEndpointId", "vpcEndpointId", "content"),
    "CreateVpc": _create_vpc,
    "AssociateVpcCidrBlock": _create_vpc,
    "CreateSubnet": _create_subnet,
    "CreateNetworkInterface": _create_interface,
    "DeleteNetworkInterface": _gone("networkInterfaceId"),
    "AttachNetworkInterface": _attach_interface,
    "DetachNetworkInterface": _detach_interface,
    "AssignPrivateIpAddresses": _assign_addresses,
    "AssignIpv6Addresses": _assign_addresses,
    "UnassignPrivateIpAddresses": _unassign_addresses,
    "UnassignIpv6Addresses": _unassign_addresses,
    "CreateRoute": _create_route,
    "ReplaceRoute": _create_route,
    "DeleteRoute": _delete_route,
    "AssociateRouteTable": _associate_route_table,
    "ReplaceRouteTableAssociation": _associate_route_table,
    "DisassociateRouteTable": _disassociate_route_table,
    "CreateVpcPeeringConnection": _create_peering,
    "CreateTransitGatewayVpcAttachment": _attach_transit_gateway,
}
