"""Tests of `session_form`: what goes in comes out, as the same bytes, whatever the order."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.distinct import distinct
from truant.model.network import Origin, Via
from truant.model.role_session import Identity, RoleSession
from truant.model.session_form import UnknownForm, pack, unpack
from truant.model.sighting import CallNote, Made, Sighting

TEXTS = st.text(max_size=8)
TIMES = st.integers(1_700_000_000, 1_800_000_000)
NAMES = st.frozensets(TEXTS, max_size=3)
NOTES = st.lists(st.builds(CallNote, TIMES, TEXTS, TEXTS), max_size=3).map(tuple)
SIGHTINGS = st.builds(
    Sighting,
    key=st.none() | TEXTS,
    origin=st.builds(Origin, st.sampled_from(Via), st.none() | TEXTS),
    day=st.integers(13_000, 40_000),
    first=TIMES,
    last=TIMES,
    slots=st.integers(1, (1 << 288) - 1),
    calls=st.lists(st.integers(0, (1 << 64) - 1), max_size=5).map(distinct),
    apis=NAMES,
    regions=NAMES,
    agents=NAMES,
    errors=NAMES,
    deliveries=NAMES,
    created=st.none() | TIMES,
    earliest=NOTES,
    latest=NOTES,
    made=st.lists(st.builds(Made, TIMES, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple),
)
SESSIONS = st.builds(
    RoleSession,
    st.just("AROAEXAMPLE:i-0123456789abcdef0"),
    st.builds(Identity, account=st.none() | TEXTS, arn=st.none() | TEXTS),
    st.lists(SIGHTINGS, max_size=4, unique_by=lambda one: one.index),
)


@given(SESSIONS)
def test_what_goes_in_comes_out(session: RoleSession) -> None:
    kept = unpack(pack(session))
    assert (kept.principal_id, kept.identity) == (session.principal_id, session.identity)
    assert {one.index: one for one in kept.sightings} == {
        one.index: one for one in session.sightings
    }


@given(SESSIONS, st.randoms(use_true_random=False))
def test_order_of_sightings_changes_no_byte(session: RoleSession, chance: object) -> None:
    packed = pack(session)
    chance.shuffle(session.sightings)  # type: ignore[attr-defined]
    assert pack(session) == packed
    assert pack(unpack(packed)) == packed


@pytest.mark.parametrize("data", [b"", b"\xc0", b"\x93\x01\x02", msgspec.msgpack.encode({"a": 1})])
def test_what_is_no_session_is_refused(data: bytes) -> None:
    with pytest.raises(UnknownForm, match="no role session"):
        unpack(data)


def test_a_newer_form_is_refused_by_its_number() -> None:
    with pytest.raises(UnknownForm, match="form 99; this Truant knows form 1"):
        unpack(msgspec.msgpack.encode((99, "anything")))
