"""What EC2's writes tell of instances, interfaces and addresses; shapes as CloudTrail has them."""

import pytest

from tests.inventories import HOUR, NOON, OURS, REGION, Json, write
from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.model.fact import Fact

VPC = f"{REGION}/vpc-1"


def view(*facts: set[Fact], at: int = NOON + HOUR) -> View:
    return View(Inventory(fact for some in facts for fact in some), at)


def launch(*interfaces: Json, **instance: object) -> set[Fact]:
    made: Json = {
        "instanceId": "i-1",
        "launchTime": NOON * 1000,
        "subnetId": "subnet-1",
        "vpcId": "vpc-1",
        "privateIpAddress": "10.0.0.5",
        "iamInstanceProfile": {"arn": "arn:aws:iam::111111111111:instance-profile/x", "id": "AIPA"},
    }
    if interfaces:
        made["networkInterfaceSet"] = {"items": list(interfaces)}
    return write("RunInstances", NOON, {}, {"instancesSet": {"items": [made | instance]}})


def test_a_launch_with_several_interfaces() -> None:
    one = {
        "networkInterfaceId": "eni-1",
        "subnetId": "subnet-1",
        "vpcId": "vpc-1",
        "privateIpAddress": "10.0.0.5",
        "privateIpAddressesSet": {
            "item": [{"privateIpAddress": "10.0.0.5"}, {"privateIpAddress": "10.0.0.6"}]
        },
        "ipv6AddressesSet": {"items": [{"ipv6Address": "2A05:D018:0::5"}]},
        "attachment": {"attachmentId": "attach-1"},
    }
    two: Json = {"networkInterfaceId": "eni-2", "subnetId": "subnet-2", "vpcId": "vpc-1"}
    two |= {
        "privateIpAddress": "10.0.1.5",
        "ipv4PrefixSet": {"items": [{"ipv4Prefix": "10.0.1.16/28"}]},
    }
    found = view(launch(one, two)).interfaces("i-1")
    assert [(i.name, i.vpc, i.subnet, i.addresses, i.prefixes) for i in found] == [
        ("eni-1", VPC, "subnet-1", ("10.0.0.5", "10.0.0.6", "2a05:d018::5"), ()),
        ("eni-2", VPC, "subnet-2", ("10.0.1.5",), ("10.0.1.16/28",)),
    ]
    assert not view(launch(one), at=NOON - 1).interfaces("i-1")


def test_a_record_without_interfaces_tells_the_primary_one() -> None:
    (found,) = view(launch()).interfaces("i-1")
    assert (found.vpc, found.subnet, found.addresses) == (VPC, "subnet-1", ("10.0.0.5",))


def test_an_interface_that_names_no_subnet_has_the_instances() -> None:
    (found,) = view(launch({"networkInterfaceId": "eni-1"})).interfaces("i-1")
    assert (found.vpc, found.subnet) == (VPC, "subnet-1")


def test_many_instances_at_once_keep_apart() -> None:
    items = [
        {"instanceId": f"i-{n}", "privateIpAddress": f"10.0.0.{n}", "vpcId": "vpc-1"}
        for n in (5, 6)
    ]
    facts = write("RunInstances", NOON, {}, {"instancesSet": {"items": items}})
    assert [i.addresses for i in view(facts).interfaces("i-6")] == [("10.0.0.6",)]


@pytest.mark.parametrize("launched", [NOON * 1000, NOON * 1000.0, "May 28, 2026 8:26:40 PM", None])
def test_launch_times_in_each_form(launched: object) -> None:
    assert Inventory(launch(launchTime=launched)).launched("i-1") == NOON


def test_an_instance_ends_when_the_trail_says_so_and_may_speak_while_it_shuts_down() -> None:
    items = {"instancesSet": {"items": [{"instanceId": "i-1"}]}}
    facts = launch() | write("TerminateInstances", NOON + 60, items, items)
    assert Inventory(facts).ended("i-1") == NOON + 60
    assert view(facts, at=NOON + 61).interfaces("i-1")
    assert not view(facts, at=NOON + 60 + 600).interfaces("i-1")


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        (  # as the older operations stand in the trail
            {"networkInterfaceId": "eni-1", "secondaryPrivateIpAddressCount": 1},
            {"assignedPrivateIpAddressesSet": {"items": [{"privateIpAddress": "10.0.0.9"}]}},
        ),
        (
            {
                "networkInterfaceId": "eni-1",
                "privateIpAddressesSet": {"items": [{"privateIpAddress": "10.0.0.9"}]},
            },
            {"_return": True},
        ),
        (  # as the newer ones do
            {"AssignXRequest": {"PrivateIpAddress": {"content": "10.0.0.9", "tag": 1}}},
            {"AssignXResponse": {"networkInterfaceId": "eni-1"}},
        ),
        (
            {"networkInterfaceId": "eni-1"},
            {"assignedPrivateIpAddressesSet": {"someSetType": [{"privateIpAddress": "10.0.0.9"}]}},
        ),
    ],
)
def test_assigned_and_unassigned_addresses(asked: Json, answered: Json) -> None:
    own = {"networkInterfaceId": "eni-1", "privateIpAddress": "10.0.0.5", "vpcId": "vpc-1"}
    facts = launch(own) | write("AssignPrivateIpAddresses", NOON + 10, asked, answered)
    assert "10.0.0.9" in view(facts, at=NOON + 10).interface("eni-1").addresses
    assert "10.0.0.9" not in view(facts, at=NOON + 9).interface("eni-1").addresses
    facts |= write(
        "UnassignPrivateIpAddresses",
        NOON + 20,
        {"networkInterfaceId": "eni-1", "privateIpAddressesSet": {"items": ["10.0.0.9"]}},
    )
    assert view(facts, at=NOON + 20).interface("eni-1").addresses == ("10.0.0.5",)


@pytest.mark.parametrize(
    "answered",
    [
        {"assignedIpv6Addresses": {"item": "2a05:d018::9"}},
        {"assignedIpv6Addresses": {"item": ["2a05:d018::9", "2a05:d018::a"]}},
        {"assignedIpv6Addresses": ["2a05:d018::9"]},
        {"AssignIpv6AddressesResponse": {"assignedIpv6Addresses": {"item": "2a05:d018::9"}}},
    ],
)
def test_assigned_ipv6_addresses(answered: Json) -> None:
    asked = {"AssignIpv6AddressesRequest": {"NetworkInterfaceId": "eni-1", "Ipv6AddressCount": 1}}
    facts = write("AssignIpv6Addresses", NOON, asked, answered)
    assert "2a05:d018::9" in view(facts).interface("eni-1").addresses


def test_delegated_prefixes_of_both_kinds() -> None:
    asked = {"networkInterfaceId": "eni-1", "ipv4PrefixCount": 1}
    facts = write(
        "AssignPrivateIpAddresses",
        NOON,
        asked,
        {"assignedIpv4PrefixSet": {"items": [{"ipv4Prefix": "10.0.0.16/28"}]}},
    )
    facts |= write(
        "AssignIpv6Addresses",
        NOON,
        {"AssignIpv6AddressesRequest": {"NetworkInterfaceId": "eni-1"}},
        {"AssignIpv6AddressesResponse": {"assignedIpv6PrefixSet": {"item": "2a05:d018:1::/80"}}},
    )
    assert view(facts).interface("eni-1").prefixes == ("10.0.0.16/28", "2a05:d018:1::/80")
    gone = {"networkInterfaceId": "eni-1", "ipv4PrefixSet": {"items": ["10.0.0.16/28"]}}
    facts |= write("UnassignPrivateIpAddresses", NOON + 5, gone)
    assert view(facts, at=NOON + 5).interface("eni-1").prefixes == ("2a05:d018:1::/80",)


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ({"publicIp": "52.0.0.9", "instanceId": "i-1"}, {"_return": True}),
        ({"allocationId": "eip-9", "networkInterfaceId": "i-1"}, {"associationId": "assoc-9"}),
    ],
)
def test_an_association_names_the_address_in_either_way(asked: Json, answered: Json) -> None:
    made = {"publicIp": "52.0.0.9", "allocationId": "eip-9", "domain": "vpc"}
    facts = write("AllocateAddress", NOON, {"domain": "vpc"}, made)
    facts |= write("AssociateAddress", NOON + 5, asked, answered)
    now = view(facts)
    assert (now.holder("52.0.0.9"), now.owner("52.0.0.9")) == ("i-1", OURS)
    assert now.public_of("i-1") == ["52.0.0.9"]


def test_before_an_association_the_address_was_the_accounts_and_its_holder_unknown() -> None:
    facts = write("AssociateAddress", NOON, {"publicIp": "52.0.0.9", "instanceId": "i-1"})
    before = view(facts, at=NOON - 1)
    assert (before.owner("52.0.0.9"), before.holder("52.0.0.9")) == (OURS, None)
    assert not before.knows("52.0.0.9", "holder")


def test_an_association_of_a_second_private_address_leaves_the_assigned_one() -> None:
    asked = {"publicIp": "52.0.0.9", "instanceId": "i-1", "privateIpAddress": "10.0.0.6"}
    told = write("AssociateAddress", NOON, asked)
    assert not [fact for fact in told if fact.attribute == "auto-public"]


def test_a_detachment_is_known_by_its_attachment() -> None:
    own = {"networkInterfaceId": "eni-1", "attachment": {"attachmentId": "attach-1"}}
    facts = launch(own) | write("DetachNetworkInterface", NOON + 9, {"attachmentId": "attach-1"})
    assert view(facts, at=NOON + 8).instance_of("eni-1") == "i-1"
    assert view(facts, at=NOON + 9).instance_of("eni-1") is None
