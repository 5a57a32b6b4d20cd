"""Facts of any source compiled: ids that stand for others, lists that shorten, laws."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from truant.detection.inventory import ORGANIZATION, SHUTDOWN_SECONDS, Inventory
from truant.model.fact import Fact, Mode

OURS, OTHER = "111111111111", "222222222222"
LISTS = f"{OURS}/eu-west-1"
IS, BEGINS, ENDS, UNKNOWN = Mode.IS, Mode.BEGINS, Mode.ENDS, Mode.UNKNOWN


def fact(entity: str, attribute: str, at: int, mode: Mode, *values: str) -> Fact:
    return Fact(entity, attribute, at, mode, values, "x")


def held(inventory: Inventory, entity: str, attribute: str, at: int) -> set[str]:
    return {one.value for one in inventory.timeline(entity, attribute).at(at)}


# Ids that stand for others.


def test_an_association_stands_for_an_allocation_and_that_for_an_address() -> None:
    told = (
        fact("eip-1", "is", 5, BEGINS, "52.0.0.1"),
        fact("assoc-1", "is", 10, BEGINS, "eip-1"),
        fact("eip-1", "holder", 10, BEGINS, "eni-1"),
        fact("assoc-1", "holder", 20, ENDS),
    )
    inventory = Inventory(told)
    assert held(inventory, "52.0.0.1", "holder", 15) == {"eni-1"}
    assert held(inventory, "52.0.0.1", "holder", 20) == set()


def test_a_long_chain_of_replaced_associations_leads_to_the_subnet() -> None:
    told = [fact("assoc-0", "is", 0, BEGINS, "subnet-1")]
    told += [fact(f"assoc-{n}", "is", n, BEGINS, f"assoc-{n - 1}") for n in range(1, 30)]
    told.append(fact("assoc-29", "route-table", 50, BEGINS, "rtb-1"))
    assert held(Inventory(told), "subnet-1", "route-table", 50) == {"rtb-1"}


def test_ids_that_stand_for_each_other_end() -> None:
    told = (fact("a", "is", 0, BEGINS, "b"), fact("b", "is", 0, BEGINS, "a"))
    assert Inventory((*told, fact("a", "holder", 5, BEGINS, "x"))).facts


def test_what_an_id_stands_for_may_be_told_after_what_is_said_of_it() -> None:
    told = (fact("eip-1", "holder", 5, BEGINS, "eni-1"), fact("eip-1", "is", 90, IS, "52.0.0.1"))
    assert held(Inventory(told), "52.0.0.1", "holder", 6) == {"eni-1"}


# Lists that shorten.


@pytest.mark.parametrize(
    "collection",
    ["instances", "interfaces", "nat-gateways", "endpoints", "peerings", "attachments"],
)
def test_what_a_later_list_no_longer_names_ended_by_then(collection: str) -> None:
    told = (fact(LISTS, collection, 10, IS, "x-1", "x-2"), fact(LISTS, collection, 20, IS, "x-2"))
    inventory = Inventory(told)
    assert inventory.ended("x-1") == 20
    assert inventory.ended("x-2") is None


def test_what_a_still_later_list_names_again_never_ended() -> None:
    lists = [("x-1",), (), ("x-1",)]
    told = [fact(LISTS, "instances", n, IS, *names) for n, names in enumerate(lists)]
    assert Inventory(told).ended("x-1") is None


def test_an_end_that_is_told_is_more_exact_than_a_list() -> None:
    told = (
        fact(LISTS, "instances", 10, IS, "i-1"),
        fact(LISTS, "instances", 30, IS),
        fact("i-1", "ended", 20, BEGINS, "20"),
    )
    assert Inventory(told).ended("i-1") == 20


def test_two_lists_of_one_time_are_one_list() -> None:
    told = (fact(LISTS, "instances", 10, IS, "i-1"), fact(LISTS, "instances", 10, IS, "i-2"))
    assert Inventory(told).ended("i-1") is Inventory(told).ended("i-2") is None


def test_what_is_no_longer_shared_has_not_ended() -> None:
    told = (
        fact(LISTS, "vpcs", 10, IS, "eu-west-1/vpc-h"),
        fact(LISTS, "vpcs", 20, IS),
        fact("eu-west-1/vpc-h", "account", 10, IS, OTHER),
    )
    assert Inventory(told).ended("eu-west-1/vpc-h") is None


def test_the_list_of_another_region_says_nothing() -> None:
    told = (
        fact(LISTS, "instances", 10, IS, "i-1"),
        fact(f"{OURS}/us-east-1", "instances", 20, IS),
    )
    assert Inventory(told).ended("i-1") is None


def test_an_address_that_a_later_list_lacks_can_come_back() -> None:
    lists = [("52.0.0.1",), (), ("52.0.0.1",)]
    told = [fact(LISTS, "addresses", n * 10, IS, *names) for n, names in enumerate(lists)]
    told += [fact("52.0.0.1", "owner", at, IS, OURS) for at in (0, 20)]
    inventory = Inventory(told)
    (before, again) = inventory.timeline("52.0.0.1", "owner").held
    assert (before.since, before.until, again.since, again.until) == (None, 10, 10, None)
    assert inventory.ended("52.0.0.1") is None


# Addresses that EC2 assigned.


def assigned(*more: Fact) -> Inventory:
    told = (
        fact("i-1", "auto-public", 0, UNKNOWN),
        fact("i-1", "auto-public", 10, BEGINS, "52.0.0.1"),
        fact("52.0.0.1", "holder", 10, BEGINS, "eni-1"),
        fact("52.0.0.1", "owner", 10, BEGINS, OURS),
        fact("eni-1", "instance", 5, BEGINS, "i-1"),
    )
    return Inventory((*told, *more))


def test_an_assigned_address_goes_back_when_the_instance_stops() -> None:
    inventory = assigned(fact("i-1", "auto-public", 100, IS))
    late = 100 + SHUTDOWN_SECONDS
    for attribute, value in (("holder", "eni-1"), ("owner", OURS)):
        assert held(inventory, "52.0.0.1", attribute, late - 1) == {value}
        assert held(inventory, "52.0.0.1", attribute, late) == set()


def test_an_assigned_address_stays_while_the_instance_runs() -> None:
    assert held(assigned(), "52.0.0.1", "holder", 9999) == {"eni-1"}


def test_an_address_that_another_instance_got_next_is_the_other_ones() -> None:
    next_start = 100 + SHUTDOWN_SECONDS + 50
    inventory = assigned(
        fact("i-1", "auto-public", 100, IS),
        fact("52.0.0.1", "holder", next_start, BEGINS, "eni-2"),
        fact("52.0.0.1", "owner", next_start, BEGINS, OURS),
    )
    assert held(inventory, "52.0.0.1", "holder", next_start) == {"eni-2"}
    assert held(inventory, "52.0.0.1", "owner", next_start) == {OURS}


# What is always so, and what there is.


def test_what_never_changes_is_known_at_any_time() -> None:
    told = (fact("eni-1", "vpc", 50, BEGINS, "eu-west-1/vpc-1"), fact("i-1", "launched", 9, BEGINS))
    inventory = Inventory((*told, fact("nat-1", "created", 7, BEGINS, "created")))
    assert inventory.always("eni-1", "vpc") == "eu-west-1/vpc-1"
    assert inventory.always("eni-2", "vpc") is None
    assert inventory.has("eni-1", "subnet", "vpc")
    assert not inventory.has("eni-1", "subnet")
    assert (inventory.launched("i-1"), inventory.launched("i-2")) == (9, None)
    assert (inventory.created("nat-1"), inventory.created("nat-2")) == (7, None)


def test_which_lists_there_are() -> None:
    told = (fact(LISTS, "endpoints", 5, IS), fact(ORGANIZATION, "accounts", 5, IS, OURS, OTHER))
    inventory = Inventory(told)
    assert inventory.covers(OURS, "eu-west-1", "endpoints")
    assert not inventory.covers(OURS, "us-east-1", "endpoints")
    assert not inventory.covers(OTHER, "eu-west-1", "endpoints")
    assert not inventory.covers(None, None, "endpoints")
    assert inventory.covers_account(OURS, "endpoints")
    assert not inventory.covers_account(OURS, "instances")
    assert inventory.accounts == {OURS}
    assert inventory.organization == {OURS, OTHER}


def test_vpcs_that_are_linked_by_peering_or_a_transit_gateway() -> None:
    told = (
        fact("pcx-1", "vpc", 5, IS, "r/vpc-1", "r/vpc-2"),
        fact("a-1", "transit-gateway", 5, IS, "tgw-1"),
        fact("a-2", "transit-gateway", 5, IS, "tgw-1"),
        fact("a-1", "vpc", 5, IS, "r/vpc-2"),
        fact("a-2", "vpc", 5, IS, "r/vpc-3"),
    )
    links = Inventory(told).links
    assert links["r/vpc-1"] == {"r/vpc-2"}
    assert links["r/vpc-2"] == {"r/vpc-1", "r/vpc-3"}


# The laws.

entities = st.sampled_from(["i-1", "eni-1", "52.0.0.1", "eip-1", "assoc-1", LISTS])
attributes = st.sampled_from(
    ["is", "holder", "owner", "instance", "auto-public", "ended", "addresses", "instances"]
)
some = st.lists(
    st.sampled_from(["i-1", "eni-1", "52.0.0.1", "eip-1", OURS]), max_size=2, unique=True
).map(lambda names: tuple(sorted(names)))
facts = st.lists(
    st.builds(
        Fact,
        entities,
        attributes,
        st.integers(1, 9),
        st.sampled_from(list(Mode)),
        some,
        st.just("x"),
    ),
    max_size=12,
)


@settings(deadline=None)
@given(facts, st.randoms(use_true_random=False))
def test_facts_in_any_order_and_repeated_give_the_same_timelines(
    told: list[Fact], chance: random.Random
) -> None:
    again = told + told[::2]
    chance.shuffle(again)
    one, other = Inventory(told), Inventory(again)
    assert one.facts.keys() == other.facts.keys()
    for entity, attribute in one.facts:
        assert one.timeline(entity, attribute) == other.timeline(entity, attribute)
        assert one.ended(entity) == other.ended(entity)
        assert one.always(entity, attribute) == other.always(entity, attribute)
    assert one.by_holder == other.by_holder
    assert one.by_instance == other.by_instance


@settings(deadline=None)
@given(facts, facts)
def test_two_sources_together_are_one_inventory(one: list[Fact], other: list[Fact]) -> None:
    together, turned = Inventory([*one, *other]), Inventory([*other, *one])
    assert {key: turned.timeline(*key) for key in turned.facts} == {
        key: together.timeline(*key) for key in together.facts
    }
