"""Ways out by transit gateways and peering: proved, unproved, and unknown."""

import pytest

from tests.inventories import DAY, HUB, NOON, OURS, STRANGER, Taken, ways, write
from truant.model.event_time import iso


def spoke(route: str = "0.0.0.0/0", target: str = "tgw-1") -> Taken:
    taken = Taken()
    taken.vpc("vpc-1", "10.1.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.1.0.0/16": "local", route: target}, "subnet-1")
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.1.0.5"))
    taken.attachment("tgw-1", "vpc-1", OURS)
    return taken


def hub(back: str | None = "10.0.0.0/8", out: str = "igw-h") -> Taken:
    """An egress VPC: a NAT gateway in a subnet that leads out, and back to the spokes."""
    taken = Taken(HUB)
    taken.vpc("vpc-h", "10.200.0.0/16")
    taken.subnet("subnet-h", "vpc-h")
    routes = {"10.200.0.0/16": "local", "0.0.0.0/0": out} | ({back: "tgw-1"} if back else {})
    taken.table("rtb-h", "vpc-h", routes, "subnet-h")
    taken.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.1"], "10.200.0.9")
    taken.transit("tgw-1")
    taken.attachment("tgw-1", "vpc-1", OURS)
    taken.attachment("tgw-1", "vpc-h", HUB)
    return taken


def test_a_hub_that_is_attached_leads_out_and_back_is_home() -> None:
    found = ways(NOON, "i-1", spoke().facts(), hub().facts())
    assert set(found.out) == {"52.0.0.1"}
    assert "10.200.0.9" in found.private_out  # at a gateway endpoint of the hub
    assert found.known
    assert "eu-west-1/vpc-h" in found.vpcs


@pytest.mark.parametrize(
    ("back", "out"),
    [(None, "igw-h"), ("192.168.0.0/16", "igw-h"), ("10.1.0.0/24", "vgw-h")],
    ids=["no way back", "back to others", "no internet gateway"],
)
def test_a_hub_that_is_not_proved_is_only_likely(back: str | None, out: str) -> None:
    found = ways(NOON, "i-1", spoke().facts(), hub(back, out).facts())
    assert (set(found.unproven), found.out) == ({"52.0.0.1"}, {})


def test_the_way_back_is_asked_for_the_instance_and_not_for_its_vpcs_first_range() -> None:
    """Pods of a secondary range are not routed in the hub, unlike the VPC's first range."""
    taken = spoke()
    taken.documents["describe-vpcs"].clear()
    taken.vpc("vpc-1", "10.1.0.0/16", "100.64.0.0/16")
    far = taken.interface("eni-2", "subnet-1", "vpc-1", "100.64.0.5")
    taken.instance("i-2", far)
    assert set(ways(NOON, "i-2", taken.facts(), hub().facts()).unproven) == {"52.0.0.1"}


def test_behind_a_private_gateway_its_address_is_what_the_hub_answers() -> None:
    taken = spoke(target="nat-p")
    taken.subnet("subnet-p", "vpc-1")
    taken.table("rtb-p", "vpc-1", {"0.0.0.0/0": "tgw-1"}, "subnet-p")
    taken.nat("nat-p", "subnet-p", "vpc-1", [], "10.1.9.9", ConnectivityType="private")
    found = ways(NOON, "i-1", taken.facts(), hub("10.1.9.0/24").facts())
    assert set(found.out) == {"52.0.0.1"}


def test_a_way_back_by_a_prefix_list_counts() -> None:
    """No operation of an inventory lists what a customer's prefix list holds."""
    assert ways(NOON, "i-1", spoke().facts(), hub("pl-spokes").facts()).out


def test_a_hub_behind_a_firewall_in_its_own_vpc() -> None:
    """The NAT gateway's subnet leads out, and back, by a firewall's endpoints."""
    taken = hub(None, "vpce-fw")
    taken.documents["describe-route-tables"][0]["Routes"].append(
        {"DestinationCidrBlock": "10.0.0.0/8", "GatewayId": "vpce-fw", "State": "active"}
    )
    taken.subnet("subnet-fw", "vpc-h")
    routes = {"0.0.0.0/0": "igw-h", "10.0.0.0/8": "tgw-1"}
    taken.table("rtb-fw", "vpc-h", routes, "subnet-fw")
    taken.endpoint("vpce-fw", "vpc-h", "GatewayLoadBalancer", SubnetIds=["subnet-fw"])
    assert set(ways(NOON, "i-1", spoke().facts(), taken.facts()).out) == {"52.0.0.1"}


def test_a_hub_whose_way_out_is_an_appliance() -> None:
    taken = hub()
    taken.documents["describe-nat-gateways"].clear()
    taken.documents["describe-addresses"].clear()
    box = taken.interface("eni-box", "subnet-h", "vpc-h", "10.200.0.7", elastic="52.0.0.7")
    taken.instance("i-box", box)
    taken.subnet("subnet-in", "vpc-h")
    taken.table("rtb-in", "vpc-h", {"0.0.0.0/0": "eni-box"}, "subnet-in")
    found = ways(NOON, "i-1", spoke().facts(), taken.facts())
    assert set(found.out) == {"52.0.0.7"}
    assert "10.200.0.7" in found.private_out


def test_a_hub_whose_gateway_is_regional_changes_its_addresses_by_itself() -> None:
    taken = hub()
    gateway = taken.documents["describe-nat-gateways"][0]
    gateway |= {"AvailabilityMode": "regional", "SubnetId": None, "RouteTableId": "rtb-h"}
    found = ways(NOON, "i-1", spoke().facts(), taken.facts())
    assert set(found.out) == {"52.0.0.1"}
    assert "nat-h" in (found.changing or "")
    del gateway["RouteTableId"]
    found = ways(NOON, "i-1", spoke().facts(), taken.facts())
    assert (set(found.unproven), found.known) == ({"52.0.0.1"}, False)


def test_a_hubs_appliance_that_was_restarted_had_an_address_that_nobody_knows() -> None:
    taken = hub()
    taken.documents["describe-nat-gateways"].clear()
    taken.documents["describe-addresses"].clear()
    box = taken.interface("eni-box", "subnet-h", "vpc-h", "10.200.0.7", assigned="52.0.0.7")
    taken.instance("i-box", box, launched=NOON - DAY)
    box["Attachment"]["AttachTime"] = iso(NOON - 90 * DAY)
    taken.subnet("subnet-in", "vpc-h")
    taken.table("rtb-in", "vpc-h", {"0.0.0.0/0": "i-box"}, "subnet-in")
    facts = (spoke().facts(), taken.facts())
    assert set(ways(NOON, "i-1", *facts).out) == {"52.0.0.7"}
    assert ways(NOON, "i-1", *facts).known
    for days in (2, 100):  # before its last start; before it was attached at all
        assert not ways(NOON - days * DAY, "i-1", *facts).known


def test_a_route_to_private_ranges_leads_to_endpoints_and_to_no_hub() -> None:
    """The internet is reached by a gateway of its own; the hub's address is not its way out."""
    found = ways(NOON, "i-1", spoke("10.0.0.0/8").facts(), hub().facts())
    assert (found.out, found.unproven) == ({}, {})
    assert "eu-west-1/vpc-h" in found.vpcs
    assert found.known


def test_a_route_to_other_ranges_reaches_no_endpoint_of_the_hub() -> None:
    found = ways(NOON, "i-1", spoke("10.7.0.0/16").facts(), hub().facts())
    assert set(found.vpcs) == {"eu-west-1/vpc-1"}


@pytest.mark.parametrize("other", ["10.150.0.0/16", "10.7.0.0/16"])
def test_each_route_to_the_same_gateway_counts(other: str) -> None:
    taken = spoke(other)
    taken.documents["describe-route-tables"][0]["Routes"].append(
        {"DestinationCidrBlock": "10.200.0.0/16", "TransitGatewayId": "tgw-1", "State": "active"}
    )
    assert "eu-west-1/vpc-h" in ways(NOON, "i-1", taken.facts(), hub().facts()).vpcs


def test_a_transit_gateway_of_an_account_without_inventory_leads_anywhere() -> None:
    """The false alarm of an inventory that has the spokes only."""
    found = ways(NOON, "i-1", spoke().facts())
    assert not found.known
    assert not found.partly_known
    assert "tgw-1" in (found.beyond or "")


def test_an_owners_list_that_lacks_what_others_list_is_not_whole() -> None:
    """The owner of a transit gateway is shown every attachment."""
    taken = hub()
    taken.documents["describe-transit-gateway-attachments"].clear()
    assert not ways(NOON, "i-1", spoke().facts(), taken.facts()).known


def test_a_hub_of_a_third_account_without_inventory_may_be_the_way_out() -> None:
    """The transit gateway's owner lists the attachment, and nobody lists what is in the VPC."""
    owner = Taken(HUB)
    owner.transit("tgw-1")
    owner.attachment("tgw-1", "vpc-1", OURS)
    owner.attachment("tgw-1", "vpc-x", STRANGER)
    assert not ways(NOON, "i-1", spoke().facts(), owner.facts()).known


def test_a_proved_hub_is_enough_though_other_spokes_are_not_listed() -> None:
    taken = hub()
    taken.attachment("tgw-1", "vpc-x", STRANGER)
    assert ways(NOON, "i-1", spoke().facts(), taken.facts()).known


def test_before_the_vpc_was_attached_its_route_led_elsewhere() -> None:
    taken, owner = spoke(), hub()
    for one in (taken, owner):
        for attachment in one.documents["describe-transit-gateway-attachments"]:
            attachment["CreationTime"] = iso(NOON - DAY)
    before = ways(NOON - 2 * DAY, "i-1", taken.facts(), owner.facts())
    assert (before.out, before.known) == ({}, False)
    assert ways(NOON, "i-1", taken.facts(), owner.facts()).known


def test_a_deleted_attachment_leads_nowhere() -> None:
    deleted = write(
        "DeleteTransitGatewayVpcAttachment",
        NOON - 60,
        {
            "DeleteTransitGatewayVpcAttachmentRequest": {
                "TransitGatewayAttachmentId": "tgw-attach-vpc-h"
            }
        },
        account=HUB,
    )
    facts = (spoke().facts(), hub().facts(), deleted)
    assert ways(NOON - 61, "i-1", *facts).out
    assert not ways(NOON, "i-1", *facts).out


@pytest.mark.parametrize("kind", ["vpn", "direct-connect-gateway", "connect"])
def test_a_transit_gateway_with_a_vpn_may_lead_to_the_office(kind: str) -> None:
    taken = hub(None)
    taken.attachment("tgw-1", "vpn-1", HUB, ResourceType=kind)
    assert ways(NOON, "i-1", spoke().facts(), taken.facts()).corporate is not None
    assert ways(NOON, "i-1", spoke("10.0.0.0/8").facts(), taken.facts()).corporate is None


def test_a_hub_behind_a_peered_transit_gateway() -> None:
    near, far = Taken(HUB), hub(None)
    near.transit("tgw-1")
    near.attachment("tgw-1", "vpc-1", OURS)
    near.attachment("tgw-1", "tgw-2", HUB, ResourceType="peering")
    far.documents["describe-transit-gateways"].clear()
    far.documents["describe-transit-gateway-attachments"].clear()
    far.transit("tgw-2")
    far.attachment("tgw-2", "vpc-h", HUB)
    far.documents["describe-route-tables"][0]["Routes"].append(
        {"DestinationCidrBlock": "10.0.0.0/8", "TransitGatewayId": "tgw-2", "State": "active"}
    )
    found = ways(NOON, "i-1", spoke().facts(), near.facts() | far.facts())
    assert set(found.out) == {"52.0.0.1"}


def test_peered_vpcs_are_reached_where_a_route_leads() -> None:
    taken, other = spoke("10.9.0.0/16", "pcx-1"), Taken(HUB)
    other.vpc("vpc-9", "10.9.0.0/16")
    other.nat("nat-9", "subnet-9", "vpc-9", ["52.0.0.9"], "10.9.0.9")
    taken.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-9"))
    found = ways(NOON, "i-1", taken.facts(), other.facts())
    assert "eu-west-1/vpc-9" in found.vpcs
    assert found.out == {}  # peering carries nothing onwards
    assert found.reach_known
    unlisted = ways(NOON, "i-1", taken.facts("describe-vpc-peering-connections"), other.facts())
    assert (unlisted.known, unlisted.reach_known) == (True, False)


def test_a_deleted_peering_leads_nowhere() -> None:
    taken = spoke("10.9.0.0/16", "pcx-1")
    taken.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-9"))
    asked = {"vpcPeeringConnectionId": "pcx-1"}
    facts = taken.facts() | write("DeleteVpcPeeringConnection", NOON - 60, asked)
    assert "eu-west-1/vpc-9" in ways(NOON - 61, "i-1", facts).vpcs
    assert "eu-west-1/vpc-9" not in ways(NOON, "i-1", facts).vpcs
