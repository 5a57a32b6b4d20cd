"""Laws of places: spans are true, order and repetition change nothing, asking changes nothing."""

import random
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.inventories import HUB, NOON, OURS, REGION, Taken, surroundings, write
from truant.detection.place import Placement, Subject, place_of
from truant.detection.trust import Rule, Trust
from truant.detection.view import Span
from truant.model.fact import Fact
from truant.model.network import Origin, Via

SUBJECT = Subject("i-1", OURS, REGION)
TABLE = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}
ORIGINS = [
    Origin(Via.DIRECT, address, endpoint)
    for address, endpoint in [
        ("10.0.0.5", "vpce-1"),
        ("10.0.0.6", "vpce-1"),
        ("10.0.0.5", "vpce-h"),
        ("10.0.0.9", None),
        ("52.0.0.1", None),
        ("52.0.0.2", None),
        ("52.0.0.3", None),
        ("198.51.100.7", None),
    ]
]


def listed(at: int, target: str, address: str) -> set[Fact]:
    """A snapshot: where the default route leads, and who has the elastic address."""
    taken = Taken(at=at)
    taken.vpc("vpc-1", "10.0.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    taken.table("rtb-1", "vpc-1", {"10.0.0.0/16": "local", "0.0.0.0/0": target}, "subnet-1")
    taken.nat("nat-1", "subnet-1", "vpc-1", ["52.0.0.1"], "10.0.0.9")
    own = taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5", assigned=address)
    taken.instance("i-1", own, launched=at - 40)
    taken.endpoint("vpce-1", "vpc-1")
    taken.attachment("tgw-1", "vpc-1", OURS)
    return taken.facts()


def hub(at: int) -> set[Fact]:
    taken = Taken(HUB, at=at)
    taken.vpc("vpc-h", "10.9.0.0/16")
    taken.subnet("subnet-h", "vpc-h")
    taken.table("rtb-h", "vpc-h", {"0.0.0.0/0": "igw-h", "10.0.0.0/16": "tgw-1"}, "subnet-h")
    taken.nat("nat-h", "subnet-h", "vpc-h", ["52.0.0.3"], "10.9.0.9")
    taken.transit("tgw-1")
    taken.attachment("tgw-1", "vpc-1", OURS)
    taken.attachment("tgw-1", "vpc-h", HUB)
    taken.endpoint("vpce-h", "vpc-h")
    return taken.facts()


Event = Callable[[int], set[Fact]]
EVENTS: list[Event] = [
    lambda at: listed(at, "nat-1", "52.0.0.2"),
    lambda at: listed(at, "igw-1", "52.0.0.3"),
    lambda at: listed(at, "tgw-1", "52.0.0.2"),
    hub,
    lambda at: write("StopInstances", at, {"instancesSet": {"items": [{"instanceId": "i-1"}]}}),
    lambda at: write("StartInstances", at, {"instancesSet": {"items": [{"instanceId": "i-1"}]}}),
    lambda at: write(
        "TerminateInstances", at, {"instancesSet": {"items": [{"instanceId": "i-1"}]}}
    ),
    lambda at: write("ReplaceRoute", at, TABLE | {"natGatewayId": "nat-1"}),
    lambda at: write("DeleteRoute", at, TABLE),
    lambda at: write("CreateRoute", at, TABLE | {"transitGatewayId": "tgw-1"}),
    lambda at: write(
        "DeleteNatGateway", at, {"DeleteNatGatewayRequest": {"NatGatewayId": "nat-1"}}
    ),
    lambda at: write("ReleaseAddress", at, {"publicIp": "52.0.0.1"}),
    lambda at: write("AllocateAddress", at, {}, {"publicIp": "52.0.0.2", "allocationId": "eip-2"}),
    lambda at: write("AssociateAddress", at, {"allocationId": "eip-2", "instanceId": "i-1"}),
    lambda at: write("DisassociateAddress", at, {"publicIp": "52.0.0.2"}),
    lambda at: write(
        "UnassignPrivateIpAddresses",
        at,
        {"networkInterfaceId": "eni-1", "privateIpAddressesSet": {"items": ["10.0.0.6"]}},
    ),
    lambda at: write("DeleteVpcEndpoints", at, {"VpcEndpointId": {"content": "vpce-1"}}),
]

histories = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 900).map(lambda n: NOON + n)), max_size=6
).map(lambda made: [fact for event, at in made for fact in sorted(event(at))])
times = st.integers(-60, 1600).map(lambda n: NOON + n)
TRUST = Trust(rules=(Rule("office", cidr="198.51.100.0/24", expires=NOON + 300),))


def placed(facts: list[Fact], origin: Origin, at: int) -> tuple[Placement, Span]:
    return place_of(origin, SUBJECT, at, surroundings(facts, trust=TRUST))


@settings(max_examples=150, deadline=None)
@given(histories, st.sampled_from(ORIGINS), times, times)
def test_within_its_span_a_place_is_the_same(
    facts: list[Fact], origin: Origin, at: int, other: int
) -> None:
    found, span = placed(facts, origin, at)
    assert span.since <= at < span.until
    if span.since <= other < span.until:
        assert placed(facts, origin, other)[0] == found
    for edge in (span.since, span.until - 1):
        assert placed(facts, origin, edge)[0] == found


@settings(max_examples=60, deadline=None)
@given(histories, times, st.randoms(use_true_random=False))
def test_facts_in_any_order_and_repeated_give_the_same_places(
    facts: list[Fact], at: int, chance: random.Random
) -> None:
    again = facts + facts[: len(facts) // 2]
    chance.shuffle(again)
    for origin in ORIGINS:
        assert placed(again, origin, at)[0] == placed(facts, origin, at)[0]


@settings(max_examples=40, deadline=None)
@given(histories, st.lists(times, min_size=2, max_size=6))
def test_what_was_asked_before_changes_no_answer(facts: list[Fact], asked: list[int]) -> None:
    around = surroundings(facts, trust=TRUST)
    for at in asked:
        for origin in ORIGINS:
            assert place_of(origin, SUBJECT, at, around)[0] == placed(facts, origin, at)[0]
