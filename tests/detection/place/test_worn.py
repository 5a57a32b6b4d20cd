"""A public address of ours through an endpoint: whoever shows it there chose it himself."""

import pytest

from tests.inventories import OURS, STRANGER, Taken, place, surroundings
from truant.model.fact import Fact
from truant.model.network import Place

OWN, GATEWAY, PRIVATE = "52.0.0.5", "52.0.0.1", "10.1.0.5"


def site(*without: str) -> set[Fact]:
    taken = Taken(OURS)
    taken.vpc("vpc-1", "10.1.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    ways = {"0.0.0.0/0": "igw-1", "10.9.0.0/16": "pcx-9"}  # to networks that no inventory lists
    taken.table("rtb-1", "vpc-1", ways, "subnet-1")
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", PRIVATE, elastic=OWN))
    taken.nat("nat-1", "subnet-1", "vpc-1", [GATEWAY], "10.1.0.9")
    return taken.facts(*without)


@pytest.mark.parametrize("without", [(), ("describe-vpc-endpoints",)], ids=["listed", "not listed"])
@pytest.mark.parametrize("address", [OWN, GATEWAY])
def test_it_is_a_strangers_whether_endpoints_are_listed_or_not(
    address: str, without: tuple[str, ...]
) -> None:
    found = place(surroundings(site(*without)), "i-1", address, endpoint="vpce-9")
    assert found.place is Place.FOREIGN_ACCOUNT
    told = place(surroundings(site(*without)), "i-1", address, endpoint="vpce-9", owner=STRANGER)
    assert (told.place, told.account) == (Place.FOREIGN_ACCOUNT, STRANGER)


def test_a_private_address_may_be_its_own_where_endpoints_are_not_listed() -> None:
    around = surroundings(site("describe-vpc-endpoints"))
    assert place(around, "i-1", PRIVATE, endpoint="vpce-9").place is Place.UNKNOWABLE
