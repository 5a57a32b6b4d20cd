"""The EC2 actions that change a network, in the shapes in which CloudTrail records them.

Older EC2 actions show lowerCamel fields with `…Set.items[]`; newer ones nest a whole request and
response in the manner of their XML (CreateNatGateway, CreateVpcEndpoint).
"""

from datetime import datetime

from truant.simulator.actions import Action, Json
from truant.simulator.network import (
    ElasticAddress,
    Endpoint,
    Instance,
    Interface,
    NatGateway,
    PublicHolding,
)

XMLNS = "http://ec2.amazonaws.com/doc/2016-11-15/"


def _write(name: str, parameters: Json, response: Json | None) -> Action:
    return Action("ec2", name, read_only=False, parameters=parameters, response=response)


def _items(*items: Json) -> Json:
    return {"items": list(items)}


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)


def run_instances(one: Instance, request_id: str) -> Action:
    """RunInstances of one instance; the public address is not in it, for it comes later."""
    own, role = one.interface, one.role
    asked: Json = {"imageId": one.image, "minCount": 1, "maxCount": 1}
    parameters: Json = {
        "instancesSet": _items(asked),
        "instanceType": one.instance_type,
        "subnetId": own.subnet.id,
        "monitoring": {"enabled": False},
        "disableApiTermination": False,
        "clientToken": request_id,
    }
    made: Json = {
        "instanceId": one.id,
        "imageId": one.image,
        "instanceState": {"code": 0, "name": "pending"},
        "privateDnsName": f"ip-{_private(own).replace('.', '-')}.{one.region}.compute.internal",
        "amiLaunchIndex": 0,
        "instanceType": one.instance_type,
        "launchTime": _milliseconds(one.launched),
        "placement": {"availabilityZone": own.subnet.zone, "tenancy": "default"},
        "subnetId": own.subnet.id,
        "vpcId": own.subnet.vpc.id,
        "privateIpAddress": _private(own),
        "networkInterfaceSet": _items(_interface(own)),
    }
    if role is not None:
        parameters["iamInstanceProfile"] = {"name": role.name}
        made["iamInstanceProfile"] = {"arn": role.profile_arn, "id": role.profile_id}
    response: Json = {
        "requestId": request_id,
        "reservationId": "r" + one.id[1:],
        "ownerId": one.account.id,
        "groupSet": {},
        "instancesSet": _items(made),
    }
    return _write("RunInstances", parameters, response)


def _private(own: Interface) -> str:
    return own.privates[0].address


def _interface(own: Interface) -> Json:
    found: Json = {
        "networkInterfaceId": own.id,
        "subnetId": own.subnet.id,
        "vpcId": own.subnet.vpc.id,
        "ownerId": own.account.id,
        "status": "in-use",
        "privateIpAddress": _private(own),
        "privateIpAddressesSet": {"item": [{"privateIpAddress": _private(own), "primary": True}]},
        "ipv6AddressesSet": {},
    }
    if own.ipv6:
        found["ipv6AddressesSet"] = {"items": [{"ipv6Address": a} for a in own.ipv6]}
    return found


def _change(name: str, one: Instance, before: tuple[int, str], after: tuple[int, str]) -> Action:
    changed: Json = {
        "instanceId": one.id,
        "currentState": {"code": after[0], "name": after[1]},
        "previousState": {"code": before[0], "name": before[1]},
    }
    asked: Json = {"instancesSet": _items({"instanceId": one.id})}
    return _write(name, asked, {"instancesSet": _items(changed)})


def terminate_instances(one: Instance) -> Action:
    """TerminateInstances of a running instance."""
    return _change("TerminateInstances", one, (16, "running"), (32, "shutting-down"))


def stop_instances(one: Instance) -> Action:
    """StopInstances of a running instance."""
    return _change("StopInstances", one, (16, "running"), (64, "stopping"))


def start_instances(one: Instance) -> Action:
    """StartInstances of a stopped instance."""
    return _change("StartInstances", one, (80, "stopped"), (0, "pending"))


def allocate_address(address: ElasticAddress, request_id: str) -> Action:
    """AllocateAddress."""
    response: Json = {
        "requestId": request_id,
        "publicIp": address.public,
        "domain": "vpc",
        "allocationId": address.allocation,
        "publicIpv4Pool": address.pool,
        "networkBorderGroup": address.border_group or address.region,
    }
    return _write("AllocateAddress", {"domain": "vpc"}, response)


def associate_address(holding: PublicHolding, own: Interface, by_instance: bool) -> Action:
    """AssociateAddress of a VPC address, named by instance or by interface."""
    elastic = holding.elastic
    parameters: Json = {"allocationId": elastic.allocation if elastic else None}
    if by_instance and own.instance_id:
        parameters["instanceId"] = own.instance_id
    else:
        parameters |= {"networkInterfaceId": own.id, "privateIpAddress": holding.private}
    response: Json = {"_return": True, "associationId": holding.association}
    return _write("AssociateAddress", parameters, response)


def disassociate_address(holding: PublicHolding) -> Action:
    """DisassociateAddress by association."""
    return _write("DisassociateAddress", {"associationId": holding.association}, {"_return": True})


def release_address(address: ElasticAddress) -> Action:
    """ReleaseAddress by allocation."""
    return _write("ReleaseAddress", {"allocationId": address.allocation}, {"_return": True})


def create_nat_gateway(one: NatGateway, request_id: str) -> Action:
    """CreateNatGateway: nested, and without the public address, which AllocateAddress told."""
    first = one.addresses[0]
    allocation = first.elastic.allocation if first.elastic else None
    subnet = one.subnet.id if one.subnet else None
    request: Json = {"AllocationId": allocation, "SubnetId": subnet, "ClientToken": request_id}
    made: Json = {
        "natGatewayId": one.id,
        "vpcId": one.vpc.id,
        "subnetId": subnet,
        "state": "pending",
        "connectivityType": "public",
        "createTime": f"{one.span.start:%Y-%m-%dT%H:%M:%S.000Z}",
        "natGatewayAddressSet": {"item": {"allocationId": allocation, "isPrimary": True}},
    }
    response: Json = {"xmlns": XMLNS, "requestId": request_id, "natGateway": made}
    return _write(
        "CreateNatGateway",
        {"CreateNatGatewayRequest": request},
        {"CreateNatGatewayResponse": response},
    )


def create_vpc_endpoint(one: Endpoint, request_id: str) -> Action:
    """CreateVpcEndpoint: nested as well; lists are numbered `tag` and `content`."""
    request: Json = {
        "VpcId": one.vpc.id,
        "ServiceName": f"com.amazonaws.{one.region}.{one.service}",
        "VpcEndpointType": one.kind,
    }
    if one.tables:
        request["RouteTableId"] = [_content(i, t.id) for i, t in enumerate(one.tables, 1)]
    if one.subnets:
        request["SubnetId"] = [_content(i, s.id) for i, s in enumerate(one.subnets, 1)]
    made: Json = {
        "vpcEndpointId": one.id,
        "vpcEndpointType": one.kind,
        "vpcId": one.vpc.id,
        "serviceName": request["ServiceName"],
        "state": "pending",
        "ownerId": one.account.id,
        "creationTimestamp": f"{one.span.start:%Y-%m-%dT%H:%M:%S.000Z}",
        "routeTableIdSet": {"item": [table.id for table in one.tables]},
        "subnetIdSet": {"item": [subnet.id for subnet in one.subnets]},
        "networkInterfaceIdSet": {"item": [held.id for held in one.interfaces]},
    }
    response: Json = {"xmlns": XMLNS, "requestId": request_id, "vpcEndpoint": made}
    return _write(
        "CreateVpcEndpoint",
        {"CreateVpcEndpointRequest": request},
        {"CreateVpcEndpointResponse": response},
    )


def _content(index: int, value: str) -> Json:
    return {"tag": index, "content": value}


def create_network_interface(own: Interface, request_id: str) -> Action:
    """CreateNetworkInterface in a subnet."""
    parameters: Json = {"subnetId": own.subnet.id, "description": own.description}
    made = _interface(own) | {"status": "pending", "description": own.description}
    response: Json = {"requestId": request_id, "networkInterface": made}
    return _write("CreateNetworkInterface", parameters, response)


def attach_network_interface(own: Interface) -> Action:
    """AttachNetworkInterface to the instance that the interface is on."""
    parameters: Json = {
        "networkInterfaceId": own.id,
        "instanceId": own.instance_id,
        "deviceIndex": own.device_index,
    }
    response: Json = {"attachmentId": own.attachment, "networkCardIndex": 0}
    return _write("AttachNetworkInterface", parameters, response)


def assign_private_addresses(own: Interface, addresses: list[str], prefixes: list[str]) -> Action:
    """AssignPrivateIpAddresses: secondary addresses, or prefixes as the VPC CNI asks for."""
    parameters: Json = {"networkInterfaceId": own.id, "allowReassignment": False}
    response: Json = {"networkInterfaceId": own.id, "_return": True}
    if addresses:
        parameters["secondaryPrivateIpAddressCount"] = len(addresses)
        given: list[Json] = [{"privateIpAddress": address} for address in addresses]
        response["assignedPrivateIpAddressesSet"] = {"assignedPrivateIpAddressSetType": given}
    if prefixes:
        parameters["ipv4PrefixCount"] = len(prefixes)
        response["assignedIpv4PrefixSet"] = {"items": [{"ipv4Prefix": p} for p in prefixes]}
    return _write("AssignPrivateIpAddresses", parameters, response)
