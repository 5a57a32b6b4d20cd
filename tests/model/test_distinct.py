"""Counting different calls: a join, exact while few, near the truth when many, by slot."""

import random

from hypothesis import given
from hypothesis import strategies as st

from truant.model.distinct import (
    EXACT_MAX,
    KEPT,
    STEADY_MAX,
    STEADY_SLOTS,
    Distinct,
    call_number,
    call_numbers,
    count,
    distinct,
    union,
)

ALL_DAY = 288


def numbers(ids: range, slots: int) -> list[int]:
    return [call_number(f"call {number}", number % slots) for number in ids]


# Spans of one long row of calls, so that sets overlap, and are small, steady or too large.
SPANS = st.tuples(st.integers(0, 6_000), st.integers(0, 6_000)).map(sorted)
SETS = st.builds(
    lambda span, slots: distinct(numbers(range(*span), slots)),
    SPANS | st.tuples(st.integers(0, 50), st.integers(50, 100)),
    st.sampled_from([1, STEADY_SLOTS - 1, ALL_DAY]),
)


@given(SETS, SETS, SETS)
def test_union_is_a_join(one: Distinct, other: Distinct, third: Distinct) -> None:
    assert union(one, one) == one
    assert union(one, other) == union(other, one)
    assert union(union(one, other), third) == union(one, union(other, third))
    assert union(one, Distinct()) == union(Distinct(), one) == one
    assert union(union(one, other), other) == union(one, other)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 287)), max_size=60))
def test_few_calls_are_counted_exactly_and_by_slot(calls: list[tuple[int, int]]) -> None:
    some = distinct(call_number(str(number), slot) for number, slot in calls)
    assert some.whole
    assert count(some) == len(set(calls))
    for slots in (0, 1, 0b1010, (1 << 287)):
        assert count(some, slots) == len({c for c in set(calls) if slots >> c[1] & 1})


@given(st.lists(st.integers(0, 3_000), max_size=200), st.integers(1, 5))
def test_the_cut_into_files_and_repetition_change_nothing(ids: list[int], parts: int) -> None:
    whole = distinct(call_number(str(one), one % ALL_DAY) for one in ids)
    joined = Distinct()
    for part in range(parts):
        some = [call_number(str(one), one % ALL_DAY) for one in [*ids[part::parts], *ids[:3]]]
        joined = union(joined, distinct(some))
    assert joined == whole


def test_the_bounds_are_where_they_are_said_to_be() -> None:
    assert distinct(numbers(range(EXACT_MAX), STEADY_SLOTS - 1)).whole
    assert not distinct(numbers(range(EXACT_MAX + 1), STEADY_SLOTS - 1)).whole
    assert distinct(numbers(range(STEADY_MAX), ALL_DAY)).whole
    assert not distinct(numbers(range(STEADY_MAX + 1), STEADY_SLOTS)).whole
    assert distinct(numbers(range(STEADY_MAX + 1), STEADY_SLOTS - 1)).whole


def test_what_is_kept_does_not_grow_beyond_its_bound() -> None:
    assert len(distinct(numbers(range(100_000), ALL_DAY)).packed) == KEPT * 8
    assert len(distinct(numbers(range(100_000), 1)).packed) == KEPT * 8


def test_many_calls_are_estimated_within_what_the_method_promises() -> None:
    """Relative error about 13 %: no seed of these is off by four times that, most by less."""
    rng = random.Random(1)
    errors = []
    for size in (5_000, 20_000, 100_000):
        for _ in range(10):
            some = distinct(call_number(str(rng.random()), 7) for _ in range(size))
            errors.append(count(some) / size - 1)
    assert max(map(abs, errors)) < 0.52
    assert sum(abs(error) < 0.13 for error in errors) > len(errors) / 2
    assert abs(sum(errors) / len(errors)) < 0.13


def test_an_estimate_is_shared_out_over_the_slots() -> None:
    some = distinct(numbers(range(50_000), 2))
    assert not some.whole
    even, odd = count(some, 1), count(some, 2)
    assert abs(even + odd - count(some)) <= 1
    assert 0.2 < even / count(some) < 0.8
    assert count(some, 1 << 100) == 0


@given(st.lists(st.tuples(st.text(max_size=40).filter(str.isascii), st.integers(0, 287))))
def test_many_numbers_at_once_are_those_of_each(calls: list[tuple[str, int]]) -> None:
    ids, slots = [one for one, _ in calls], [slot for _, slot in calls]
    assert list(call_numbers(ids, slots)) == [call_number(*call) for call in calls]
