"""Configuration items: what they tell is what EC2's describe operations would have told."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from tests.connectors.config_history import item, items, small
from tests.inventories import DAY, HOUR, HUB, NOON, OURS, REGION, Taken, ways
from truant.connectors.aws_config_items import KINDS, decode, facts_of, left_tables, listed
from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.model.fact import Fact

Json = dict[str, Any]
VPC = "vpc-1"


def estate(at: int = NOON) -> Taken:
    """A private instance behind a NAT gateway, one with an elastic address, and more."""
    taken = Taken(at=at)
    taken.vpc(VPC, "10.0.0.0/16")
    taken.subnet("subnet-a", VPC, CidrBlock="10.0.1.0/24")
    taken.subnet("subnet-p", VPC, CidrBlock="10.0.2.0/24")
    taken.table("rtb-a", VPC, {"0.0.0.0/0": "nat-1", "10.0.0.0/16": "local"}, "subnet-a")
    taken.table("rtb-p", VPC, {"0.0.0.0/0": "igw-1"}, "subnet-p", main=True)
    taken.instance("i-a", taken.interface("eni-a", "subnet-a", VPC, "10.0.1.5"))
    elastic = taken.interface("eni-p", "subnet-p", VPC, "10.0.2.5", elastic="198.51.100.7")
    taken.instance("i-p", elastic)
    taken.nat("nat-1", "subnet-p", VPC, ["198.51.100.9"], "10.0.2.9")
    taken.endpoint("vpce-1", VPC, "Gateway", RouteTableIds=["rtb-a"])
    taken.peering("pcx-1", (OURS, VPC), (HUB, "vpc-9"))
    return taken


def told(found: list[Json]) -> set[Fact]:
    return {fact for one in found if (known := decode(one)) for fact in facts_of(known)}


def without_source(facts: set[Fact]) -> set[Fact]:
    kept = {structs.replace(fact, source="") for fact in facts}
    return {fact for fact in kept if "/" not in fact.entity or not fact.entity[:12].isdigit()}


def test_items_tell_what_describe_tells() -> None:
    taken = estate()
    described = without_source(taken.facts())
    found = without_source(told(items(taken.documents)))
    assert found <= described
    unheard = {(fact.attribute, fact.values) for fact in described - found}
    assert all(not values for _, values in unheard), "only 'none' is left unsaid"


def test_ways_out_follow_from_items_alone() -> None:
    facts = told(items(estate().documents))
    for instance in ("i-a", "i-p"):
        assert ways(NOON, instance, facts) == ways(NOON, instance, estate().facts())
    assert "198.51.100.9" in ways(NOON, "i-a", facts).out


def test_states_stand_in_three_forms() -> None:
    gateway = estate().documents["describe-nat-gateways"][0]
    for state in ("deleted", {"value": "deleted"}, {"name": "deleted"}):
        found = told([item("AWS::EC2::NatGateway", "nat-1", small(gateway) | {"state": state})])
        assert Inventory(found).ended("nat-1") == NOON
    (peering,) = estate().documents["describe-vpc-peering-connections"]
    for status in ("active", {"code": "active"}):
        configuration = small(peering) | {"status": status}
        found = told([item("AWS::EC2::VPCPeeringConnection", "pcx-1", configuration)])
        assert Inventory(found).ever("pcx-1", "vpc") == {f"{REGION}/{VPC}", f"{REGION}/vpc-9"}


def test_the_api_writes_the_configuration_as_text() -> None:
    found = item("AWS::EC2::EIP", "eipalloc-1", json.dumps({"publicIp": "198.51.100.7"}))
    found["accountId"] = found.pop("awsAccountId")
    assert Inventory(told([found])).ever("198.51.100.7", "owner") == {OURS}


def test_transit_gateways_and_attachments_come_in_cloudformations_form() -> None:
    found = told(
        [
            item("AWS::EC2::TransitGateway", "tgw-1", {"Id": "tgw-1"}),
            item(
                "AWS::EC2::TransitGatewayAttachment",
                "tgw-attach-1",
                {"Id": "tgw-attach-1", "TransitGatewayId": "tgw-1", "VpcId": VPC},
            ),
        ]
    )
    inventory = Inventory(found)
    assert inventory.attached_to == {"tgw-1": {f"{REGION}/{VPC}"}}
    assert View(inventory, NOON).value("tgw-1", "account") == OURS


def test_an_address_that_moves_is_held_by_each_in_its_time() -> None:
    kind, name = "AWS::EC2::EIP", "eipalloc-198.51.100.7"
    held = {"publicIp": "198.51.100.7", "allocationId": name}
    moves = [
        item(kind, name, held | {"networkInterfaceId": "eni-a"}, NOON - 2 * DAY),
        item(kind, name, held, NOON - DAY),
        item(kind, name, held | {"networkInterfaceId": "eni-p"}, NOON),
        item(kind, name, None, NOON + DAY, "ResourceDeleted"),
    ]
    inventory = Inventory(told(moves))
    times = (NOON - 2 * DAY, NOON - DAY - 1, NOON, NOON + DAY)
    holders = [View(inventory, at).value("198.51.100.7", "holder") for at in times]
    assert holders == ["eni-a", "eni-a", "eni-p", None]
    assert View(inventory, NOON + DAY).value("198.51.100.7", "owner") is None


@pytest.mark.parametrize(
    ("kind", "name", "entity"),
    [
        ("AWS::EC2::Instance", "i-1", "i-1"),
        ("AWS::EC2::NatGateway", "nat-1", "nat-1"),
        ("AWS::EC2::VPC", "vpc-1", f"{REGION}/vpc-1"),
        ("AWS::EC2::NetworkInterface", "eni-1", "eni-1"),
    ],
)
@pytest.mark.parametrize("status", ["ResourceDeleted", "ResourceDeletedNotRecorded"])
def test_what_is_deleted_has_ended(kind: str, name: str, entity: str, status: str) -> None:
    found = told([item(kind, name, None, NOON, status)])
    assert Inventory(found).ended(entity) == NOON


def test_what_is_not_recorded_tells_nothing() -> None:
    assert told([item("AWS::EC2::VPC", VPC, {"vpcId": VPC}, status="ResourceNotRecorded")]) == set()


def test_prefixes_that_config_does_not_record_are_not_told_to_be_none() -> None:
    (interface, _) = estate().documents["describe-network-interfaces"]
    found = told([item("AWS::EC2::NetworkInterface", "eni-a", small(interface))])
    assert not Inventory(found).has("eni-a", "prefix")
    assert Inventory(found).has("eni-a", "address")


def test_a_route_whose_target_config_does_not_record_leaves_the_ways_unknown() -> None:
    taken = estate()
    taken.documents["describe-route-tables"][0]["Routes"][0].pop("NatGatewayId")
    assert not ways(NOON, "i-a", told(items(taken.documents))).known


def test_a_subnet_that_leaves_its_table_follows_the_main_one() -> None:
    tables = estate().documents["describe-route-tables"]
    before = [
        item("AWS::EC2::RouteTable", one["RouteTableId"], small(one), NOON - DAY) for one in tables
    ]
    later = small(tables[0] | {"Associations": []})
    after = item("AWS::EC2::RouteTable", "rtb-a", later, NOON)
    known = [one for raw in (*before, after) if (one := decode(raw))]
    facts = told(items(estate(NOON - DAY).documents, NOON - DAY)) | told([after])
    facts |= set(left_tables(known))
    assert "198.51.100.9" in ways(NOON - HOUR, "i-a", facts).out
    assert ways(NOON + HOUR, "i-a", facts).out == {}


def test_a_snapshot_lists_the_types_that_occur_in_it() -> None:
    known = [one for raw in items(estate().documents) if (one := decode(raw))]
    inventory = Inventory(set(listed(known, NOON + HOUR)))
    assert inventory.covers(OURS, REGION, "instances")
    assert inventory.covers(OURS, REGION, "endpoints")
    assert not inventory.covers(OURS, REGION, "attachments"), "it may not be recorded"
    assert inventory.listed("instances") == {"i-a", "i-p"}
    assert inventory.listed("addresses") == {"198.51.100.7", "198.51.100.9"}


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(st.sampled_from(sorted(KINDS)), ANY, ANY, st.sampled_from(["OK", "ResourceDeleted", ""]))
def test_odd_items_raise_nothing(
    kind: str, configuration: object, odd: object, status: str
) -> None:
    told([item(kind, "x-1", configuration, status=status)])
    assert decode(odd) is None
    told([item(kind, "x-1", {"associations": odd, "state": odd, "privateIpAddresses": odd})])


def test_depth_is_bounded() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert told([item("AWS::EC2::VPC", VPC, {"vpcId": VPC, "cidrBlockAssociationSet": deep})])
    assert told([item("AWS::EC2::VPC", VPC, "[" * 100_000)]) == set()
