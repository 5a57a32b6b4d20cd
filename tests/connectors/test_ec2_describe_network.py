"""Gateways, endpoints, VPCs, routes: states and members that EC2 prints or leaves out."""

import pytest

from tests.inventories import DAY, HOUR, HUB, NOON, OURS, Json, Taken, route
from truant.connectors.ec2_describe import described
from truant.connectors.ec2_snapshot import Snapshot
from truant.detection.inventory import Inventory
from truant.detection.route_tables import routes, table_of
from truant.detection.view import View
from truant.model.event_time import iso

VPC = "eu-west-1/vpc-1"


def view(*taken: Taken, at: int = NOON) -> View:
    return View(Inventory(fact for one in taken for fact in one.facts()), at)


def test_a_gateway_with_no_type_is_public() -> None:
    taken = Taken()
    taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1"], "10.0.0.9", ConnectivityType=None)
    assert Inventory(taken.facts()).always("nat-1", "connectivity") == "public"


def test_an_address_that_a_gateway_failed_to_get_is_not_its_own() -> None:
    taken = Taken()
    gateway = taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1", "52.0.0.2"], "10.0.0.9")
    taken.documents["describe-addresses"].clear()
    gateway["NatGatewayAddresses"][1]["Status"] = "failed"
    assert view(taken).public_of("nat-1") == ["52.0.0.1"]


@pytest.mark.parametrize("state", ["deleted", "deleting"])
def test_a_deleted_gateway_held_its_addresses_until_its_end(state: str) -> None:
    taken = Taken()
    end = {"State": state, "DeleteTime": iso(NOON - HOUR), "CreateTime": iso(NOON - DAY)}
    taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1"], "10.0.0.9", **end)
    taken.documents["describe-addresses"].clear()
    held = [view(taken, at=NOON - n).holder("52.0.0.1") for n in (DAY + 1, DAY, HOUR + 1, HOUR)]
    assert held == [None, "nat-1", "nat-1", None]
    assert view(taken).owner("52.0.0.1") is None  # nothing lists it any more
    assert view(taken).is_gone("nat-1")


def test_a_gateway_that_failed_never_held_anything() -> None:
    taken = Taken()
    taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1"], "10.0.0.9", State="failed")
    taken.documents["describe-addresses"].clear()
    assert view(taken, at=NOON - HOUR).holder("52.0.0.1") is None


@pytest.mark.parametrize("state", ["deleted", "Deleting"])
def test_a_deleted_endpoint(state: str) -> None:
    taken = Taken()
    taken.endpoint("vpce-1", "vpc-1", State=state)
    assert view(taken, at=NOON - 1).endpoint("vpce-1") is not None
    assert view(taken).endpoint("vpce-1") is None


def test_an_endpoint_without_a_type_is_of_the_oldest_kind() -> None:
    taken = Taken()
    taken.endpoint("vpce-1", "vpc-1", "")
    found = view(taken).endpoint("vpce-1")
    assert found is not None
    assert found.is_gateway


def test_an_endpoint_in_a_shared_subnet_is_its_owners() -> None:
    taken = Taken()
    taken.endpoint("vpce-1", "vpc-h", OwnerId=HUB)
    found = view(taken).endpoint("vpce-1")
    assert found is not None
    assert (found.account, found.vpc) == (HUB, "eu-west-1/vpc-h")


def test_all_ranges_of_a_vpc_but_not_those_that_are_gone() -> None:
    taken = Taken()
    vpc = taken.vpc("vpc-1", "10.0.0.0/16", "100.64.0.0/16", "30.1.0.0/16", "2a05:d018:1::/56")
    vpc["CidrBlockAssociationSet"][1]["CidrBlockState"]["State"] = "disassociated"
    vpc["CidrBlockAssociationSet"][2]["CidrBlockState"] = None
    assert set(view(taken).values(VPC, "cidr")) == {
        "10.0.0.0/16",
        "30.1.0.0/16",
        "2a05:d018:1::/56",
    }


def test_a_shared_vpc_and_subnet_are_their_owners() -> None:
    taken = Taken()
    taken.vpc("vpc-h", "10.9.0.0/16", OwnerId=HUB)
    taken.subnet("subnet-h", "vpc-h", OwnerId=HUB)
    inventory = Inventory(taken.facts())
    assert inventory.always("eu-west-1/vpc-h", "account") == HUB
    assert inventory.always("subnet-h", "account") == HUB


def table_with(*associations: Json) -> Taken:
    taken = Taken()
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.0.0.0/16": "local"})["Associations"] = list(associations)
    return taken


@pytest.mark.parametrize(
    "associations",
    [
        [],
        [{"Main": False, "GatewayId": "igw-1", "RouteTableAssociationId": "a"}],
        [{"Main": False, "SubnetId": "subnet-1", "AssociationState": {"State": "disassociated"}}],
        [{"Main": False, "SubnetId": None}],
    ],
)
def test_associations_that_make_no_subnets_table(associations: list[Json]) -> None:
    assert table_of(view(table_with(*associations)), "subnet-1") is None


def test_an_association_without_an_id_counts_all_the_same() -> None:
    taken = table_with({"Main": False, "SubnetId": "subnet-1"})
    assert table_of(view(taken), "subnet-1") == "rtb-1"


def test_a_subnet_that_lost_its_table_between_two_snapshots_follows_the_main_one() -> None:
    one, two = Taken(at=NOON - DAY), Taken()
    for taken in (one, two):
        taken.subnet("subnet-1", "vpc-1")
        taken.table("rtb-0", "vpc-1", {}, main=True)
    one.table("rtb-1", "vpc-1", {}, "subnet-1")
    two.table("rtb-1", "vpc-1", {})
    assert table_of(view(one, two, at=NOON - 1), "subnet-1") == "rtb-1"
    assert table_of(view(one, two), "subnet-1") == "rtb-0"


def test_routes_of_every_kind() -> None:
    taken = Taken()
    targets = {
        "0.0.0.0/0": "nat-1",
        "10.1.0.0/16": "tgw-1",
        "10.2.0.0/16": "pcx-1",
        "10.3.0.0/16": "eni-1",
        "10.4.0.0/16": "vgw-1",
        "10.5.0.0/16": "lgw-1",
        "10.6.0.0/16": "arn:aws:networkmanager::1:core-network/x",
        "10.7.0.0/16": "vpce-1",
        "10.8.0.0/16": "cagw-1",
        "::/0": "eigw-1",
        "pl-6da54004": "vpce-2",
    }
    taken.table("rtb-1", "vpc-1", {"10.0.0.0/16": "local", **targets})
    assert dict(routes(view(taken), "rtb-1")) == targets


def test_a_route_to_an_instance_names_its_interface_too() -> None:
    taken = Taken()
    table = taken.table("rtb-1", "vpc-1", {})
    both = {"InstanceId": "i-1", "InstanceOwnerId": OURS, "NetworkInterfaceId": "eni-1"}
    table["Routes"] = [{"DestinationCidrBlock": "0.0.0.0/0", "State": "active", **both}]
    assert dict(routes(view(taken), "rtb-1")) == {"0.0.0.0/0": "eni-1"}


def test_a_route_whose_target_this_version_does_not_know_is_there_and_leads_somewhere() -> None:
    taken = Taken()
    table = taken.table("rtb-1", "vpc-1", {})
    table["Routes"] = [{"DestinationCidrBlock": "0.0.0.0/0", "OdbNetworkArn": "arn:aws:odb:x"}]
    assert dict(routes(view(taken), "rtb-1")) == {"0.0.0.0/0": None}


def test_a_route_that_was_a_black_hole_in_the_later_snapshot_only() -> None:
    one, two = Taken(at=NOON - DAY), Taken()
    one.table("rtb-1", "vpc-1", {"0.0.0.0/0": "nat-1"})
    two.table("rtb-1", "vpc-1", {})["Routes"] = [route("0.0.0.0/0", "nat-1", "blackhole")]
    for taken in (one, two):
        deleted = {"State": "deleted", "DeleteTime": iso(NOON - HOUR)} if taken is two else {}
        taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.0.9", **deleted)
    found = [dict(routes(view(one, two, at=NOON - n), "rtb-1")) for n in (HOUR + 1, HOUR, 0)]
    assert found == [{"0.0.0.0/0": "nat-1"}, {}, {}]


def test_peerings_that_are_not_active_lead_nowhere() -> None:
    for state in ("pending-acceptance", "expired", "rejected", "deleted", "failed"):
        taken = Taken()
        taken.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-9"), Status={"Code": state})
        assert view(taken).values("pcx-1", "vpc") == []
    taken = Taken()
    taken.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-9"), Status=None)
    assert len(view(taken).values("pcx-1", "vpc")) == 2


def test_a_peering_that_was_deleted_between_two_snapshots() -> None:
    one, two = Taken(at=NOON - DAY), Taken()
    one.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-9"))
    two.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-9"), Status={"Code": "deleted"})
    assert view(one, two, at=NOON - 1).values("pcx-1", "vpc")
    assert not view(one, two).values("pcx-1", "vpc")


def test_attachments_by_kind_and_state() -> None:
    taken = Taken()
    taken.attachment("tgw-1", "vpc-1", OURS, CreationTime=iso(NOON - DAY))
    taken.attachment("tgw-1", "vpn-1", HUB, ResourceType="vpn")
    taken.attachment("tgw-1", "vpc-9", HUB, State="pendingAcceptance")
    now = view(taken)
    assert now.values("tgw-attach-vpc-1", "vpc") == [VPC]
    assert now.inventory.always("tgw-attach-vpn-1", "kind") == "vpn"
    assert now.values("tgw-attach-vpc-9", "vpc") == []
    assert now.inventory.always("tgw-1", "account") == HUB  # told by its attachments too
    assert view(taken, at=NOON - DAY - 1).values("tgw-attach-vpc-1", "transit-gateway") == []


def test_the_organizations_accounts() -> None:
    listed = {"Accounts": [{"Id": OURS, "Status": "ACTIVE"}, {"Id": HUB}, {"Name": "nameless"}]}
    facts = described("list-accounts", listed, Snapshot(OURS, "", NOON, "list-accounts"))
    assert Inventory(facts).organization == {OURS, HUB}
