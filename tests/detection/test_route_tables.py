"""Which table a subnet has, and which of its routes count."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inventories import DAY, NOON, Taken, route, write
from truant.detection.inventory import Inventory
from truant.detection.route_tables import any_route, is_told, leads_out, routes, table_of, touch
from truant.detection.view import View
from truant.model.network import is_private


def view(taken: Taken, at: int = NOON) -> View:
    return View(Inventory(taken.facts()), at)


def with_main() -> Taken:
    taken = Taken()
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-0", "vpc-1", {"10.0.0.0/16": "local", "0.0.0.0/0": "igw-1"}, main=True)
    return taken


def test_a_subnets_own_table_or_the_main_one() -> None:
    taken = with_main()
    assert table_of(view(taken), "subnet-1") == "rtb-0"
    taken.table("rtb-1", "vpc-1", {}, "subnet-1")
    assert table_of(view(taken), "subnet-1") == "rtb-1"
    assert table_of(view(taken), "subnet-9") is None


def test_a_table_is_told_where_a_list_or_its_making_names_all_its_routes() -> None:
    assert is_told(view(with_main()), "subnet-1")
    assert not is_told(view(with_main()), None)
    asked = {"routeTableId": "rtb-1", "subnetId": "subnet-1"}
    added = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}
    facts = write("AssociateRouteTable", NOON, asked) | write("CreateRoute", NOON, added)
    assert not is_told(View(Inventory(facts), NOON), "subnet-1")
    made = {"routeTable": {"routeTableId": "rtb-1", "vpcId": "vpc-1"}}
    facts |= write("CreateRouteTable", NOON - DAY, {}, made)
    assert is_told(View(Inventory(facts), NOON), "subnet-1")


def test_routes_that_lead_nowhere_are_left_out() -> None:
    taken = Taken()
    taken.table("rtb-1", "vpc-1", {"10.0.0.0/16": "local", "0.0.0.0/0": "nat-1"})
    taken.documents["describe-route-tables"][0]["Routes"].append(
        route("10.9.0.0/16", "pcx-1", "blackhole")
    )
    assert list(routes(view(taken), "rtb-1")) == [("0.0.0.0/0", "nat-1")]
    gone = write("DeleteNatGateway", NOON, {"NatGatewayId": "nat-1"})
    assert list(routes(View(Inventory(taken.facts() | gone), NOON), "rtb-1")) == []


def holed(at: int, state: str, target: str = "eni-box") -> Taken:
    taken = Taken(at=at)
    taken.table("rtb-1", "vpc-1", {})["Routes"] = [route("0.0.0.0/0", target, state)]
    return taken


def test_a_black_hole_that_was_mended_is_a_way_again() -> None:
    """A route to an instance is a black hole while the instance is stopped."""
    snapshots = (
        holed(NOON - 2 * DAY, "active"),
        holed(NOON - DAY, "blackhole"),
        holed(NOON, "active"),
    )
    inventory = Inventory(fact for taken in snapshots for fact in taken.facts())
    ways = [dict(routes(View(inventory, NOON - n * DAY), "rtb-1")) for n in (2, 1, 0)]
    # Between a black hole and its mending nobody knows when; the later witness reaches back.
    assert ways == [{"0.0.0.0/0": "eni-box"}] * 3
    holes = Inventory(snapshots[0].facts() | snapshots[1].facts())
    assert list(routes(View(holes, NOON - DAY), "rtb-1")) == []


def test_a_black_hole_that_was_replaced_leads_to_the_new_target() -> None:
    asked = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0", "natGatewayId": "nat-2"}
    facts = holed(NOON - DAY, "blackhole", "nat-1").facts() | write("ReplaceRoute", NOON, asked)
    assert list(routes(View(Inventory(facts), NOON), "rtb-1")) == [("0.0.0.0/0", "nat-2")]


def test_a_black_hole_whose_targets_end_nobody_knows_was_no_way() -> None:
    inventory = Inventory(holed(NOON, "blackhole").facts())
    assert list(routes(View(inventory, NOON - DAY), "rtb-1")) == []


def test_a_firewall_hands_on_to_the_routes_of_its_own_subnet() -> None:
    taken = Taken()
    taken.subnet("subnet-1", "vpc-1")
    taken.subnet("subnet-2", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"0.0.0.0/0": "vpce-1"}, "subnet-1")
    taken.table("rtb-2", "vpc-1", {"0.0.0.0/0": "igw-1", "10.0.0.0/8": "vpce-1"}, "subnet-2")
    taken.endpoint("vpce-1", "vpc-1", "GatewayLoadBalancer", SubnetIds=["subnet-2"])
    now = view(taken)
    assert any_route(now, "subnet-1", lambda _, target: target == "igw-1")
    assert not any_route(now, "subnet-1", lambda _, target: target == "tgw-1")  # and it ends


@pytest.mark.parametrize(
    ("destination", "out"),
    [
        ("0.0.0.0/0", True),
        ("::/0", True),
        ("64:ff9b::/96", True),  # NAT64
        ("52.0.0.0/8", True),
        ("pl-63a5400a", True),
        ("10.0.0.0/8", False),
        ("10.0.0.0/7", True),
        ("172.16.0.0/12", False),
        ("192.168.7.0/24", False),
        ("100.64.0.0/10", False),
        ("fc00::/7", False),
        ("fd12::1/128", False),
    ],
)
def test_which_destinations_may_be_public(destination: str, out: bool) -> None:
    assert leads_out(destination) is out


def _network(text: object, length: int) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(f"{text}/{length}", strict=False)


networks = st.one_of(
    st.builds(_network, st.ip_addresses(v=4), st.integers(0, 32)),
    st.builds(_network, st.ip_addresses(v=6), st.integers(0, 128)),
)


@given(networks, st.integers(0, 2**128))
def test_a_destination_with_any_public_address_may_lead_out(
    network: ipaddress.IPv4Network | ipaddress.IPv6Network, number: int
) -> None:
    inside = network[number % network.num_addresses]
    if not is_private(str(inside)):
        assert leads_out(str(network))


@given(networks, networks)
def test_ranges_touch_whichever_comes_first(
    one: ipaddress.IPv4Network | ipaddress.IPv6Network,
    other: ipaddress.IPv4Network | ipaddress.IPv6Network,
) -> None:
    assert touch(str(one), str(other)) is touch(str(other), str(one))
    assert touch(str(one), str(one))
    assert touch("pl-1", str(one))
