"""Where no route table is listed: what may be the way out, and when that is likely all."""

import pytest

from tests.inventories import HUB, NOON, OURS, REGION, Taken, place, surroundings, ways, write
from truant.detection.assumed import may_be_linked
from truant.detection.inventory import Inventory
from truant.model.fact import Fact
from truant.model.network import Place

NO_ROUTES = "describe-route-tables"


def site() -> Taken:
    taken = Taken(OURS)
    taken.vpc("vpc-1", "10.1.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.1.0.0/16": "local"}, "subnet-1")
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.1.0.5"))
    return taken


def hub() -> Taken:
    taken = Taken(HUB)
    taken.vpc("vpc-h", "10.200.0.0/16")
    taken.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.9"], "10.200.0.9")
    taken.attachment("tgw-1", "vpc-1", OURS)
    taken.attachment("tgw-1", "vpc-h", HUB)
    return taken


def test_the_gateways_of_its_vpc_are_likely_all() -> None:
    taken = site()
    taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1"], "10.1.0.9")
    found = ways(NOON, "i-1", taken.facts(NO_ROUTES), hub().facts(NO_ROUTES))
    assert set(found.out) == {"52.0.0.1"}
    assert found.partly_known


def test_a_machine_that_forwards_may_be_the_way_out() -> None:
    """A NAT instance cannot work with the check of source and destination."""
    taken = site()
    nat = taken.interface("eni-2", "subnet-1", "vpc-1", "10.1.0.6", elastic="52.0.0.2")
    nat["SourceDestCheck"] = False
    plain = taken.interface("eni-3", "subnet-1", "vpc-1", "10.1.0.7", elastic="52.0.0.3")
    taken.instance("i-2", nat)
    taken.instance("i-3", plain)
    assert set(ways(NOON, "i-1", taken.facts(NO_ROUTES)).out) == {"52.0.0.2"}


def test_without_any_exit_in_its_vpc_those_of_its_hub_may_be() -> None:
    found = ways(NOON, "i-1", site().facts(NO_ROUTES), hub().facts(NO_ROUTES))
    assert set(found.out) == {"52.0.0.9"}


def test_where_nothing_leads_out_the_likely_ways_are_not_known() -> None:
    found = ways(NOON, "i-1", site().facts(NO_ROUTES))
    assert (found.out, found.partly_known) == ({}, False)


@pytest.mark.parametrize(("at", "likely"), [(NOON, False), (NOON + 2, True)])
def test_a_gateway_of_which_only_the_deletion_is_told_was_one_more(at: int, likely: bool) -> None:
    taken = site()
    taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1"], "10.1.0.9")
    deleted = write(
        "DeleteNatGateway", NOON + 1, {"DeleteNatGatewayRequest": {"NatGatewayId": "nat-0"}}
    )
    assert ways(at, "i-1", taken.facts(NO_ROUTES), deleted).partly_known is likely


def linked(*facts: set[Fact]) -> bool:
    told = Inventory({fact for some in facts for fact in some})
    return may_be_linked(told, OURS, REGION, {f"{REGION}/vpc-1"})


def test_a_vpc_is_linked_by_attachments_and_peerings_or_where_none_are_listed() -> None:
    alone, attached, peered = site(), site(), site()
    attached.attachment("tgw-1", "vpc-1", OURS)
    peered.peering("pcx-1", (OURS, "vpc-1"), (HUB, "vpc-h"))
    assert not linked(alone.facts())
    assert linked(attached.facts())
    assert linked(peered.facts())
    assert linked(alone.facts("describe-transit-gateway-attachments"))
    assert linked(alone.facts("describe-vpc-peering-connections"))


def test_without_routes_a_strangers_endpoint_is_one_only_where_nothing_is_linked() -> None:
    """The victim's own private address at an endpoint that nobody lists."""
    alone, attached = site(), site()
    attached.attachment("tgw-1", "vpc-1", OURS)
    for taken, expected in ((alone, Place.FOREIGN_ACCOUNT), (attached, Place.UNKNOWABLE)):
        around = surroundings(taken.facts(NO_ROUTES))
        assert place(around, "i-1", "10.1.0.5", endpoint="vpce-9").place is expected


def test_branch_interfaces_are_known_only_where_all_interfaces_are_listed() -> None:
    taken = site()
    trunk = taken.interface("eni-t", "subnet-1", "vpc-1", "10.1.0.8")
    taken.documents["describe-instances"].clear()
    item = taken.instance("i-1", taken.documents["describe-network-interfaces"][0], trunk)
    item["NetworkInterfaces"][1]["InterfaceType"] = trunk["InterfaceType"] = "trunk"
    assert ways(NOON, "i-1", taken.facts()).interfaces_known
    assert not ways(NOON, "i-1", taken.facts("describe-network-interfaces")).interfaces_known
