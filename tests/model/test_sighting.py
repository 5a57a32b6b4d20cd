"""Sightings join: order, repetition and grouping change nothing, and nothing grows without end."""

from functools import reduce
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from tests.model.sighting_strategies import NAMES, NOTES, sightings
from truant.model.distinct import union
from truant.model.sighting import (
    AGENTS_MAX,
    EARLIEST_MAX,
    LATEST_MAX,
    MADE_MAX,
    NAMES_MAX,
    CallNote,
    Sighting,
    earlier,
    few,
    first_of,
    join,
    last_of,
)


@given(sightings(), sightings(), sightings())
def test_join_is_commutative_associative_and_idempotent(
    one: Sighting, other: Sighting, third: Sighting
) -> None:
    assert join(one, one) == one
    assert join(one, other) == join(other, one)
    assert join(join(one, other), third) == join(one, join(other, third))
    assert join(join(one, other), one) == join(one, other)


@given(st.lists(sightings(), min_size=1, max_size=4))
def test_a_join_tells_all_of_its_parts(parts: list[Sighting]) -> None:
    whole = reduce(join, parts)
    assert all(reduce(join, order) == whole for order in permutations(parts))
    assert whole.index == parts[0].index
    assert whole.first == min(part.first for part in parts) == whole.earliest[0].time
    assert whole.last == max(part.last for part in parts) == whole.latest[-1].time
    assert whole.slots == reduce(lambda a, b: a | b, (part.slots for part in parts))
    assert whole.calls == reduce(union, (part.calls for part in parts))
    for member in ("apis", "regions", "errors"):
        every = frozenset().union(*(getattr(part, member) for part in parts))
        assert getattr(whole, member) == few(every, NAMES_MAX)


@given(st.lists(sightings(), min_size=1, max_size=4))
def test_nothing_outgrows_its_bound(parts: list[Sighting]) -> None:
    whole = reduce(join, parts)
    assert max(map(len, (whole.apis, whole.regions, whole.errors))) <= NAMES_MAX
    assert max(len(whole.agents), len(whole.deliveries)) <= AGENTS_MAX
    assert 1 <= len(whole.earliest) <= EARLIEST_MAX
    assert 1 <= len(whole.latest) <= LATEST_MAX
    assert len(whole.made) <= MADE_MAX


@given(NOTES)
def test_the_earliest_and_the_latest_are_in_the_order_of_time(notes: list[CallNote]) -> None:
    ordered = sorted(set(notes), key=lambda note: note.order)
    assert first_of(notes, 3) == tuple(ordered[:3])
    assert last_of(notes, 3) == tuple(ordered[-3:])
    assert first_of(reversed(notes), 3) == first_of(notes, 3)


@given(st.lists(NAMES), st.integers(0, 10))
def test_of_many_names_the_alphabets_first_are_kept(names: list[str], most: int) -> None:
    assert sorted(few(names, most)) == sorted(set(names))[:most]


def test_an_unknown_time_is_no_earlier_time() -> None:
    assert earlier(None, None) is None
    assert earlier(None, 5) == earlier(5, None) == earlier(5, 7) == 5
