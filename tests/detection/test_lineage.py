"""Keys made with keys: found along chains, and told apart by who made them."""

from itertools import permutations

from tests.detection.records import INSTANCE, ROLE
from truant.detection.lineage import GENERATIONS_MAX, descendants, is_sign_in, suspect_keys
from truant.detection.standing import index_mints
from truant.model.fact import Mint

SESSION = f"{ROLE}:{INSTANCE}"
HOME, AWAY = "54.10.1.7", "203.0.113.66"


def mint(
    key: str, parent: str | None, address: str = HOME, time: int = 0, api: str = "sts:AssumeRole"
) -> Mint:
    return Mint(
        key, time, f"e{key}", api, parent_key=parent, parent_principal=SESSION, address=address
    )


def keys(mints: list[Mint], *own: str) -> list[str]:
    return [one.key for one in descendants(SESSION, own, index_mints(mints))]


def test_keys_of_other_sessions_are_none_of_its() -> None:
    assert keys([mint("A", "OTHER")], "K") == []


def test_a_chain_is_followed_in_the_order_of_time() -> None:
    chain = [mint("A", "K", time=3), mint("B", "A", time=2), mint("C", "B", time=1)]
    assert keys(chain, "K") == ["C", "B", "A"]


def test_a_making_that_names_only_the_session_is_the_sessions() -> None:
    """Only the other account's trail has it."""
    assert keys([mint("A", None), mint("B", "A")], "K") == ["A", "B"]


def test_circles_and_endless_chains_come_to_an_end() -> None:
    assert keys([mint("A", "B"), mint("B", "A")], "A") == ["B"]
    endless = [mint(f"{n + 1}", f"{n}", time=n) for n in range(100)]
    assert len(keys(endless, "0")) == GENERATIONS_MAX


def test_keys_made_at_home_are_not_suspect() -> None:
    assert not suspect_keys([mint("A", "K"), mint("B", "A")], {"K"}, {"K": {AWAY}})


def test_keys_made_by_a_stray_are_and_all_that_they_make() -> None:
    made = [mint("A", "K", AWAY), mint("B", "A"), mint("C", "B")]
    for some in permutations(made):
        assert suspect_keys(some, {"K"}, {"K": {AWAY}}) == {"A", "B", "C"}


def test_who_was_handed_a_key_at_home_and_makes_more_elsewhere_is_no_stray() -> None:
    """A broker's client goes on with what is his."""
    made = [mint("A", "K"), mint("B", "A", AWAY)]
    assert not suspect_keys(made, {"K"}, {"A": {AWAY}})


def test_a_sign_in_with_an_own_key_is_suspect_wherever_it_comes_from() -> None:
    sign_in = mint("A", "K", api="signin:GetSigninToken")
    assert is_sign_in(sign_in)
    assert suspect_keys([sign_in], {"K"}, {}) == {"A"}
    portal = mint("B", "CHILD", api="signin:GetSigninToken")
    assert not suspect_keys([mint("CHILD", "K"), portal], {"K"}, {})


def test_a_making_without_a_key_is_measured_by_the_records_without_one() -> None:
    assert suspect_keys([mint("A", None, AWAY)], {"K"}, {None: {AWAY}}) == {"A"}
    assert not suspect_keys([mint("A", None, AWAY)], {"K"}, {"K": {AWAY}})
