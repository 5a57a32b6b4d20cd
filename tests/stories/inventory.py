"""An inventory folder as the AWS CLI prints it: VPCs, ways out, endpoints, account by account."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.stories.identifiers import Ids, stamp
from tests.stories.ranges import Json

FILES = {
    "Reservations": "describe-instances",
    "NetworkInterfaces": "describe-network-interfaces",
    "Addresses": "describe-addresses",
    "NatGateways": "describe-nat-gateways",
    "VpcEndpoints": "describe-vpc-endpoints",
    "Vpcs": "describe-vpcs",
    "Subnets": "describe-subnets",
    "RouteTables": "describe-route-tables",
    "InternetGateways": "describe-internet-gateways",
    "VpcPeeringConnections": "describe-vpc-peering-connections",
    "TransitGateways": "describe-transit-gateways",
    "TransitGatewayAttachments": "describe-transit-gateway-attachments",
}
_ROUTE_MEMBERS = {
    "nat": "NatGatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eni": "NetworkInterfaceId",
    "eigw": "EgressOnlyInternetGatewayId",
    "lgw": "LocalGatewayId",
    "cagw": "CarrierGatewayId",
    "arn:aws:networkmanager": "CoreNetworkArn",
}


@dataclass(frozen=True)
class Net:
    """A VPC or a subnet: its id, its network, the VPC it is in, the account that owns it."""

    id: str
    cidr: str
    vpc: str
    owner: str


@dataclass
class Region:
    """One region of one account, as `aws ec2 describe-…` shows it."""

    account: str
    name: str
    ids: Ids
    made: int  # when all of it was created, unless said otherwise
    newer_cli: bool
    items: dict[str, list[Json]] = field(default_factory=lambda: {kind: [] for kind in FILES})

    def at(self, time: int) -> str:
        """A time as the CLI prints it."""
        return stamp(time, self.newer_cli)

    def add(self, kind: str, item: Json) -> Json:
        """One more item of a describe call."""
        self.items[kind].append(item)
        return item

    def forget(self, *ids: str) -> None:
        """Take things out, as if they had been deleted before the describe calls."""
        for kind, items in self.items.items():
            self.items[kind] = [item for item in items if not _is_one_of(item, ids)]

    def find(self, kind: str, member: str, value: str) -> Json:
        """The item whose member has this value."""
        return next(item for item in self.items[kind] if item.get(member) == value)

    def vpc(self, cidr: str, *more: str, v6: str = "", owner: str = "") -> Net:
        """A VPC with one or more networks."""
        vpc = self.ids.resource("vpc")
        sixes: list[Json] = [
            {
                "AssociationId": self.ids.resource("vpc-cidr-assoc"),
                "Ipv6CidrBlock": v6,
                "Ipv6CidrBlockState": {"State": "associated"},
                "NetworkBorderGroup": self.name,
                "Ipv6Pool": "Amazon",
            }
        ] * bool(v6)
        self.add(
            "Vpcs",
            {
                "OwnerId": owner or self.account,
                "InstanceTenancy": "default",
                "Ipv6CidrBlockAssociationSet": sixes,
                "CidrBlockAssociationSet": [
                    {
                        "AssociationId": self.ids.resource("vpc-cidr-assoc"),
                        "CidrBlock": block,
                        "CidrBlockState": {"State": "associated"},
                    }
                    for block in (cidr, *more)
                ],
                "IsDefault": False,
                "Tags": [{"Key": "Name", "Value": "main"}],
                "VpcId": vpc,
                "State": "available",
                "CidrBlock": cidr,
                "DhcpOptionsId": self.ids.resource("dopt"),
            },
        )
        return Net(vpc, cidr, vpc, owner or self.account)

    def subnet(self, vpc: Net, cidr: str, v6: str = "") -> Net:
        """A subnet of a VPC."""
        subnet = self.ids.resource("subnet")
        self.add(
            "Subnets",
            {
                "AvailabilityZoneId": "use1-az1",
                "MapCustomerOwnedIpOnLaunch": False,
                "OwnerId": vpc.owner,
                "AssignIpv6AddressOnCreation": bool(v6),
                "Ipv6CidrBlockAssociationSet": [
                    {
                        "AssociationId": self.ids.resource("subnet-cidr-assoc"),
                        "Ipv6CidrBlock": v6,
                        "Ipv6CidrBlockState": {"State": "associated"},
                    }
                ]
                * bool(v6),
                "Tags": [],
                "SubnetArn": f"arn:aws:ec2:{self.name}:{vpc.owner}:subnet/{subnet}",
                "EnableDns64": False,
                "Ipv6Native": False,
                "SubnetId": subnet,
                "State": "available",
                "VpcId": vpc.id,
                "CidrBlock": cidr,
                "AvailableIpAddressCount": 200,
                "AvailabilityZone": f"{self.name}a",
                "DefaultForAz": False,
                "MapPublicIpOnLaunch": False,
            },
        )
        return Net(subnet, cidr, vpc.id, vpc.owner)

    def routes(
        self, vpc: Net, ways: Mapping[str, str], *subnets: Net, main: bool = False, vgw: str = ""
    ) -> str:
        """A route table for these subnets; `ways` maps destinations to the ids they lead to."""
        table = self.ids.resource("rtb")
        block = next(item["CidrBlock"] for item in self.items["Vpcs"] if item["VpcId"] == vpc.id)
        routes = [_route(str(block), "local"), *(_route(to, by) for to, by in ways.items())]
        associations: list[Json] = [
            {
                "Main": subnet is None,
                "RouteTableAssociationId": self.ids.resource("rtbassoc"),
                "RouteTableId": table,
                **({} if subnet is None else {"SubnetId": subnet.id}),
                "AssociationState": {"State": "associated"},
            }
            for subnet in [*subnets, *([None] if main else [])]
        ]
        self.add(
            "RouteTables",
            {
                "Associations": associations,
                "PropagatingVgws": [{"GatewayId": vgw}] * bool(vgw),
                "RouteTableId": table,
                "Routes": routes,
                "Tags": [],
                "VpcId": vpc.id,
                "OwnerId": vpc.owner,
            },
        )
        return table

    def internet_gateway(self, vpc: Net) -> str:
        """An internet gateway, attached."""
        gateway = self.ids.resource("igw")
        self.add(
            "InternetGateways",
            {
                "Attachments": [{"State": "available", "VpcId": vpc.id}],
                "InternetGatewayId": gateway,
                "OwnerId": vpc.owner,
                "Tags": [],
            },
        )
        return gateway

    def files(self, collected: int | None) -> dict[str, bytes]:
        """The folder of this account and region."""
        folder = f"{self.account}/{self.name}"
        told = {
            f"{folder}/{name}.json": json.dumps({kind: self.items[kind]}, indent=4).encode()
            for kind, name in FILES.items()
        }
        if collected is not None:
            when = {"collectedAt": stamp(collected, newer=False).replace(".000Z", "Z")}
            told[f"{folder}/collected.json"] = json.dumps(when).encode()
        return told


def _is_one_of(item: Json, ids: Iterable[str]) -> bool:
    own = {str(value) for value in item.values() if isinstance(value, str)}
    instances = item.get("Instances")
    if isinstance(instances, list):
        return any(one["InstanceId"] in ids for one in instances)
    firsts = ("AllocationId", "NetworkInterfaceId", "NatGatewayId", "VpcEndpointId", "RouteTableId")
    mine = {str(item[name]) for name in firsts if name in item}
    return bool((mine or own) & set(ids))


def _route(to: str, by: str) -> Json:
    route: Json = {}
    if to.startswith("pl-"):
        route["DestinationPrefixListId"] = to
    elif ":" in to:
        route["DestinationIpv6CidrBlock"] = to
    else:
        route["DestinationCidrBlock"] = to
    member = next((name for kind, name in _ROUTE_MEMBERS.items() if by.startswith(kind)), "")
    eni, _, instance = by.partition("/") if by.startswith("eni") else (by, "", "")
    route[member or "GatewayId"] = eni if instance else by
    if instance:
        route["InstanceId"], _, route["InstanceOwnerId"] = instance.partition("@")
    route["Origin"] = "CreateRouteTable" if by == "local" else "CreateRoute"
    route["State"] = "active"
    return route
