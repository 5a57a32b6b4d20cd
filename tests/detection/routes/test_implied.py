"""Attachments that no inventory lists, told by routes: only an attached VPC can have one."""

import pytest

from tests.inventories import HUB, NOON, OURS, Taken, place, surroundings, ways
from truant.model.network import Place

CORE = "arn:aws:networkmanager::222222222222:core-network/core-network-1"
GATEWAYS = pytest.mark.parametrize("gateway", ["tgw-1", CORE], ids=["tgw", "core"])


def spoke(gateway: str) -> Taken:
    taken = Taken(OURS)
    taken.vpc("vpc-1", "10.1.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.1.0.0/16": "local", "0.0.0.0/0": gateway}, "subnet-1")
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.1.0.5"))
    return taken


def hub(back: str) -> Taken:
    """A VPC with a NAT gateway, whose subnet leads to the internet and back by a gateway."""
    taken = Taken(HUB)
    taken.vpc("vpc-h", "10.200.0.0/16")
    taken.subnet("subnet-h", "vpc-h")
    taken.table("rtb-h", "vpc-h", {"0.0.0.0/0": "igw-h", "10.0.0.0/8": back}, "subnet-h")
    taken.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.1"], "10.200.0.9")
    return taken


@GATEWAYS
def test_routes_at_both_ends_prove_a_hub(gateway: str) -> None:
    found = ways(NOON, "i-1", spoke(gateway).facts(), hub(gateway).facts())
    assert set(found.out) == {"52.0.0.1"}


@GATEWAYS
def test_a_hub_without_a_route_back_is_not_proved(gateway: str) -> None:
    found = ways(NOON, "i-1", spoke(gateway).facts(), hub("tgw-9").facts())
    assert not found.out
    assert found.beyond is not None


@GATEWAYS
def test_endpoints_of_such_a_hub_are_within_reach(gateway: str) -> None:
    taken = hub(gateway)
    taken.endpoint("vpce-h", "vpc-h")
    around = surroundings(spoke(gateway).facts(), taken.facts())
    assert place(around, "i-1", "10.1.0.5", endpoint="vpce-h").place is Place.OWN_INTERFACE


@GATEWAYS
def test_another_spokes_address_there_is_the_other_spokes(gateway: str) -> None:
    taken, other = hub(gateway), Taken("333333333333")
    taken.endpoint("vpce-h", "vpc-h")
    other.vpc("vpc-3", "10.3.0.0/16")
    other.table("rtb-3", "vpc-3", {"0.0.0.0/0": gateway}, main=True)
    other.interface("eni-3", "subnet-3", "vpc-3", "10.3.0.5")
    around = surroundings(spoke(gateway).facts(), taken.facts(), other.facts())
    found = place(around, "i-1", "10.3.0.5", endpoint="vpce-h")
    assert (found.place, found.account) == (Place.AFFILIATED, "333333333333")
