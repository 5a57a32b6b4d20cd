"""IPv6: public, unique, and in no list of elastic addresses."""

from tests.inventories import HUB, Taken, place, surroundings
from truant.model.network import Place


def dual_stack(account: str, number: int) -> Taken:
    taken = Taken(account)
    taken.vpc(f"vpc-{number}", f"10.{number}.0.0/16", f"2a05:d018:{number}::/56")
    taken.subnet(f"subnet-{number}", f"vpc-{number}")
    taken.table(f"rtb-{number}", f"vpc-{number}", {"::/0": "eigw-1"}, f"subnet-{number}")
    own = taken.interface(
        f"eni-{number}",
        f"subnet-{number}",
        f"vpc-{number}",
        f"10.{number}.0.5",
        f"2a05:d018:{number}::5",
        Ipv6Prefixes=[{"Ipv6Prefix": f"2a05:d018:{number}:1::/80"}],
    )
    taken.instance(f"i-{number}", own)
    return taken


OWN, OTHER = dual_stack("111111111111", 1), dual_stack(HUB, 2)
AROUND = surroundings(OWN.facts(), OTHER.facts())


def test_an_egress_only_gateway_shows_the_instances_own_address() -> None:
    assert place(AROUND, "i-1", "2a05:d018:1::5").place is Place.OWN_INTERFACE


def test_a_pod_speaks_from_a_prefix_delegated_to_its_node() -> None:
    found = place(AROUND, "i-1", "2a05:d018:1:1::77")
    assert found.place is Place.OWN_INTERFACE
    assert "prefix" in found.reason


def test_another_instances_address_is_its_accounts() -> None:
    for address in ("2a05:d018:2::5", "2a05:d018:2:1::77"):
        found = place(AROUND, "i-1", address)
        assert (found.place, found.account) == (Place.AFFILIATED, HUB)
        assert "i-2" in found.reason


def test_an_address_of_our_ranges_that_nothing_known_holds_is_ours() -> None:
    """A machine that was gone before the snapshot."""
    found = place(AROUND, "i-1", "2a05:d018:2::99")
    assert (found.place, found.account) == (Place.AFFILIATED, HUB)
    assert place(AROUND, "i-1", "2a05:d018:1::99").place is Place.OTHER_INSTANCE


def test_it_may_be_its_own_where_its_addresses_are_not_known() -> None:
    facts = OWN.facts("describe-instances", "describe-network-interfaces")
    assert place(surroundings(facts), "i-1", "2a05:d018:1::5").place is Place.UNKNOWABLE


def test_addresses_of_nobody_of_ours() -> None:
    assert place(AROUND, "i-1", "2a05:d018:9::5").place is Place.AWS_UNKNOWN
    assert place(AROUND, "i-1", "2001:db8::5").place is Place.OUTSIDE_AWS


def test_private_ipv6_is_not_unique() -> None:
    taken = dual_stack(HUB, 3)
    taken.documents["describe-vpcs"][0]["Ipv6CidrBlockAssociationSet"] = [
        {"Ipv6CidrBlock": "fd00:3::/56"}
    ]
    taken.interface("eni-u", "subnet-3", "vpc-3", "10.3.0.9", "fd00:3::9")
    found = place(surroundings(OWN.facts(), taken.facts()), "i-1", "fd00:3::9")
    assert found.place is Place.UNKNOWABLE
