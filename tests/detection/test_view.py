"""Questions about one time, and how long their answers stay true."""

import pytest

from truant.detection.inventory import SHUTDOWN_SECONDS, Inventory
from truant.detection.view import BEGINNING, END, Endpoint, Span, View
from truant.model.fact import Fact, Mode

VPC = "eu-west-1/vpc-1"


def fact(entity: str, attribute: str, at: int, mode: Mode, *values: str) -> Fact:
    return Fact(entity, attribute, at, mode, values, "x")


def view(at: int, *facts: Fact) -> View:
    return View(Inventory(facts), at)


def whole(entity: str, attribute: str, *values: str, at: int = 100) -> Fact:
    return fact(entity, attribute, at, Mode.IS, *values)


def begins(entity: str, attribute: str, at: int, *values: str) -> Fact:
    return fact(entity, attribute, at, Mode.BEGINS, *values)


@pytest.mark.parametrize(
    ("at", "changes", "span"),
    [
        (10, (5, 20), (5, 20)),
        (10, (5, 7, 20, 30, None), (7, 20)),
        (10, (10,), (10, END)),
        (10, (), (BEGINNING, END)),
    ],
)
def test_a_span_ends_at_the_nearest_changes(
    at: int, changes: tuple[int | None, ...], span: tuple[int, int]
) -> None:
    found = Span()
    found.narrow(at, *changes)
    assert (found.since, found.until) == span


def test_an_answer_holds_between_the_changes_that_it_looked_at() -> None:
    told = (begins("eni-1", "address", 50, "a"), begins("eni-1", "address", 200, "b"))
    now = view(100, *told)
    assert now.values("eni-1", "address") == ["a"]
    assert (now.span.since, now.span.until) == (50, 200)


def test_what_is_not_known_is_none_or_empty() -> None:
    now = view(100)
    assert now.values("eni-1", "address") == []
    assert now.value("eni-1", "instance") is None
    assert now.interfaces("i-1") == []
    assert now.endpoint("vpce-1") is None
    assert now.owner("52.0.0.1") is now.holder("52.0.0.1") is None
    assert not now.knows("52.0.0.1", "holder")
    assert not now.is_gone("i-1")
    assert now.exists("nat-1")


def test_unknown_spans_bound_the_answer_too() -> None:
    told = (fact("i-1", "auto-public", 50, Mode.UNKNOWN), begins("i-1", "auto-public", 200, "a"))
    now = view(100, *told)
    assert not now.knows("i-1", "auto-public")
    assert (now.span.since, now.span.until) == (50, 200)


def test_an_instance_may_speak_while_it_shuts_down_and_nothing_else_does() -> None:
    ended = (begins("i-1", "ended", 100, "100"), begins("eni-1", "ended", 100, "100"))
    assert not view(100 + SHUTDOWN_SECONDS - 1, *ended).is_gone("i-1")
    assert view(100 + SHUTDOWN_SECONDS, *ended).is_gone("i-1")
    assert view(100, *ended).is_gone("eni-1")
    now = view(100, *ended)
    now.is_gone("i-1")
    assert now.span.until == 100 + SHUTDOWN_SECONDS


def test_an_interface_is_of_the_living_instance_that_it_is_attached_to() -> None:
    told = (whole("eni-1", "instance", "i-1"), begins("i-1", "ended", 200, "200"))
    assert view(150, *told).instance_of("eni-1") == "i-1"
    assert view(200 + SHUTDOWN_SECONDS, *told).instance_of("eni-1") is None


def test_a_gateway_is_the_better_name_for_what_holds_an_address() -> None:
    now = view(
        100, whole("52.0.0.1", "holder", "eni-1", "nat-1"), whole("nat-1", "account", "1" * 12)
    )
    assert now.holder("52.0.0.1") == "nat-1"
    assert now.owner("52.0.0.1") == "1" * 12
    assert now.public_of("eni-1") == now.public_of("nat-1") == ["52.0.0.1"]


def test_private_addresses_are_looked_for_in_their_vpc() -> None:
    told = (
        whole("eni-1", "vpc", VPC),
        whole("eni-1", "address", "10.0.0.5"),
        whole("eni-2", "vpc", "eu-west-1/vpc-2"),
        whole("eni-2", "address", "10.0.0.5"),
        whole("eni-3", "vpc", VPC),
        whole("eni-3", "prefix", "10.0.0.0/28"),
    )
    now = view(100, *told)
    assert now.private_holders(VPC, "10.0.0.5") == ["eni-1", "eni-3"]
    assert now.private_holders("us-east-1/vpc-1", "10.0.0.5") == []


def linked(*more: Fact) -> View:
    told = (
        whole("eni-2", "vpc", "eu-west-1/vpc-2"),
        whole("eni-2", "address", "10.0.0.5"),
        whole("pcx-1", "vpc", VPC, "eu-west-1/vpc-2"),
    )
    return view(100, *told, *more)


def test_those_in_linked_vpcs_may_have_spoken_where_nobody_nearer_can() -> None:
    assert linked().reachers(VPC, "10.0.0.5") == ["eni-2"]
    nearer = (whole("eni-1", "vpc", VPC), whole("eni-1", "address", "10.0.0.5"))
    assert linked(*nearer).reachers(VPC, "10.0.0.5") == ["eni-1"]


def test_ranges_of_vpcs() -> None:
    now = view(100, whole(VPC, "cidr", "10.0.0.0/16", "2a05:d018:1::/56"))
    assert now.in_vpc("10.0.9.9", VPC)
    assert not now.in_vpc("10.1.0.1", VPC)
    assert now.vpc_of("2a05:d018:1::7") == VPC
    assert now.vpc_of("2a05:d018:2::7") is None


def test_an_ipv6_address_is_somebodys_wherever_it_is() -> None:
    told = (
        whole(VPC, "cidr", "2a05:d018:1::/56"),
        whole("eni-1", "vpc", VPC),
        whole("eni-1", "address", "2a05:d018:1::5"),
        whole("eni-2", "vpc", VPC),
        whole("eni-2", "prefix", "2a05:d018:1:1::/80"),
    )
    assert view(100, *told).public_holders("2a05:d018:1::5") == ["eni-1"]
    assert view(100, *told).public_holders("2a05:d018:1:1::9") == ["eni-2"]
    assert view(100, *told).public_holders("2a05:d018:1::6") == []


def test_an_endpoint_of_which_only_the_owner_is_known() -> None:
    assert view(100, whole("vpce-1", "account", "1" * 12)).endpoint("vpce-1") == Endpoint(
        "vpce-1", "1" * 12, None
    )
    assert not Endpoint("vpce-1", None, None).is_gateway
    assert Endpoint("vpce-1", None, None, "Gateway").is_gateway


def test_what_was_made_later_does_not_exist_yet() -> None:
    now = view(100, begins("nat-1", "created", 150, "created"))
    assert not now.exists("nat-1")
    assert now.span.until == 150
    assert view(150, begins("nat-1", "created", 150, "created")).exists("nat-1")
