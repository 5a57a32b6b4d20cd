"""A snapshot's facts, and looking into documents of any shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.connectors.ec2_snapshot import Snapshot, objects, text, texts
from truant.model.fact import Fact, Mode

SHOT = Snapshot("111111111111", "eu-west-1", 1_780_000_000, "describe-x")


def test_the_whole_leaves_out_what_is_not_known_and_orders_the_rest() -> None:
    told = SHOT.whole("eni-1", "address", "b", None, "", "a", "b")
    assert told == Fact("eni-1", "address", SHOT.at, Mode.IS, ("a", "b"), "describe-x")
    assert SHOT.whole("eni-1", "instance", "").values == ()


@pytest.mark.parametrize("time", ["2026-05-28T20:26:40+00:00", "2026-05-28T20:26:40.000Z"])
def test_a_time_that_the_document_gives(time: str) -> None:
    (told,) = SHOT.since("eni-1", "instance", time, "i-1")
    assert (told.time, told.mode) == (1_780_000_000, Mode.BEGINS)
    assert SHOT.until("eni-1", "instance", time, "i-1").time == 1_780_000_000


@pytest.mark.parametrize("time", [None, "", "yesterday", 5, [], {}])
def test_without_a_time_a_beginning_is_not_told_and_an_end_is_told_for_now(time: object) -> None:
    assert SHOT.since("eni-1", "instance", time, "i-1") == []
    assert SHOT.until("eni-1", "instance", time, "i-1").time == SHOT.at
    assert SHOT.ended("i-1", time).time == SHOT.at


def test_a_vpc_is_named_with_its_region() -> None:
    assert SHOT.vpc("vpc-1") == "eu-west-1/vpc-1"
    assert SHOT.vpc("vpc-1", "us-east-1") == "us-east-1/vpc-1"
    assert SHOT.vpc("") is SHOT.vpc(None) is SHOT.vpc(7) is None
    assert SHOT.lists == "111111111111/eu-west-1"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner),
    max_leaves=8,
)


@given(anything)
def test_no_shape_raises(value: object) -> None:
    assert isinstance(text(value, "a", "b"), str)
    assert all(isinstance(one, str) for one in texts(value, "a"))
    assert all(isinstance(one, dict) for one in objects(value, "a"))
