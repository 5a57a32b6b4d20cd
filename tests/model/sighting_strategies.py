"""Sightings as folding makes them, for laws: few different values, so that they meet; full sets."""

from hypothesis import strategies as st

from truant.model.distinct import call_number, distinct
from truant.model.network import Origin, Via
from truant.model.role_session import Identity, RoleSession
from truant.model.sighting import (
    AGENTS_MAX,
    EARLIEST_MAX,
    LATEST_MAX,
    MADE_MAX,
    NAMES_MAX,
    CallNote,
    Made,
    Sighting,
    first_of,
    last_of,
)

DAYS = (20_000, 20_001)
TIMES = st.integers(DAYS[0] * 86_400, DAYS[0] * 86_400 + 9)
NAMES = st.sampled_from([f"name {number:02}" for number in range(NAMES_MAX + 12)])
IDS = st.sampled_from([f"id {number}" for number in range(5)])
NOTES = st.lists(
    st.builds(CallNote, TIMES, IDS, IDS, st.none() | st.just("eu-west-1"), st.none() | IDS),
    min_size=1,
    max_size=6,
)
MADE = st.lists(st.builds(Made, TIMES, IDS, NAMES, IDS), max_size=MADE_MAX + 5)
NUMBERS = st.builds(
    call_number, st.integers(0, 500).map(str), st.integers(0, 3) | st.integers(0, 287)
)
ORIGINS = st.sampled_from([Origin(Via.DIRECT, "192.0.2.1"), Origin(Via.DIRECT, "10.0.0.1", "vpce")])


def names(most: int) -> st.SearchStrategy[frozenset[str]]:
    """Sets of names, the full ones among them."""
    return st.lists(NAMES, max_size=most).map(frozenset)


def _sighting(
    key: str | None, origin: Origin, day: int, notes: list[CallNote], **others: object
) -> Sighting:
    earliest, latest = first_of(notes, EARLIEST_MAX), last_of(notes, LATEST_MAX)
    made = others.pop("made")
    assert isinstance(made, list)
    return Sighting(
        key=key,
        origin=origin,
        day=day,
        first=earliest[0].time,
        last=latest[-1].time,
        earliest=earliest,
        latest=latest,
        made=tuple(sorted(set(made))[:MADE_MAX]),
        **others,  # type: ignore[arg-type]
    )


def sightings(index: bool = False) -> st.SearchStrategy[Sighting]:
    """Sightings, all of one index or (with `index`) of several."""
    return st.builds(
        _sighting,
        st.sampled_from([None, "ASIA1"]) if index else st.just("ASIA1"),
        ORIGINS if index else st.just(Origin(Via.DIRECT, "192.0.2.1")),
        st.sampled_from(DAYS) if index else st.just(DAYS[0]),
        NOTES,
        slots=st.integers(1, (1 << 288) - 1),
        calls=st.lists(NUMBERS, max_size=30).map(distinct),
        apis=names(NAMES_MAX),
        regions=names(NAMES_MAX),
        agents=names(AGENTS_MAX),
        errors=names(NAMES_MAX),
        deliveries=names(AGENTS_MAX),
        created=st.none() | TIMES,
        made=MADE,
    )


IDENTITIES = st.builds(
    Identity, *(st.none() | st.sampled_from(["a", "b"]) for _ in Identity.__struct_fields__)
)
SESSIONS = st.builds(
    RoleSession,
    st.just("AROAEXAMPLE:i-0123456789abcdef0"),
    IDENTITIES,
    st.lists(sightings(index=True), max_size=4, unique_by=lambda one: one.index),
)
