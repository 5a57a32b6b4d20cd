"""What held when: the readings of facts one by one, then laws against a plain definition."""

import random
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from truant.detection.timeline import SINGLE, Timeline, timeline
from truant.model.fact import Fact, Mode

MANY, ONE = "address", "holder"


def fact(mode: Mode, at: int, *values: str, source: str = "x") -> Fact:
    return Fact("eni-1", MANY, at, mode, values, source)


def line(*facts: Fact, attribute: str = MANY, ended: int | None = None) -> Timeline:
    return timeline(attribute, facts, ended)


def held(of: Timeline, at: int) -> set[str]:
    return {one.value for one in of.at(at)}


IS, BEGINS, ENDS, UNKNOWN = Mode.IS, Mode.BEGINS, Mode.ENDS, Mode.UNKNOWN


def test_a_snapshot_long_after_the_calls_is_the_only_witness_of_what_was_before() -> None:
    told = line(fact(IS, 1000, "a"))
    assert held(told, 0) == held(told, 1000) == held(told, 9999) == {"a"}
    assert told.whole


def test_an_older_snapshot_holds_on() -> None:
    told = line(fact(IS, 10, "a"))
    assert held(told, 5000) == {"a"}


def test_between_two_snapshots_the_later_reaches_back_to_the_earlier() -> None:
    told = line(fact(IS, 10, "a"), fact(IS, 20, "b"))
    assert held(told, 9) == {"a"}
    assert held(told, 10) == held(told, 19) == {"a", "b"}  # it changed at some time between
    assert held(told, 20) == {"b"}


def test_what_begins_did_not_hold_before() -> None:
    told = line(fact(BEGINS, 10, "a"))
    assert (held(told, 9), held(told, 10)) == (set(), {"a"})
    assert not told.whole


def test_what_begins_before_a_snapshot_began_then_and_not_earlier() -> None:
    told = line(fact(BEGINS, 10, "a"), fact(IS, 20, "a"))
    assert (held(told, 9), held(told, 15)) == (set(), {"a"})


def test_what_ends_held_until_then_though_nothing_told_its_beginning() -> None:
    told = line(fact(ENDS, 10, "a"), fact(ENDS, 20, "b"))
    assert held(told, 9) == {"a", "b"}
    assert held(told, 10) == {"b"}
    assert held(told, 20) == set()


def test_what_ended_came_after_the_snapshot_that_does_not_list_it() -> None:
    told = line(fact(IS, 10, "a"), fact(ENDS, 20, "b"))
    assert (held(told, 9), held(told, 15), held(told, 20)) == ({"a"}, {"a", "b"}, {"a"})


def test_what_ended_and_is_listed_again_came_back_after_its_end() -> None:
    told = line(fact(IS, 10, "a"), fact(ENDS, 20, "a"), fact(IS, 30, "a"))
    assert [(one.since, one.until) for one in told.held] == [(None, 20), (20, None)]


def test_an_end_that_names_nothing_ends_all_and_says_that_something_unknown_was() -> None:
    told = line(fact(ENDS, 10))
    assert not told.known_at(9)
    assert told.known_at(10)
    assert held(line(fact(BEGINS, 5, "a", "b"), fact(ENDS, 10)), 10) == set()


def test_one_of_a_kind_is_replaced() -> None:
    told = line(fact(BEGINS, 10, "a"), fact(BEGINS, 20, "b"), attribute=ONE)
    assert (held(told, 19), held(told, 20)) == ({"a"}, {"b"})


def test_a_snapshot_does_not_reach_back_past_the_end_of_another() -> None:
    told = line(fact(BEGINS, 10, "a"), fact(ENDS, 20), fact(IS, 30, "b"), attribute=ONE)
    assert (held(told, 15), held(told, 20), held(told, 29)) == ({"a"}, {"b"}, {"b"})


def test_nothing_is_known_from_unknown_until_the_next_fact() -> None:
    told = line(fact(UNKNOWN, 10), fact(BEGINS, 20, "a"))
    assert [told.known_at(at) for at in (9, 10, 19, 20)] == [True, False, False, True]
    assert not line(fact(UNKNOWN, 10)).known_at(9999)


def test_no_witness_reaches_back_past_unknown() -> None:
    told = line(fact(IS, 5, "a"), fact(UNKNOWN, 10), fact(IS, 20, "b"))
    assert (held(told, 9), held(told, 10)) == ({"a"}, {"b"})
    assert not told.known_at(15)


def test_unknown_before_a_beginning() -> None:
    told = line(fact(UNKNOWN, 0), fact(BEGINS, 10, "a"))
    assert not told.known_at(9)
    assert told.known_at(10)


def test_several_operations_of_one_inventory_tell_the_whole_together() -> None:
    told = line(fact(IS, 10, "eni-1"), fact(IS, 10, "nat-1", source="y"), attribute=ONE)
    assert held(told, 10) == {"eni-1", "nat-1"}


def test_released_and_allocated_in_the_same_second() -> None:
    told = line(fact(ENDS, 10, "a"), fact(BEGINS, 10, "b"), attribute=ONE)
    assert (held(told, 9), held(told, 10)) == ({"a"}, {"b"})


def test_what_belongs_to_something_ends_with_it() -> None:
    told = line(fact(IS, 5, "a"), fact(BEGINS, 30, "b"), ended=20)
    assert (held(told, 19), held(told, 20), held(told, 30)) == ({"a"}, set(), set())


# The laws.

values = st.sampled_from(["a", "b", "c"])
some = st.lists(values, max_size=3, unique=True).map(lambda names: tuple(sorted(names)))
facts = st.lists(
    st.builds(fact, st.sampled_from([IS, BEGINS, ENDS]), st.integers(1, 8)).flatmap(
        lambda one: some.map(lambda names: Fact(*_bare(one), one.mode, names, one.source))
    ),
    max_size=7,
)
with_unknown = st.lists(
    st.one_of(st.builds(fact, st.just(UNKNOWN), st.integers(0, 8)), facts.map(lambda f: f)),
    max_size=6,
).map(lambda mixed: [one for part in mixed for one in (part if isinstance(part, list) else [part])])


def _bare(one: Fact) -> tuple[str, str, int]:
    return one.entity, one.attribute, one.time


@given(with_unknown, st.randoms(use_true_random=False), st.sampled_from([MANY, ONE]))
def test_order_and_repetition_change_nothing(
    told: list[Fact], chance: random.Random, attribute: str
) -> None:
    shuffled = told + chance.sample(told, len(told) // 2)
    chance.shuffle(shuffled)
    assert timeline(attribute, shuffled) == timeline(attribute, told)


@given(with_unknown, st.sampled_from([MANY, ONE]), st.integers(0, 9) | st.none())
def test_spans_are_spans(told: list[Fact], attribute: str, ended: int | None) -> None:
    """No empty span, none of a value over another of its own, none past the entity's end."""
    found = timeline(attribute, told, ended).held
    for one in found:
        assert one.since is None or one.until is None or one.since < one.until
        assert ended is None or one.until is not None
    for at in range(-1, 11):
        now = [one.value for one in found if one.at(at)]
        assert len(now) == len(set(now))


@given(facts, st.integers(0, 9))
def test_a_plain_definition_agrees(told: list[Fact], at: int) -> None:
    assert held(line(*told), at) == _by_definition(told, at)


@given(facts, st.integers(0, 9), st.integers(10, 12))
def test_a_snapshot_after_all_facts_explains_what_nothing_else_does(
    told: list[Fact], at: int, taken: int
) -> None:
    """A later snapshot adds holders, and takes none away from what was known before it."""
    before = held(line(*told), at)
    after = held(line(*told, fact(IS, taken, "z")), at)
    assert after == (before if _told_not(told, at) else before | {"z"})


def _told_not(told: Iterable[Fact], at: int) -> bool:
    """Whether, after a time, a list does not name the value, or all values end."""
    return any(f.time > at and (f.mode is IS or (f.mode is ENDS and not f.values)) for f in told)


def _by_definition(told: list[Fact], at: int) -> set[str]:
    """What holds: the last word until then is yes, or the next word after it says that it did.

    Facts of one second speak in the order ends, lists (as one), beginnings.
    """
    listed: dict[int, set[str]] = {}
    for one in told:
        if one.mode is IS:
            listed.setdefault(one.time, set()).update(one.values)
    return {value for value in ("a", "b", "c") if _holds(value, told, listed, at)}


def _holds(value: str, told: list[Fact], listed: dict[int, set[str]], at: int) -> bool:
    words: list[tuple[int, int, bool, bool]] = []  # time, order; holds from then; held until then
    for one in told:
        if one.mode is IS:
            there = value in listed[one.time]
            words.append((one.time, 1, there, there))
        elif one.mode is BEGINS and value in one.values:
            words.append((one.time, 2, True, False))
        elif one.mode is ENDS and (value in one.values or not one.values):
            words.append((one.time, 0, False, value in one.values))
    last = max((word for word in words if word[0] <= at), default=None)
    after = [word for word in words if word[0] > at]
    first = min((word[:2] for word in after), default=None)
    witnessed = any(word[3] for word in after if word[:2] == first)
    return (last is not None and last[2]) or witnessed


def test_which_attributes_have_one_value() -> None:
    assert {"holder", "instance", "target", "route-table", "owner", "account"} == SINGLE
