"""AWS Config as tests see it: items and files as Config writes them, made from describe output."""

import gzip
import json
from pathlib import Path
from typing import Any

from tests.inventories import NOON, OURS, REGION
from truant.model.event_time import iso

Json = dict[str, Any]

# Type, list of the describe operation, and the member that names the resource.
TYPES = {
    "AWS::EC2::NetworkInterface": ("describe-network-interfaces", "NetworkInterfaceId"),
    "AWS::EC2::EIP": ("describe-addresses", "AllocationId"),
    "AWS::EC2::NatGateway": ("describe-nat-gateways", "NatGatewayId"),
    "AWS::EC2::VPCEndpoint": ("describe-vpc-endpoints", "VpcEndpointId"),
    "AWS::EC2::VPC": ("describe-vpcs", "VpcId"),
    "AWS::EC2::Subnet": ("describe-subnets", "SubnetId"),
    "AWS::EC2::RouteTable": ("describe-route-tables", "RouteTableId"),
    "AWS::EC2::InternetGateway": ("describe-internet-gateways", "InternetGatewayId"),
    "AWS::EC2::VPCPeeringConnection": (
        "describe-vpc-peering-connections",
        "VpcPeeringConnectionId",
    ),
}


def small(value: Any) -> Any:  # noqa: ANN401
    """Members with a small first letter, as Config writes EC2's."""
    if isinstance(value, dict):
        return {name[:1].lower() + name[1:]: small(one) for name, one in value.items()}
    return [small(one) for one in value] if isinstance(value, list) else value


def item(
    kind: str, name: str, configuration: object, at: int = NOON, status: str = "OK", **more: object
) -> Json:
    """A configuration item as it stands in files."""
    return {
        "configurationItemVersion": "1.3",
        "configurationItemCaptureTime": iso(at),
        "configurationStateId": at * 1000,
        "awsAccountId": OURS,
        "configurationItemStatus": status,
        "resourceType": kind,
        "resourceId": name,
        "awsRegion": REGION,
        "tags": {},
        "relatedEvents": [],
        "relationships": [],
        "configuration": configuration,
        "supplementaryConfiguration": {},
    } | more


def items(documents: dict[str, list[Json]], at: int = NOON) -> list[Json]:
    """Items for everything that describe operations list."""
    found = [
        item("AWS::EC2::Instance", one["InstanceId"], small(one), at)
        for reservation in documents["describe-instances"]
        for one in reservation["Instances"]
    ]
    for kind, (operation, member) in TYPES.items():
        found += [item(kind, one[member], small(one), at) for one in documents[operation]]
    return found


def put(folder: Path, name: str, found: list[Json]) -> Path:
    """A file as Config delivers it: `name` is `ConfigSnapshot_<time>_<id>` or of a history."""
    kind = name.partition("_")[0]
    place = folder / "AWSLogs" / OURS / "Config" / REGION / "2026/5/28" / kind
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{OURS}_Config_{REGION}_{name}.json.gz"
    document = {"fileVersion": "1.0", "configurationItems": found}
    path.write_bytes(gzip.compress(json.dumps(document).encode()))
    return path
