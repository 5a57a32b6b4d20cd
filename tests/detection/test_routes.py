"""Ways out of one VPC, as its route tables prove them. The false alarm first."""

import pytest

from tests.inventories import DAY, HOUR, NOON, Json, Taken, route, ways, write
from truant.model.event_time import iso


def private_subnet(*routes: tuple[str, str], name: str = "i-1") -> Taken:
    """An instance in a subnet with these routes beside the local one."""
    taken = Taken()
    taken.vpc("vpc-1", "10.0.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.0.0.0/16": "local", **dict(routes)}, "subnet-1")
    taken.instance(name, taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5"))
    return taken


def outer_subnet(taken: Taken) -> None:
    """A public subnet beside it, as NAT gateways need one."""
    taken.subnet("subnet-2", "vpc-1")
    taken.table("rtb-2", "vpc-1", {"10.0.0.0/16": "local", "0.0.0.0/0": "igw-1"}, "subnet-2")


def test_every_address_of_a_nat_gateway_is_a_way_out() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    outer_subnet(taken)
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1", "52.0.0.2"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert set(found.out) == {"52.0.0.1", "52.0.0.2"}
    assert set(found.private_out) == {"10.0.1.9"}  # seen at a gateway endpoint of the NAT's subnet
    assert found.known


@pytest.mark.parametrize("missing", ["describe-nat-gateways", "describe-addresses"])
def test_a_missing_file_makes_a_way_out_unknown_or_is_made_up_for(missing: str) -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts(missing))
    assert found.known is (missing == "describe-addresses")


def test_the_interface_of_a_nat_gateway_names_it() -> None:
    """`describe-nat-gateways` is missing, and the interfaces tell as much."""
    taken = private_subnet(("0.0.0.0/0", "nat-0a1"))
    taken.interface(
        "eni-9",
        "subnet-2",
        "vpc-1",
        "10.0.1.9",
        elastic="52.0.0.1",
        InterfaceType="nat_gateway",
        Description="Interface for NAT Gateway nat-0a1",
    )
    found = ways(NOON, "i-1", taken.facts("describe-nat-gateways"))
    assert set(found.out) == {"52.0.0.1"}
    assert found.known


def test_a_text_that_only_looks_like_a_nat_gateways_proves_nothing() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-0a1"))
    text = "Interface for NAT Gateway nat-0a1"
    taken.interface("eni-9", "subnet-2", "vpc-1", "10.0.1.9", elastic="52.0.0.1", Description=text)
    assert not ways(NOON, "i-1", taken.facts("describe-nat-gateways")).out


def test_a_gateway_of_the_vpc_to_which_no_route_leads_is_no_way_out() -> None:
    taken = private_subnet()
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert not found.out
    assert found.known


def test_without_route_tables_the_gateways_of_the_vpc_are_likely() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts("describe-route-tables"))
    assert set(found.out) == {"52.0.0.1"}
    assert (found.known, found.partly_known) == (False, True)


def test_a_subnet_without_an_association_follows_the_main_table() -> None:
    taken = private_subnet()
    taken.documents["describe-route-tables"].clear()
    taken.table("rtb-0", "vpc-1", {"0.0.0.0/0": "nat-1"}, main=True)
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert (set(found.out), found.known) == ({"52.0.0.1"}, True)


def test_a_table_that_is_associated_with_a_gateway_only_is_no_subnets() -> None:
    """An edge association routes what comes in by an internet gateway."""
    taken = private_subnet()
    edge = taken.table("rtb-9", "vpc-1", {"0.0.0.0/0": "nat-1"})
    edge["Associations"] = [{"Main": False, "GatewayId": "igw-1", "RouteTableAssociationId": "x"}]
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert (found.out, found.known) == ({}, True)


def test_a_black_hole_is_no_way_out() -> None:
    taken = private_subnet()
    table: Json = taken.documents["describe-route-tables"][0]
    table["Routes"].append(route("0.0.0.0/0", "nat-1", "blackhole"))
    found = ways(NOON, "i-1", taken.facts())
    assert (found.out, found.known) == ({}, True)


def test_a_black_hole_was_a_way_out_until_its_gateway_was_deleted() -> None:
    taken = private_subnet()
    table: Json = taken.documents["describe-route-tables"][0]
    table["Routes"].append(route("0.0.0.0/0", "nat-1", "blackhole"))
    deleted = {"State": "deleted", "DeleteTime": iso(NOON - HOUR)}
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9", **deleted)
    taken.documents["describe-addresses"].clear()
    before, after = (ways(at, "i-1", taken.facts()) for at in (NOON - 2 * HOUR, NOON - HOUR))
    assert set(before.out) == {"52.0.0.1"}
    assert after.out == {}
    assert before.known
    assert after.known


def test_before_a_gateway_was_made_another_route_must_have_stood_there() -> None:
    """A snapshot long after the calls shows today's gateway, not the one of then."""
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    made = {"CreateTime": iso(NOON - DAY)}
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9", **made)
    then = ways(NOON - 2 * DAY, "i-1", taken.facts())
    assert not then.known
    assert not then.partly_known
    assert "only later" in (then.beyond or "")
    assert ways(NOON - HOUR, "i-1", taken.facts()).known


def test_a_replaced_route_was_another_before() -> None:
    """The snapshot is newer than the replacement, which the trail tells."""
    taken = private_subnet(("0.0.0.0/0", "nat-2"))
    taken.nat("nat-2", "subnet-2", "vpc-1", ["52.0.0.2"], "10.0.1.9")
    asked = {
        "routeTableId": "rtb-1",
        "destinationCidrBlock": "0.0.0.0/0",
        "natGatewayId": "nat-2",
    }
    replaced = write("ReplaceRoute", NOON - HOUR, asked, {"_return": True})
    before, after = (
        ways(at, "i-1", taken.facts(), replaced) for at in (NOON - 2 * HOUR, NOON - HOUR)
    )
    assert not before.known
    assert "52.0.0.2" not in before.out
    assert (set(after.out), after.known) == ({"52.0.0.2"}, True)


def test_a_deleted_route_was_there_before() -> None:
    taken = private_subnet()
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    asked = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}
    deleted = write("DeleteRoute", NOON - HOUR, asked, {"_return": True})
    before, after = (
        ways(at, "i-1", taken.facts(), deleted) for at in (NOON - 2 * HOUR, NOON - HOUR)
    )
    assert (before.known, after.known) == (False, True)


def test_a_private_nat_gateway_hides_the_instance_and_goes_on() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    taken.subnet("subnet-3", "vpc-1")
    taken.table("rtb-3", "vpc-1", {"0.0.0.0/0": "nat-2"}, "subnet-3")
    taken.nat("nat-1", "subnet-3", "vpc-1", [], "10.0.3.9", ConnectivityType="private")
    taken.nat("nat-2", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert set(found.out) == {"52.0.0.1"}
    assert set(found.private_out) == {"10.0.3.9", "10.0.1.9"}
    assert found.known


def test_beyond_a_hop_whose_routes_no_inventory_lists_the_way_is_unknown() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    taken.nat("nat-1", "subnet-x", "vpc-1", [], "10.0.3.9", ConnectivityType="private")
    found = ways(NOON, "i-1", taken.facts())
    assert not found.known
    assert "subnet-x" in (found.beyond or "")


def test_a_regional_gateway_changes_its_addresses_by_itself() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    regional = {"AvailabilityMode": "regional", "SubnetId": None}
    taken.nat("nat-1", "", "vpc-1", ["52.0.0.1"], "", **regional)
    found = ways(NOON, "i-1", taken.facts())
    assert set(found.out) == {"52.0.0.1"}
    assert "nat-1" in (found.changing or "")


def test_a_nat_instance_lends_its_address() -> None:
    taken = private_subnet(("0.0.0.0/0", "eni-box"))
    outer_subnet(taken)
    box = taken.interface("eni-box", "subnet-2", "vpc-1", "10.0.1.7", elastic="52.0.0.9")
    taken.instance("i-box", box)
    found = ways(NOON, "i-1", taken.facts())
    assert set(found.out) == {"52.0.0.9"}
    assert set(found.private_out) == {"10.0.1.7"}
    assert found.known


def test_a_firewall_with_two_legs_speaks_from_the_outer_one() -> None:
    taken = private_subnet(("0.0.0.0/0", "eni-in"))
    outer_subnet(taken)
    legs = (
        taken.interface("eni-in", "subnet-1", "vpc-1", "10.0.0.7"),
        taken.interface("eni-out", "subnet-2", "vpc-1", "10.0.1.7", elastic="52.0.0.9"),
    )
    taken.instance("i-fw", *legs)
    assert set(ways(NOON, "i-1", taken.facts()).out) == {"52.0.0.9"}


def test_a_nat_instance_that_was_restarted_had_an_address_that_nobody_knows() -> None:
    taken = private_subnet(("0.0.0.0/0", "i-box"))
    outer_subnet(taken)
    box = taken.interface("eni-box", "subnet-2", "vpc-1", "10.0.1.7", assigned="52.0.0.9")
    taken.instance("i-box", box, launched=NOON - HOUR)
    box["Attachment"]["AttachTime"] = iso(NOON - DAY)
    before, after = (ways(at, "i-1", taken.facts()) for at in (NOON - 2 * HOUR, NOON))
    assert (before.out, before.known) == ({}, False)
    assert set(before.private_out) == {"10.0.1.7"}
    assert (set(after.out), after.known) == ({"52.0.0.9"}, True)


def test_an_appliance_that_no_inventory_lists_leaves_the_way_unknown() -> None:
    found = ways(NOON, "i-1", private_subnet(("0.0.0.0/0", "eni-gone")).facts())
    assert not found.known
    assert "eni-gone" in (found.beyond or "")


def firewall(taken: Taken, subnet: str, *, managed: bool = True) -> None:
    """An endpoint of AWS Network Firewall, which tags its own; or of anybody's appliances."""
    tags = [{"Key": "AWSNetworkFirewallManaged", "Value": "true"}] if managed else []
    taken.endpoint("vpce-fw", "vpc-1", "GatewayLoadBalancer", SubnetIds=[subnet], Tags=tags)


@pytest.mark.parametrize("managed", [True, False])
def test_a_gateway_load_balancer_hands_on_to_the_nat_gateway(managed: bool) -> None:
    """Whose appliances may send on by networks of their own, no describe operation shows."""
    taken = private_subnet(("0.0.0.0/0", "vpce-fw"))
    firewall(taken, "subnet-fw", managed=managed)
    taken.subnet("subnet-fw", "vpc-1")
    taken.table("rtb-fw", "vpc-1", {"0.0.0.0/0": "nat-1"}, "subnet-fw")
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert (set(found.out), found.known) == ({"52.0.0.1"}, managed)


def test_through_a_firewall_the_instance_shows_its_own_address() -> None:
    taken = private_subnet(("0.0.0.0/0", "vpce-fw"))
    firewall(taken, "subnet-2")
    outer_subnet(taken)
    found = ways(NOON, "i-1", taken.facts())
    assert found.shows_public
    assert found.known


def test_a_firewall_without_an_onward_route_sends_on_by_ways_of_its_own() -> None:
    """Appliances behind a load balancer in two-arm mode have an internet gateway elsewhere."""
    taken = private_subnet(("0.0.0.0/0", "vpce-fw"))
    firewall(taken, "subnet-fw", managed=False)
    taken.subnet("subnet-fw", "vpc-1")
    taken.table("rtb-fw", "vpc-1", {"10.0.0.0/16": "local"}, "subnet-fw")
    found = ways(NOON, "i-1", taken.facts())
    assert not found.known
    assert "vpce-fw" in (found.beyond or "")


def test_a_gateway_endpoint_is_no_way_to_the_internet() -> None:
    taken = private_subnet(("pl-s3", "vpce-s3"))
    taken.endpoint("vpce-s3", "vpc-1", "Gateway", RouteTableIds=["rtb-1"])
    found = ways(NOON, "i-1", taken.facts())
    assert (found.out, found.known) == ({}, True)


@pytest.mark.parametrize(
    ("destination", "leads"),
    [("0.0.0.0/0", True), ("10.0.0.0/8", False), ("100.64.0.0/10", False), ("fd00::/8", False)],
)
def test_only_a_route_to_public_addresses_leads_to_the_office(
    destination: str, leads: bool
) -> None:
    found = ways(NOON, "i-1", private_subnet((destination, "vgw-1")).facts())
    assert (found.corporate is not None) is leads


def test_an_outposts_local_gateway_leads_to_the_office_too() -> None:
    assert ways(NOON, "i-1", private_subnet(("0.0.0.0/0", "lgw-1")).facts()).corporate is not None


def test_a_firewall_for_private_ranges_is_no_way_to_the_internet() -> None:
    """The firewall's own subnet leads to a NAT gateway, by which only its own traffic goes."""
    taken = private_subnet(("10.9.0.0/16", "eni-fw"))
    taken.subnet("subnet-3", "vpc-1")
    taken.table("rtb-3", "vpc-1", {"0.0.0.0/0": "nat-1"}, "subnet-3")
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    taken.instance("i-fw", taken.interface("eni-fw", "subnet-3", "vpc-1", "10.0.3.7"))
    found = ways(NOON, "i-1", taken.facts())
    assert (found.out, found.known) == ({}, True)


def test_behind_a_private_nat_gateway_no_address_of_its_own_shows() -> None:
    taken = private_subnet(("0.0.0.0/0", "nat-1"))
    outer_subnet(taken)
    taken.nat("nat-1", "subnet-2", "vpc-1", [], "10.0.1.9", ConnectivityType="private")
    assert not ways(NOON, "i-1", taken.facts()).shows_public


@pytest.mark.parametrize(("destination", "shows"), [("0.0.0.0/0", True), ("::/0", False)])
def test_an_internet_gateway_shows_the_public_address_where_ipv4_is_routed(
    destination: str, shows: bool
) -> None:
    found = ways(NOON, "i-1", private_subnet((destination, "igw-1")).facts())
    assert found.shows_public is shows


def test_an_egress_only_gateway_shows_the_instances_own_address() -> None:
    found = ways(NOON, "i-1", private_subnet(("::/0", "eigw-1")).facts())
    assert (found.known, found.shows_public, found.out) == (True, False, {})


def test_routes_that_lead_in_circles_end() -> None:
    taken = private_subnet(("0.0.0.0/0", "eni-2"))
    taken.subnet("subnet-2", "vpc-1")
    taken.table("rtb-2", "vpc-1", {"0.0.0.0/0": "eni-3"}, "subnet-2")
    two = taken.interface("eni-2", "subnet-2", "vpc-1", "10.0.1.2")
    three = taken.interface("eni-3", "subnet-1", "vpc-1", "10.0.0.3")
    taken.instance("i-2", two)
    taken.instance("i-3", three)
    assert set(ways(NOON, "i-1", taken.facts()).private_out) == {"10.0.1.2", "10.0.0.3"}


def test_a_core_network_may_lead_anywhere() -> None:
    arn = "arn:aws:networkmanager::222222222222:core-network/core-network-1"
    taken = private_subnet(("0.0.0.0/0", arn))
    taken.nat("nat-1", "subnet-2", "vpc-9", ["52.0.0.1"], "10.9.1.9")
    found = ways(NOON, "i-1", taken.facts())
    assert set(found.unproven) == {"52.0.0.1"}
    assert not found.known
