"""A small estate for tests, as the AWS CLI prints it and as CloudTrail records its changes.

Stories are told in AWS's own JSON, so that what reads it is tested with what reasons about it.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from truant.connectors.ec2_describe import described
from truant.connectors.ec2_snapshot import Snapshot
from truant.detection.inventory import Inventory
from truant.detection.network_changes import network_changes
from truant.detection.place import Placement, Subject, Surroundings, place_of
from truant.detection.routes import ways_of
from truant.detection.trust import Trust
from truant.detection.view import View
from truant.detection.ways import Ways
from truant.model.api_call import decode_call
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.event_time import iso
from truant.model.fact import Fact
from truant.model.network import Origin, Via

Json = dict[str, Any]

OURS, HUB, STRANGER = "111111111111", "222222222222", "999999999999"
REGION = "eu-west-1"
NOON = 1_780_000_000  # any time; what counts is before and after
HOUR, DAY = 3600, 86_400

_TARGET = {
    "igw": "GatewayId",
    "vgw": "GatewayId",
    "vpce": "GatewayId",
    "local": "GatewayId",
    "nat": "NatGatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eni": "NetworkInterfaceId",
    "i": "InstanceId",
    "eigw": "EgressOnlyInternetGatewayId",
    "cagw": "CarrierGatewayId",
    "lgw": "LocalGatewayId",
    "arn:aws:networkmanager": "CoreNetworkArn",
}
_LISTS = {
    "describe-instances": "Reservations",
    "describe-network-interfaces": "NetworkInterfaces",
    "describe-addresses": "Addresses",
    "describe-nat-gateways": "NatGateways",
    "describe-vpc-endpoints": "VpcEndpoints",
    "describe-vpcs": "Vpcs",
    "describe-subnets": "Subnets",
    "describe-route-tables": "RouteTables",
    "describe-internet-gateways": "InternetGateways",
    "describe-vpc-peering-connections": "VpcPeeringConnections",
    "describe-transit-gateways": "TransitGateways",
    "describe-transit-gateway-attachments": "TransitGatewayAttachments",
}


class Taken:
    """The inventory of one account and region at one time, to be filled with things."""

    def __init__(self, account: str = OURS, region: str = REGION, at: int = NOON) -> None:
        """Begin with an inventory that lists nothing."""
        self.account, self.region, self.at = account, region, at
        self.documents: dict[str, list[Json]] = {name: [] for name in _LISTS}

    def _put(self, operation: str, thing: Json, more: Mapping[str, object]) -> Json:
        thing |= more
        self.documents[operation].append(thing)
        return thing

    def vpc(self, name: str, *blocks: str, **more: object) -> Json:
        """A VPC with its ranges."""
        four, six = ([b for b in blocks if (":" in b) is v6] for v6 in (False, True))
        thing: Json = {
            "VpcId": name,
            "CidrBlock": (four or [""])[0],
            "CidrBlockAssociationSet": [
                {"CidrBlock": b, "CidrBlockState": {"State": "associated"}} for b in four
            ],
            "Ipv6CidrBlockAssociationSet": [
                {"Ipv6CidrBlock": b, "Ipv6CidrBlockState": {"State": "associated"}} for b in six
            ],
            "OwnerId": self.account,
        }
        return self._put("describe-vpcs", thing, more)

    def subnet(self, name: str, vpc: str, **more: object) -> Json:
        """A subnet; without a table of its own it follows its VPC's main one."""
        thing: Json = {"SubnetId": name, "VpcId": vpc, "OwnerId": self.account}
        return self._put("describe-subnets", thing, more)

    def table(
        self, name: str, vpc: str, routes: Mapping[str, str], *subnets: str, main: bool = False
    ) -> Json:
        """A route table: destinations and targets, the subnets associated, or the VPC's main."""
        associations: list[Json] = [
            {"Main": False, "RouteTableAssociationId": f"rtbassoc-{subnet}", "SubnetId": subnet}
            for subnet in subnets
        ]
        if main:
            associations.append({"Main": True, "RouteTableAssociationId": f"rtbassoc-{vpc}"})
        thing: Json = {
            "RouteTableId": name,
            "VpcId": vpc,
            "OwnerId": self.account,
            "Associations": associations,
            "Routes": [route(destination, target) for destination, target in routes.items()],
        }
        return self._put("describe-route-tables", thing, {})

    def instance(
        self, name: str, *interfaces: Json, launched: object = NOON - 30 * DAY, **more: object
    ) -> Json:
        """A running instance with the interfaces that `interface` made; `launched` in seconds."""
        attached = [{k: v for k, v in one.items() if k != "InterfaceType"} for one in interfaces]
        for number, (one, within) in enumerate(zip(interfaces, attached, strict=True)):
            attachment = {
                "AttachmentId": f"eni-attach-{one['NetworkInterfaceId']}",
                "DeviceIndex": number,
                "AttachTime": iso(int(str(launched))),
            }
            within["Attachment"] = attachment
            one["Attachment"] = attachment | {"InstanceId": name}
        thing: Json = {
            "InstanceId": name,
            "LaunchTime": iso(int(str(launched))),
            "State": {"Name": "running"},
            "NetworkInterfaces": attached,
        }
        thing |= more
        reservation = {"OwnerId": self.account, "Instances": [thing]}
        self.documents["describe-instances"].append(reservation)
        return thing

    def interface(
        self,
        name: str,
        subnet: str,
        vpc: str,
        *private: str,
        assigned: str = "",
        elastic: str = "",
        **more: object,
    ) -> Json:
        """An interface with addresses; the first may have an assigned or elastic public one."""
        four = [address for address in private if ":" not in address]
        listed: list[Json] = [{"PrivateIpAddress": address} for address in four]
        thing: Json = {
            "NetworkInterfaceId": name,
            "SubnetId": subnet,
            "VpcId": vpc,
            "OwnerId": self.account,
            "InterfaceType": "interface",
            "PrivateIpAddress": (four or [""])[0],
            "PrivateIpAddresses": listed,
            "Ipv6Addresses": [{"Ipv6Address": a} for a in private if ":" in a],
        }
        if assigned or elastic:
            public: Json = {"PublicIp": assigned or elastic}
            public["IpOwnerId"] = "amazon" if assigned else self.account
            if elastic:
                public |= {"AllocationId": f"eipalloc-{elastic}"}
                public |= {"AssociationId": f"eipassoc-{elastic}"}
            thing["Association"] = listed[0]["Association"] = public
        if elastic:
            self.address(elastic, NetworkInterfaceId=name)
        return self._put("describe-network-interfaces", thing, more)

    def address(self, public: str, **more: object) -> Json:
        """An elastic address."""
        thing: Json = {
            "PublicIp": public,
            "AllocationId": f"eipalloc-{public}",
            "Domain": "vpc",
        }
        if "NetworkInterfaceId" in more or "InstanceId" in more:
            thing["AssociationId"] = f"eipassoc-{public}"
        return self._put("describe-addresses", thing, more)

    def nat(
        self, name: str, subnet: str, vpc: str, public: Iterable[str], private: str, **more: object
    ) -> Json:
        """A NAT gateway with its public addresses, all on one private one."""
        held = [
            {
                "PublicIp": address,
                "PrivateIp": private,
                "AllocationId": f"eipalloc-{address}",
                "Status": "succeeded",
            }
            for address in public
        ]
        for address in public:
            self.address(address, NetworkInterfaceId=f"eni-{name}")
        thing: Json = {
            "NatGatewayId": name,
            "SubnetId": subnet,
            "VpcId": vpc,
            "State": "available",
            "ConnectivityType": "public",
            "CreateTime": iso(NOON - 300 * DAY),
            "NatGatewayAddresses": held or [{"PrivateIp": private, "Status": "succeeded"}],
        }
        return self._put("describe-nat-gateways", thing, more)

    def endpoint(self, name: str, vpc: str, kind: str = "Interface", **more: object) -> Json:
        """A VPC endpoint."""
        thing: Json = {
            "VpcEndpointId": name,
            "VpcId": vpc,
            "VpcEndpointType": kind,
            "OwnerId": self.account,
            "State": "available",
            "SubnetIds": [],
        }
        return self._put("describe-vpc-endpoints", thing, more)

    def transit(self, name: str, **more: object) -> Json:
        """A transit gateway."""
        thing: Json = {"TransitGatewayId": name, "OwnerId": self.account}
        return self._put("describe-transit-gateways", thing, more)

    def attachment(self, gateway: str, resource: str, owner: str, **more: object) -> Json:
        """Something attached to a transit gateway; a VPC unless said otherwise."""
        thing: Json = {
            "TransitGatewayAttachmentId": f"tgw-attach-{resource}",
            "TransitGatewayId": gateway,
            "TransitGatewayOwnerId": HUB,
            "ResourceType": "vpc",
            "ResourceId": resource,
            "ResourceOwnerId": owner,
            "State": "available",
        }
        return self._put("describe-transit-gateway-attachments", thing, more)

    def peering(self, name: str, *sides: tuple[str, str], **more: object) -> Json:
        """A peering of two VPCs, given as owner and VPC id."""
        ends = [{"OwnerId": o, "VpcId": v, "Region": self.region} for o, v in sides]
        thing: Json = {"VpcPeeringConnectionId": name, "Status": {"Code": "active"}}
        thing |= dict(zip(("RequesterVpcInfo", "AccepterVpcInfo"), ends, strict=True))
        return self._put("describe-vpc-peering-connections", thing, more)

    def facts(self, *without: str) -> set[Fact]:
        """All facts, read back from JSON; those operations left out as if the file were missing."""
        found: set[Fact] = set()
        for operation, things in self.documents.items():
            if operation not in without:
                document = json.loads(json.dumps({_LISTS[operation]: things}))
                source = f"{operation} of {self.account} {self.region}"
                snapshot = Snapshot(self.account, self.region, self.at, source)
                found.update(described(operation, document, snapshot))
        return found


def route(destination: str, target: str, state: str = "active") -> Json:
    """One route as `describe-route-tables` prints it."""
    field = "DestinationCidrBlock"
    if destination.startswith("pl-"):
        field = "DestinationPrefixListId"
    elif ":" in destination:
        field = "DestinationIpv6CidrBlock"
    kind = next(k for k in _TARGET if target == k or target.startswith((f"{k}-", f"{k}:")))
    return {field: destination, _TARGET[kind]: target, "State": state}


def write(
    name: str,
    at: int,
    asked: object = None,
    answered: object = None,
    *,
    account: str = OURS,
    region: str = REGION,
    **more: object,
) -> set[Fact]:
    """The facts of one EC2 write, as they are read from its CloudTrail record."""
    record = {
        "eventTime": iso(at),
        "eventID": f"event-{name}-{at}",
        "eventName": name,
        "eventSource": "ec2.amazonaws.com",
        "awsRegion": region,
        "recipientAccountId": account,
        "requestParameters": asked,
        "responseElements": answered,
        **more,
    }
    return set(network_changes(decode_call(json.dumps(record).encode()), at))


def surroundings(
    *facts: Iterable[Fact], trust: Trust | None = None, accounts: Iterable[str] = ()
) -> Surroundings:
    """Facts compiled, with two published ranges: 52.0.0.0/8 is EC2's, 54.0.0.0/8 a service's."""
    ranges = {
        "syncToken": "1",
        "createDate": "2020-01-01-00-00-00",
        "prefixes": [
            {"service": "EC2", "region": REGION, "ip_prefix": "52.0.0.0/8"},
            {"service": "S3", "region": REGION, "ip_prefix": "54.0.0.0/8"},
        ],
        "ipv6_prefixes": [
            {"service": "EC2", "region": REGION, "ipv6_prefix": "2a05:d000::/24"},
        ],
    }
    history = RangesHistory([parse(json.dumps(ranges).encode(), "ip-ranges.json")])
    told = Inventory(fact for some in facts for fact in some)
    return Surroundings(told, trust or Trust(), history, accounts)


def place(
    around: Surroundings,
    instance: str,
    address: str,
    at: int = NOON,
    *,
    endpoint: str | None = None,
    owner: str | None = None,
) -> Placement:
    """Where an instance of OURS is placed when it shows an address (and endpoint) at a time."""
    origin = Origin(Via.DIRECT, address, endpoint, owner)
    return place_of(origin, Subject(instance, OURS, REGION), at, around)[0]


def ways(at: int, instance: str, *facts: Iterable[Fact]) -> Ways:
    """The ways out of an instance at a time."""
    return ways_of(View(Inventory(fact for some in facts for fact in some), at), instance)
