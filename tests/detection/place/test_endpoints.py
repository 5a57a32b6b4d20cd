"""Endpoints of other VPCs of ours: shared, overlapping, out of reach."""

from tests.inventories import HUB, NOON, OURS, Taken, place, surroundings
from truant.model.network import Place


def spoke(route: str = "10.0.0.0/8", target: str = "tgw-1", range_: str = "10.1.0.0/16") -> Taken:
    taken = Taken()
    taken.vpc("vpc-1", range_)
    taken.subnet("subnet-1", "vpc-1")
    routes = {range_: "local", route: target} if target else {range_: "local"}
    taken.table("rtb-1", "vpc-1", routes, "subnet-1")
    address = range_.replace("0.0/16", "0.5")
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", address))
    taken.attachment("tgw-1", "vpc-1", OURS)
    return taken


def hub(kind: str = "Interface", range_: str = "10.200.0.0/16") -> Taken:
    """The account of the central endpoints, and of the transit gateway."""
    taken = Taken(HUB)
    taken.vpc("vpc-h", range_)
    taken.subnet("subnet-h", "vpc-h")
    taken.transit("tgw-1")
    taken.attachment("tgw-1", "vpc-1", OURS)
    taken.attachment("tgw-1", "vpc-h", HUB)
    taken.endpoint("vpce-h", "vpc-h", kind)
    return taken


def test_a_central_endpoint_shared_over_a_transit_gateway_is_home() -> None:
    around = surroundings(spoke().facts(), hub().facts())
    assert place(around, "i-1", "10.1.0.5", endpoint="vpce-h").place is Place.OWN_INTERFACE


def test_a_central_endpoint_shared_over_peering_is_home() -> None:
    taken = spoke("10.200.0.0/16", "pcx-1")
    taken.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-h"))
    around = surroundings(taken.facts(), hub().facts())
    assert place(around, "i-1", "10.1.0.5", endpoint="vpce-h").place is Place.OWN_INTERFACE


def test_another_spokes_address_at_the_central_endpoint_is_the_other_spokes() -> None:
    other = Taken("333333333333")
    other.vpc("vpc-3", "10.3.0.0/16")
    other.interface("eni-3", "subnet-3", "vpc-3", "10.3.0.5")
    shared = hub()
    shared.attachment("tgw-1", "vpc-3", "333333333333")
    around = surroundings(spoke().facts(), shared.facts(), other.facts())
    found = place(around, "i-1", "10.3.0.5", endpoint="vpce-h")
    assert (found.place, found.account) == (Place.AFFILIATED, "333333333333")


def test_a_gateway_endpoint_serves_its_own_vpc_only() -> None:
    """The victim's private address at another VPC's gateway endpoint is somebody else's there."""
    around = surroundings(spoke().facts(), hub("Gateway").facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-h")
    assert (found.place, found.account) == (Place.AFFILIATED, HUB)


def test_an_address_of_the_endpoints_own_ranges_is_spoken_there() -> None:
    """Overlapping ranges: two VPCs with 10.1.0.0/16, of which one has the endpoint."""
    shared = hub(range_="10.1.0.0/16")
    shared.interface("eni-h", "subnet-h", "vpc-h", "10.1.0.5")
    around = surroundings(spoke().facts(), shared.facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-h")
    assert (found.place, found.account) == (Place.AFFILIATED, HUB)


def test_the_same_private_address_in_another_vpc_is_another_instances() -> None:
    taken = spoke(target="")
    taken.vpc("vpc-2", "10.1.0.0/16")
    other = taken.interface("eni-2", "subnet-2", "vpc-2", "10.1.0.5")
    taken.instance("i-2", other)
    taken.endpoint("vpce-2", "vpc-2")
    around = surroundings(taken.facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-2")
    assert (found.place, found.party) == (Place.OTHER_INSTANCE, "i-2")


def test_the_same_vpc_id_in_another_region_is_another_vpc() -> None:
    far = Taken(region="us-east-1")
    far.vpc("vpc-1", "10.1.0.0/16")
    far.interface("eni-9", "subnet-9", "vpc-1", "10.1.0.5")
    far.endpoint("vpce-far", "vpc-1")
    around = surroundings(spoke(target="").facts(), far.facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-far")
    assert found.place is Place.OTHER_INSTANCE


def test_what_hands_on_shows_its_own_private_address_at_the_hubs_endpoint() -> None:
    """Out by the hub's NAT gateway, whose subnet has a gateway endpoint for S3."""
    taken = hub("Gateway")
    taken.table("rtb-h", "vpc-h", {"0.0.0.0/0": "igw-h", "10.0.0.0/8": "tgw-1"}, "subnet-h")
    taken.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.1"], "10.200.0.9")
    around = surroundings(spoke("0.0.0.0/0").facts(), taken.facts())
    assert place(around, "i-1", "10.200.0.9", endpoint="vpce-h").place is Place.OWN_WAY_OUT


def test_no_route_to_the_endpoints_vpc_means_somebody_else() -> None:
    around = surroundings(spoke(target="").facts(), hub().facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-h")
    assert (found.place, found.sure) == (Place.AFFILIATED, True)


def test_where_a_route_leads_beyond_the_inventory_its_own_address_is_no_evidence() -> None:
    """The file of peerings is missing: the endpoint may be within reach, and may not."""
    taken = spoke("10.200.0.0/16", "pcx-1")
    around = surroundings(taken.facts(), hub().facts("describe-transit-gateway-attachments"))
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-h")
    assert (found.place, found.sure) == (Place.UNKNOWABLE, False)


def test_routes_unknown_and_vpcs_linked() -> None:
    around = surroundings(spoke().facts("describe-route-tables"), hub().facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-h")
    assert (found.place, found.sure) == (Place.OWN_WAY_OUT, False)


def test_a_hubs_endpoint_that_no_inventory_lists_may_be_within_reach() -> None:
    """STS names no owner of the endpoint; the hub's account has no inventory."""
    around = surroundings(spoke().facts())
    found = place(around, "i-1", "10.1.0.5", endpoint="vpce-h")
    assert (found.place, found.sure) == (Place.UNKNOWABLE, False)
    named = place(around, "i-1", "10.1.0.5", endpoint="vpce-h", owner=HUB)
    assert named.place is Place.FOREIGN_ACCOUNT  # and of no account of ours
    watched = surroundings(spoke().facts(), accounts=[OURS, HUB])
    assert place(watched, "i-1", "10.1.0.5", endpoint="vpce-h", owner=HUB).place is Place.UNKNOWABLE


def test_an_affiliated_endpoint_of_a_peered_vpc_whose_endpoints_are_not_listed() -> None:
    taken = spoke("10.200.0.0/16", "pcx-1")
    taken.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-h"))
    missing = hub().facts("describe-vpc-endpoints")
    around = surroundings(taken.facts(), missing)
    own = place(around, "i-1", "10.1.0.5", endpoint="vpce-h", owner=HUB)
    assert (own.place, own.sure) == (Place.UNKNOWABLE, False)
    assert place(around, "i-1", "10.7.7.7", endpoint="vpce-h", owner=HUB).place is Place.AFFILIATED


def test_an_address_at_the_own_endpoint_while_the_instances_addresses_are_unknown() -> None:
    taken = spoke()
    taken.endpoint("vpce-1", "vpc-1")
    facts = taken.facts("describe-instances", "describe-network-interfaces")
    found = place(surroundings(facts), "i-1", "10.1.0.5", NOON, endpoint="vpce-1")
    assert (found.place, found.sure) == (Place.UNKNOWABLE, False)


def test_another_instance_at_the_own_endpoint_though_the_hub_is_not_listed() -> None:
    """An unlisted way to the internet does not lend the address of a neighbour."""
    taken = spoke("0.0.0.0/0")
    taken.instance("i-2", taken.interface("eni-2", "subnet-1", "vpc-1", "10.1.0.6"))
    taken.endpoint("vpce-1", "vpc-1")
    found = place(surroundings(taken.facts()), "i-1", "10.1.0.6", endpoint="vpce-1")
    assert (found.place, found.party, found.sure) == (Place.OTHER_INSTANCE, "i-2", True)


def test_a_shared_vpcs_endpoints_are_its_owners_to_list() -> None:
    """The tenant of subnets that are shared with it is shown no endpoint of theirs."""
    taken = spoke(target="")
    taken.documents["describe-vpcs"][0]["OwnerId"] = HUB
    taken.documents["describe-transit-gateway-attachments"].clear()
    around = surroundings(taken.facts(), accounts=(OURS, HUB))
    for owner in (None, HUB):
        found = place(around, "i-1", "10.1.0.5", endpoint="vpce-s", owner=owner)
        assert found.place is Place.UNKNOWABLE
    around = surroundings(taken.facts(), hub().facts())
    assert place(around, "i-1", "10.1.0.5", endpoint="vpce-s").place is Place.FOREIGN_ACCOUNT
