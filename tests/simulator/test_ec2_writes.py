"""Records of EC2 writes have the shapes that CloudTrail gives them, and tell the truth."""

import json
import re
from typing import Any

from tests.simulator.opened import described, recorded, simulated

SEED = 11
Json = dict[str, Any]


def writes(name: str, action: str) -> list[Json]:
    return [r for r in recorded(SEED, name) if r["eventName"] == action]


def test_run_instances_tells_all_but_the_public_address() -> None:
    launched = writes("T14", "RunInstances")
    assert launched
    for record in launched:
        (one,) = record["responseElements"]["instancesSet"]["items"]
        assert one["networkInterfaceSet"]["items"][0]["privateIpAddress"] == one["privateIpAddress"]
        assert isinstance(one["launchTime"], int)
        assert "publicIp" not in json.dumps(one)
        assert record["sourceIPAddress"] == "autoscaling.amazonaws.com"
    ended = {
        item["instanceId"]
        for record in writes("T14", "TerminateInstances")
        for item in record["responseElements"]["instancesSet"]["items"]
    }
    assert ended == {
        r["responseElements"]["instancesSet"]["items"][0]["instanceId"] for r in launched
    }


def test_nat_gateways_and_endpoints_are_nested() -> None:
    (nat,) = writes("T2-built-today", "CreateNatGateway")
    made = nat["responseElements"]["CreateNatGatewayResponse"]["natGateway"]
    assert nat["requestParameters"]["CreateNatGatewayRequest"]["SubnetId"] == made["subnetId"]
    addresses = {
        r["responseElements"]["allocationId"] for r in writes("T2-built-today", "AllocateAddress")
    }
    assert made["natGatewayAddressSet"]["item"]["allocationId"] in addresses
    (endpoint,) = writes("T2-built-today", "CreateVpcEndpoint")
    told = endpoint["responseElements"]["CreateVpcEndpointResponse"]["vpcEndpoint"]
    assert re.fullmatch(r"vpce-0[0-9a-f]{16}", told["vpcEndpointId"])


def test_the_trail_alone_tells_what_the_inventory_tells() -> None:
    inventory = simulated(SEED, "T2-built-today").inventory
    for action, path, operation, key in (
        ("CreateVpc", ("vpc", "vpcId"), "describe-vpcs", "VpcId"),
        ("CreateSubnet", ("subnet", "subnetId"), "describe-subnets", "SubnetId"),
    ):
        told = set()
        for record in writes("T2-built-today", action):
            value = record["responseElements"]
            for step in path:
                value = value[step]
            told.add(value)
        assert told == {thing[key] for thing in described(inventory, operation)}


def test_moving_an_address_is_recorded() -> None:
    given = writes("T13", "AssociateAddress")
    taken = writes("T13", "DisassociateAddress")
    assert given
    assert taken
    assert all(
        re.fullmatch(r"eipassoc-0[0-9a-f]{16}", r["responseElements"]["associationId"])
        for r in given
    )
