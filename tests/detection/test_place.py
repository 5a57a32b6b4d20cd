"""The order of reasoning about one origin: the false alarm first, then what hides in it."""

import pytest

from tests.inventories import (
    DAY,
    HUB,
    NOON,
    OURS,
    REGION,
    STRANGER,
    Taken,
    place,
    surroundings,
    write,
)
from truant.detection.place import Subject, place_of
from truant.detection.trust import Rule, Trust
from truant.model.network import Origin, Place, Via


def site(at: int = NOON) -> Taken:
    """A VPC with a NAT gateway for the private subnet, and two instances there."""
    taken = Taken(at=at)
    taken.vpc("vpc-1", "10.0.0.0/16", "2a05:d018:1::/56")
    taken.subnet("subnet-1", "vpc-1")
    taken.subnet("subnet-2", "vpc-1")
    private = {"10.0.0.0/16": "local", "0.0.0.0/0": "nat-1", "::/0": "eigw-1"}
    taken.table("rtb-1", "vpc-1", private, "subnet-1")
    taken.table("rtb-2", "vpc-1", {"10.0.0.0/16": "local", "0.0.0.0/0": "igw-1"}, "subnet-2")
    taken.nat("nat-1", "subnet-2", "vpc-1", ["52.0.0.1"], "10.0.1.9")
    own = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5", "2a05:d018:1::5")
    taken.instance("i-1", own)
    taken.instance("i-2", taken.interface("eni-2", "subnet-1", "vpc-1", "10.0.0.6"))
    taken.endpoint("vpce-1", "vpc-1")
    return taken


def placed(
    address: str, *more: Taken, endpoint: str | None = None, owner: str | None = None
) -> Place:
    facts = [one.facts() for one in (site(), *more)]
    return place(surroundings(*facts), "i-1", address, endpoint=endpoint, owner=owner).place


@pytest.mark.parametrize(
    ("address", "endpoint", "expected"),
    [
        ("10.0.0.5", "vpce-1", Place.OWN_INTERFACE),
        ("2a05:d018:1::5", "vpce-1", Place.OWN_INTERFACE),
        ("2a05:d018:1::5", None, Place.OWN_INTERFACE),
        ("10.0.0.5", None, Place.OWN_INTERFACE),  # some services leave the endpoint out
        ("52.0.0.1", None, Place.OWN_WAY_OUT),
        ("10.0.1.9", "vpce-1", Place.OWN_WAY_OUT),  # the NAT gateway's subnet has the endpoint
        ("10.0.0.6", "vpce-1", Place.OTHER_INSTANCE),
        ("10.0.0.6", None, Place.OTHER_INSTANCE),
        ("10.0.0.77", None, Place.UNKNOWABLE),
        ("192.168.1.1", None, Place.UNKNOWABLE),
        ("52.0.0.99", None, Place.AWS_UNKNOWN),
        ("54.0.0.99", None, Place.AWS_UNKNOWN),
        ("198.51.100.7", None, Place.OUTSIDE_AWS),
        ("10.0.0.5", "vpce-foreign", Place.FOREIGN_ACCOUNT),  # the victim's address, spoofed
        ("52.0.0.1", "vpce-foreign", Place.FOREIGN_ACCOUNT),
    ],
)
def test_the_order_of_reasoning(address: str, endpoint: str | None, expected: Place) -> None:
    assert placed(address, endpoint=endpoint) is expected


@pytest.mark.parametrize(
    "origin",
    [
        Origin(Via.SERVICE, "ec2.amazonaws.com"),
        Origin(Via.SERVICE, "198.51.100.7"),
        Origin(Via.DIRECT, None),
        Origin(Via.SERVICE, "athena.amazonaws.com", "vpce-foreign"),
    ],
)
def test_services_are_no_place_of_the_instance(origin: Origin) -> None:
    found, _ = place_of(origin, Subject("i-1", OURS, REGION), NOON, surroundings(site().facts()))
    assert found.place is Place.AWS_SERVICE


def test_the_endpoints_owner_decides_where_no_inventory_lists_it() -> None:
    assert placed("10.0.0.5", endpoint="vpce-x", owner=STRANGER) is Place.FOREIGN_ACCOUNT
    assert placed("10.0.0.5", endpoint="vpce-x", owner=OURS) is Place.OWN_INTERFACE
    assert placed("10.0.1.9", endpoint="vpce-x", owner=OURS) is Place.OWN_WAY_OUT
    assert placed("10.0.0.6", endpoint="vpce-x", owner=OURS) is Place.OTHER_INSTANCE
    assert placed("10.0.0.6", Taken(HUB), endpoint="vpce-x", owner=HUB) is Place.AFFILIATED
    assert placed("10.0.0.5", endpoint="vpce-x", owner="AWS Internal") is Place.FOREIGN_ACCOUNT


def test_an_endpoint_that_was_deleted_before_the_snapshot_was_ours() -> None:
    """Its deletion is all that the trail tells of it; the false alarm of a busy estate."""
    asked = {"DeleteVpcEndpointsRequest": {"VpcEndpointId": {"tag": 1, "content": "vpce-old"}}}
    around = surroundings(site().facts(), write("DeleteVpcEndpoints", NOON - 60, asked))
    assert place(around, "i-1", "10.0.0.5", NOON - 600, endpoint="vpce-old").place is (
        Place.OWN_INTERFACE
    )


def test_inventory_wins_over_published_ranges() -> None:
    """Addresses brought to AWS stand in no list; VPCs use ranges that look public."""
    taken = site()
    taken.nat("nat-9", "subnet-2", "vpc-1", ["198.51.100.9"], "10.0.1.10")
    taken.table("rtb-9", "vpc-1", {"0.0.0.0/0": "nat-9"}, "subnet-9")
    taken.subnet("subnet-9", "vpc-1")
    taken.instance("i-9", taken.interface("eni-9", "subnet-9", "vpc-1", "10.0.9.5"))
    around = surroundings(taken.facts())
    assert place(around, "i-9", "198.51.100.9").place is Place.OWN_WAY_OUT
    assert place(around, "i-1", "198.51.100.9").place is Place.OTHER_INSTANCE


def test_public_looking_vpc_ranges_are_the_vpcs() -> None:
    taken = Taken()
    taken.vpc("vpc-1", "30.1.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"30.1.0.0/16": "local"}, "subnet-1")
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "30.1.0.5"))
    taken.instance("i-2", taken.interface("eni-2", "subnet-1", "vpc-1", "30.1.0.6"))
    taken.endpoint("vpce-1", "vpc-1")
    around = surroundings(taken.facts())
    assert place(around, "i-1", "30.1.0.5", endpoint="vpce-1").place is Place.OWN_INTERFACE
    assert place(around, "i-1", "30.1.0.5").place is Place.OWN_INTERFACE
    assert place(around, "i-1", "30.1.0.6").place is Place.OTHER_INSTANCE
    assert place(around, "i-1", "30.1.0.7").place is Place.UNKNOWABLE  # nobody known, but ours
    assert place(around, "i-1", "30.2.0.7").place is Place.OUTSIDE_AWS


def test_an_address_that_nothing_held_cannot_have_spoken() -> None:
    """Unattached in the snapshot, used before it: what held it then is not known."""
    taken = site()
    taken.address("52.0.0.50")
    found = place(surroundings(taken.facts()), "i-1", "52.0.0.50", NOON - DAY)
    assert (found.place, found.sure) == (Place.UNKNOWABLE, False)


def test_without_a_list_of_elastic_addresses_their_history_is_not_told() -> None:
    """The trail names them by their allocation alone: who held one before, nobody can tell."""
    taken = site()
    box = taken.interface("eni-9", "subnet-2", "vpc-1", "10.0.1.30", elastic="52.0.0.50")
    taken.instance("i-9", box)
    for missing, sure in (((), True), (("describe-addresses",), False)):
        found = place(surroundings(taken.facts(*missing)), "i-1", "52.0.0.50")
        assert (found.place, found.sure) == (Place.OTHER_INSTANCE, sure)


def proxied(*routes: tuple[str, str]) -> Taken:
    """An instance in a VPC that is peered with a VPC of proxies."""
    taken = Taken()
    for number in (1, 2):
        taken.vpc(f"vpc-{number}", f"10.{number}.0.0/16")
        taken.subnet(f"subnet-{number}", f"vpc-{number}")
    taken.table("rtb-1", "vpc-1", {"10.2.0.0/16": "pcx-1", **dict(routes)}, "subnet-1")
    taken.nat("nat-2", "subnet-2", "vpc-2", ["52.0.0.2"], "10.2.0.9")
    taken.peering("pcx-1", (OURS, "vpc-1"), (OURS, "vpc-2"))
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.1.0.5"))
    return taken


def test_an_instance_with_a_way_out_of_its_own_needs_no_proxy() -> None:
    around = surroundings(proxied(("0.0.0.0/0", "igw-1")).facts())
    assert place(around, "i-1", "52.0.0.2").place is Place.OTHER_INSTANCE


def test_a_proxy_out_of_reach_lends_nothing() -> None:
    around = surroundings(proxied(("10.2.0.0/16", "local")).facts())
    assert place(around, "i-1", "52.0.0.2").place is Place.OTHER_INSTANCE


def branched(kind: str) -> Taken:
    """A pod's branch interface without a tag, and an instance whose interface is of a kind."""
    taken = site()
    taken.documents["describe-network-interfaces"][0]["InterfaceType"] = kind
    taken.interface("eni-b", "subnet-1", "vpc-1", "10.0.0.77", InterfaceType="branch")
    return taken


@pytest.mark.parametrize("endpoint", ["vpce-1", None])
def test_a_branch_interface_may_be_that_of_an_instance_with_a_trunk(endpoint: str | None) -> None:
    for kind, expected in (("trunk", Place.UNKNOWABLE), ("interface", Place.OTHER_INSTANCE)):
        around = surroundings(branched(kind).facts())
        assert place(around, "i-1", "10.0.0.77", endpoint=endpoint).place is expected


def test_an_affiliated_accounts_address_is_affiliated_unless_routes_prove_it() -> None:
    other = Taken(HUB)
    other.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.60"], "10.9.0.9")
    found = place(surroundings(site().facts(), other.facts()), "i-1", "52.0.0.60")
    assert (found.place, found.account, found.affiliated) == (Place.AFFILIATED, HUB, True)


def test_an_account_that_is_not_monitored_is_foreign_and_said_to_be_of_the_organization() -> None:
    other = Taken(HUB)
    other.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.60"], "10.9.0.9")
    trust = Trust(administrator=OURS, members=frozenset({"333333333333"}))
    around = surroundings(site().facts(), other.facts(), trust=trust)
    found = place(around, "i-1", "52.0.0.60")
    assert (found.place, found.account) == (Place.FOREIGN_ACCOUNT, HUB)


@pytest.mark.parametrize(
    ("rule", "address", "endpoint"),
    [
        (Rule("office", cidr="198.51.100.0/24"), "198.51.100.7", None),
        (Rule("partner", vpc_endpoint="vpce-p"), "10.7.7.7", "vpce-p"),
        (Rule("partner", account=STRANGER), "10.7.7.7", "vpce-q"),
    ],
)
def test_trusted_by_configuration(rule: Rule, address: str, endpoint: str | None) -> None:
    around = surroundings(site().facts(), trust=Trust(rules=(rule,)))
    found = place(around, "i-1", address, endpoint=endpoint, owner=STRANGER)
    assert (found.place, found.rule) == (Place.TRUSTED, rule)
    assert around.used[str(rule)] == 1


def test_a_trusted_address_does_not_excuse_an_endpoint() -> None:
    """Whoever owns an endpoint chooses the address that is seen through it."""
    rule = Rule("office", cidr="10.0.0.0/8")
    around = surroundings(site().facts(), trust=Trust(rules=(rule,)))
    found = place(around, "i-1", "10.9.9.9", endpoint="vpce-foreign")
    assert found.place is Place.FOREIGN_ACCOUNT


def test_one_origin_that_a_rule_excuses_counts_once() -> None:
    rule = Rule("office", cidr="198.51.100.0/24")
    around = surroundings(site().facts(), trust=Trust(rules=(rule,)))
    for at in (NOON, NOON + 5):
        place(around, "i-1", "198.51.100.7", at)
    place(around, "i-2", "198.51.100.7")
    assert around.used[str(rule)] == 2


def test_a_rule_that_expires_ends_the_span() -> None:
    rule = Rule("office", cidr="198.51.100.0/24", expires=NOON + 10)
    around = surroundings(site().facts(), trust=Trust(rules=(rule,)))
    origin = Origin(Via.DIRECT, "198.51.100.7")
    found, span = place_of(origin, Subject("i-1", OURS), NOON, around)
    assert (found.place, span.until) == (Place.TRUSTED, NOON + 10)
    assert place(around, "i-1", "198.51.100.7", NOON + 10).place is Place.OUTSIDE_AWS


def test_ranges_are_those_of_the_time_and_older_calls_are_said_to_be_older() -> None:
    around = surroundings(site().facts())
    assert "oldest at hand" not in place(around, "i-1", "198.51.100.7").reason
    old = place(around, "i-1", "198.51.100.7", 1_500_000_000)
    assert "oldest at hand and newer than the call" in old.reason


def test_without_published_ranges_outside_cannot_be_told_from_inside() -> None:
    around = surroundings(site().facts())
    around.ranges = type(around.ranges)()
    found = place(around, "i-1", "198.51.100.7")
    assert found.place is Place.UNLISTED
    assert "no list" in found.reason


def test_a_regional_gateways_new_address_is_not_held_against_the_instance() -> None:
    taken = site()
    taken.documents["describe-nat-gateways"][0] |= {"AvailabilityMode": "regional"}
    around = surroundings(taken.facts())
    assert place(around, "i-1", "52.0.0.99").place is Place.UNKNOWABLE  # a customer's EC2 address
    assert place(around, "i-1", "54.0.0.99").place is Place.AWS_UNKNOWN  # not one of EC2's
    assert place(around, "i-1", "198.51.100.7").place is Place.OUTSIDE_AWS
    around.ranges = type(around.ranges)()  # no list tells which are EC2's
    assert place(around, "i-1", "52.0.0.99").place is Place.UNKNOWABLE


def test_how_sure_it_is_follows_from_what_is_listed() -> None:
    full = surroundings(site().facts())
    likely = surroundings(site().facts("describe-route-tables"))
    nothing = surroundings()
    found = [place(around, "i-1", "52.0.0.99") for around in (full, likely, nothing)]
    assert [(one.place, one.sure, one.likely) for one in found] == [
        (Place.AWS_UNKNOWN, True, False),
        (Place.AWS_UNKNOWN, False, True),
        (Place.AWS_UNKNOWN, False, False),
    ]


def test_without_an_inventory_nothing_private_is_held_against_the_instance() -> None:
    around = surroundings()
    assert place(around, "i-1", "10.0.0.5").place is Place.UNKNOWABLE
    assert place(around, "i-1", "10.0.0.5", endpoint="vpce-1").place is Place.UNKNOWABLE
    own = place(around, "i-1", "10.0.0.5", endpoint="vpce-1", owner=OURS)
    assert (own.place, own.sure) == (Place.UNKNOWABLE, False)
