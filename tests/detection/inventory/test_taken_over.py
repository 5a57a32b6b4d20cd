"""Floating private addresses: who takes one over takes it from whoever had it."""

from itertools import permutations

import pytest

from tests.inventories import HOUR, NOON, REGION, Taken, write
from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.model.fact import Fact

FLOATING, VPC = "10.0.0.100", f"{REGION}/vpc-1"


def assign(name: str, at: int) -> set[Fact]:
    listed = {"item": [{"privateIpAddress": FLOATING}]}
    asked = {"networkInterfaceId": name, "privateIpAddressesSet": listed, "allowReassignment": True}
    return write("AssignPrivateIpAddresses", at, asked, {"_return": True})


def pair(at: int, *holders: str) -> set[Fact]:
    """A snapshot of two interfaces, of which these have the address."""
    taken = Taken(at=at)
    for number, name in enumerate(("eni-1", "eni-2"), 5):
        more = [FLOATING] if name in holders else []
        taken.instance(
            f"i-{number}", taken.interface(name, "subnet-1", "vpc-1", f"10.0.0.{number}", *more)
        )
    return taken.facts()


def holders(at: int, *facts: set[Fact]) -> list[str]:
    told = {fact for some in facts for fact in some}
    return View(Inventory(told), at).private_holders(VPC, FLOATING)


def test_a_snapshot_before_knows_of_the_failover_by_the_trail() -> None:
    facts = pair(NOON - 9 * HOUR, "eni-1"), assign("eni-2", NOON)
    assert holders(NOON - 1, *facts) == ["eni-1"]
    assert holders(NOON + 1, *facts) == ["eni-2"]


def test_there_and_back_again() -> None:
    facts = pair(NOON - 9 * HOUR, "eni-1"), assign("eni-2", NOON), assign("eni-1", NOON + HOUR)
    assert holders(NOON + 1, *facts) == ["eni-2"]
    assert holders(NOON + HOUR + 1, *facts) == ["eni-1"]


def test_who_asks_for_it_twice_takes_it_from_nobody() -> None:
    twice = assign("eni-2", NOON) | assign("eni-2", NOON + HOUR)
    assert holders(NOON + 2 * HOUR, pair(NOON - HOUR, "eni-1"), twice) == ["eni-2"]
    assert holders(NOON + HOUR - 1, pair(NOON - HOUR, "eni-1"), twice) == ["eni-2"]


def test_who_gets_it_first_in_the_trail_took_it_from_nobody_known() -> None:
    facts = assign("eni-1", NOON), assign("eni-2", NOON + HOUR), pair(NOON + 9 * HOUR, "eni-2")
    assert holders(NOON - 1, *facts) == []
    assert holders(NOON + 1, *facts) == ["eni-1"]
    assert holders(NOON + HOUR + 1, *facts) == ["eni-2"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_facts_changes_nothing(order: tuple[int, ...]) -> None:
    parts = pair(NOON - HOUR, "eni-1"), assign("eni-2", NOON), assign("eni-1", NOON + HOUR)
    facts = [parts[n] for n in order]
    assert [holders(NOON + h * HOUR + 1, *facts) for h in (-1, 0, 1)] == [
        ["eni-1"],
        ["eni-2"],
        ["eni-1"],
    ]


def test_the_same_address_in_another_vpc_is_another() -> None:
    taken = Taken(at=NOON - HOUR)
    taken.interface("eni-9", "subnet-9", "vpc-9", "10.0.0.9", FLOATING)
    facts = pair(NOON - HOUR, "eni-1"), taken.facts(), assign("eni-2", NOON)
    there = View(Inventory({f for some in facts for f in some}), NOON + 1)
    assert there.private_holders(f"{REGION}/vpc-9", FLOATING) == ["eni-9"]
