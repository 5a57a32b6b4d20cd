"""EC2's write calls as CloudTrail records them: launches, addresses, gateways, routes."""

from tests.stories.identifiers import iso
from tests.stories.instances import Interface, Machine
from tests.stories.inventory import Net, Region
from tests.stories.ranges import Json
from tests.stories.services import Action
from tests.stories.world import World

XMLNS = "http://ec2.amazonaws.com/doc/2016-11-15/"
_DONE: Json = {"_return": True}


def write(
    w: World, clock: str | int, region: Region, name: str, asked: Json, answered: Json,
    service: str = "",
) -> None:  # fmt: skip
    """A write by an administrator from the office, or by a service such as Auto Scaling."""
    act = Action("ec2", name)
    if service:
        record = w.scribe.by_service(region.account, w.time(clock), act, service, region.name)
    else:
        address = "198.51.100.7"
        record = w.scribe.by_user(region.account, w.time(clock), act, address, region.name)
    record |= {"requestParameters": asked, "responseElements": answered}
    if not any(member.endswith("Response") for member in answered):
        record["responseElements"] = {"requestId": record["requestID"], **answered}
    w.records.append(record)


def newer(name: str, asked: Json, answered: Json) -> tuple[Json, Json]:
    """Request and response of EC2's newer calls, which keep the XML's names."""
    return {f"{name}Request": asked}, {f"{name}Response": {"xmlns": XMLNS, **answered}}


def _instances(machines: tuple[Machine, ...], code: int, state: str, before: int, was: str) -> Json:
    items = [
        {
            "instanceId": machine.id,
            "currentState": {"code": code, "name": state},
            "previousState": {"code": before, "name": was},
        }
        for machine in machines
    ]
    return {"instancesSet": {"items": items}}


def _named(machines: tuple[Machine, ...]) -> Json:
    return {"instancesSet": {"items": [{"instanceId": machine.id} for machine in machines]}}


def stop(w: World, clock: str | int, *machines: Machine) -> None:
    answered = _instances(machines, 64, "stopping", 16, "running")
    asked = _named(machines) | {"force": False}
    write(w, clock, machines[0].region, "StopInstances", asked, answered)


def start(w: World, clock: str | int, *machines: Machine) -> None:
    answered = _instances(machines, 0, "pending", 80, "stopped")
    write(w, clock, machines[0].region, "StartInstances", _named(machines), answered)


def terminate(w: World, clock: str | int, *machines: Machine, service: str = "") -> None:
    answered = _instances(machines, 32, "shutting-down", 16, "running")
    region = machines[0].region
    write(w, clock, region, "TerminateInstances", _named(machines), answered, service)


def run(
    w: World, clock: str | int, machine: Machine, service: str = "autoscaling.amazonaws.com"
) -> None:
    """RunInstances as Auto Scaling calls it: no public address in the answer."""
    has, at = machine.interface, w.time(clock)
    profile = f"arn:aws:iam::{machine.session.account}:instance-profile/{machine.session.role}"
    asked: Json = {
        "instancesSet": {
            "items": [{"imageId": "ami-0c02fb55956c7d316", "minCount": 1, "maxCount": 1}]
        },
        "instanceType": "t3.large",
        "blockDeviceMapping": {},
        "monitoring": {"enabled": False},
        "disableApiTermination": False,
        "subnetId": machine.subnet.id,
        "iamInstanceProfile": {"name": machine.session.role},
    }
    answered: Json = {
        "reservationId": w.ids.resource("r"),
        "ownerId": machine.region.account,
        "groupSet": {},
        "instancesSet": {
            "items": [
                {
                    "instanceId": machine.id,
                    "imageId": "ami-0c02fb55956c7d316",
                    "instanceState": {"code": 0, "name": "pending"},
                    "amiLaunchIndex": 0,
                    "productCodes": {},
                    "instanceType": "t3.large",
                    "launchTime": at * 1000,
                    "placement": {
                        "availabilityZone": f"{machine.region.name}a",
                        "tenancy": "default",
                    },
                    "monitoring": {"state": "disabled"},
                    "subnetId": machine.subnet.id,
                    "vpcId": machine.subnet.vpc,
                    "privateIpAddress": has.private,
                    "architecture": "x86_64",
                    "rootDeviceType": "ebs",
                    "blockDeviceMapping": {},
                    "virtualizationType": "hvm",
                    "hypervisor": "xen",
                    "sourceDestCheck": True,
                    "networkInterfaceSet": {"items": [interface(machine, machine.eni, has, at)]},
                    "iamInstanceProfile": {
                        "arn": profile,
                        "id": "AIPA" + machine.session.role_id[4:],
                    },
                    "ebsOptimized": False,
                    "metadataOptions": {"httpTokens": "optional", "httpEndpoint": "enabled"},
                }
            ]
        },
        "requesterId": "940372691376",
    }
    write(w, clock, machine.region, "RunInstances", asked, answered, service)


def interface(
    machine: Machine, eni: str, has: Interface, at: int = 0, subnet: Net | None = None
) -> Json:
    """A network interface as EC2's write calls answer it."""
    where = subnet or machine.subnet
    made: Json = {
        "networkInterfaceId": eni,
        "subnetId": where.id,
        "vpcId": where.vpc,
        "ownerId": machine.region.account,
        "status": "in-use" if at else "pending",
        "macAddress": "06:71:c7:76:de:4f",
        "privateIpAddress": has.private,
        "sourceDestCheck": True,
        "interfaceType": "interface",
        "groupSet": {"items": [{"groupId": "sg-0123456789abcdef0", "groupName": "app"}]},
        "privateIpAddressesSet": {
            "item": [
                {"privateIpAddress": private, "primary": place == 0}
                for place, private in enumerate((has.private, *has.secondary))
            ]
        },
        "ipv6AddressesSet": {"item": [{"ipv6Address": v6} for v6 in has.v6]} if has.v6 else {},
        "tagSet": {},
    }
    if at:
        made["attachment"] = {
            "attachmentId": "eni-attach-0123456789abcdef0",
            "deviceIndex": 0,
            "networkCardIndex": 0,
            "status": "attaching",
            "attachTime": at * 1000,
            "deleteOnTermination": True,
        }
    return made


def create_interface(
    w: World, clock: str | int, machine: Machine, eni: str, has: Interface, subnet: Net
) -> None:
    asked: Json = {
        "subnetId": subnet.id,
        "description": "hot",
        "groupSet": {},
        "privateIpAddressesSet": {},
    }
    answered = {"networkInterface": interface(machine, eni, has, 0, subnet)} | _DONE
    write(w, clock, machine.region, "CreateNetworkInterface", asked, answered)


def attach_interface(w: World, clock: str | int, machine: Machine, eni: str) -> None:
    asked: Json = {"networkInterfaceId": eni, "instanceId": machine.id, "deviceIndex": 1}
    answered: Json = {"attachmentId": w.ids.resource("eni-attach")} | _DONE
    write(w, clock, machine.region, "AttachNetworkInterface", asked, answered)


def allocate(w: World, clock: str | int, region: Region, allocation: str, public: str) -> None:
    answered: Json = {
        "publicIp": public,
        "domain": "vpc",
        "allocationId": allocation,
        "publicIpv4Pool": "amazon",
        "networkBorderGroup": region.name,
    }
    write(w, clock, region, "AllocateAddress", {"domain": "vpc"}, answered)


def associate(
    w: World, clock: str | int, machine: Machine, allocation: str, association: str,
    *, by_interface: bool = False, private: str = "",
) -> None:  # fmt: skip
    asked: Json = {"allocationId": allocation, "allowReassociation": True}
    asked |= {"networkInterfaceId": machine.eni} if by_interface else {"instanceId": machine.id}
    if private:
        asked["privateIpAddress"] = private
    write(
        w, clock, machine.region, "AssociateAddress", asked, {"associationId": association} | _DONE
    )


def disassociate(w: World, clock: str | int, region: Region, association: str) -> None:
    write(w, clock, region, "DisassociateAddress", {"associationId": association}, dict(_DONE))


def release(w: World, clock: str | int, region: Region, allocation: str) -> None:
    write(w, clock, region, "ReleaseAddress", {"allocationId": allocation}, dict(_DONE))


def assign_private(w: World, clock: str | int, region: Region, eni: str, private: str) -> None:
    asked: Json = {
        "networkInterfaceId": eni,
        "privateIpAddressesSet": {"item": [{"privateIpAddress": private}]},
        "allowReassignment": True,
    }
    given = {"assignedPrivateIpAddressSetType": [{"privateIpAddress": private}]}
    answered: Json = {"networkInterfaceId": eni, "assignedPrivateIpAddressesSet": given} | _DONE
    write(w, clock, region, "AssignPrivateIpAddresses", asked, answered)


def create_nat(
    w: World, clock: str | int, region: Region, gateway: str, subnet: Net, allocation: str, eni: str
) -> None:
    at = w.time(clock)
    made: Json = {
        "subnetId": subnet.id,
        "natGatewayAddressSet": {"item": {"allocationId": allocation, "networkInterfaceId": eni}},
        "createTime": iso(at).replace("Z", ".000Z"),
        "vpcId": subnet.vpc,
        "natGatewayId": gateway,
        "state": "pending",
        "connectivityType": "public",
    }
    asked: Json = {"AllocationId": allocation, "SubnetId": subnet.id, "ClientToken": w.ids.uuid()}
    told = newer("CreateNatGateway", asked, {"natGateway": made, "requestId": w.ids.uuid()})
    write(w, clock, region, "CreateNatGateway", *told)


def delete_nat(w: World, clock: str | int, region: Region, gateway: str) -> None:
    answered: Json = {"natGatewayId": gateway, "requestId": w.ids.uuid()}
    told = newer("DeleteNatGateway", {"NatGatewayId": gateway}, answered)
    write(w, clock, region, "DeleteNatGateway", *told)


def create_endpoint(
    w: World, clock: str | int, region: Region, made: str, vpc: Net, service: str, subnet: Net
) -> None:
    name = f"com.amazonaws.{region.name}.{service}"
    asked: Json = {
        "VpcId": vpc.id,
        "VpcEndpointType": "Interface",
        "ServiceName": name,
        "SubnetId": {"tag": 1, "content": subnet.id},
        "PrivateDnsEnabled": True,
    }
    endpoint: Json = {
        "vpcEndpointId": made,
        "vpcEndpointType": "Interface",
        "vpcId": vpc.id,
        "serviceName": name,
        "state": "pending",
        "subnetIdSet": {"item": subnet.id},
        "routeTableIdSet": "",
        "privateDnsEnabled": True,
        "networkInterfaceIdSet": {"item": w.ids.resource("eni")},
        "creationTimestamp": iso(w.time(clock)).replace("Z", ".123Z"),
        "ownerId": region.account,
    }
    told = newer("CreateVpcEndpoint", asked, {"vpcEndpoint": endpoint, "requestId": w.ids.uuid()})
    write(w, clock, region, "CreateVpcEndpoint", *told)


def replace_route(
    w: World, clock: str | int, region: Region, table: str, to: str, by: Json
) -> None:
    asked: Json = {"routeTableId": table, "destinationCidrBlock": to, **by}
    write(w, clock, region, "ReplaceRoute", asked, dict(_DONE))


def replace_association(
    w: World, clock: str | int, region: Region, association: str, table: str, made: str
) -> None:
    asked: Json = {"associationId": association, "routeTableId": table}
    answered: Json = {"newAssociationId": made, "associationState": {"state": "associated"}} | _DONE
    write(w, clock, region, "ReplaceRouteTableAssociation", asked, answered)


def transfer_address(
    w: World, clock: str | int, giver: Region, taker: Region, allocation: str, public: str
) -> None:
    """EnableAddressTransfer where it is given, AcceptAddressTransfer where it is taken."""
    moved: Json = {
        "publicIp": public,
        "allocationId": allocation,
        "transferAccountId": taker.account,
        "addressTransferStatus": "pending",
    }
    asked: Json = {"AllocationId": allocation, "TransferAccountId": taker.account}
    told = newer("EnableAddressTransfer", asked, {"addressTransfer": moved})
    write(w, clock, giver, "EnableAddressTransfer", *told)
    accepted = moved | {"addressTransferStatus": "accepted"}
    told = newer("AcceptAddressTransfer", {"Address": public}, {"addressTransfer": accepted})
    write(w, w.time(clock) + 60, taker, "AcceptAddressTransfer", *told)
