"""Hearings join as sets do."""

from hypothesis import given
from hypothesis import strategies as st

from truant.model.hearing import MINUTES_A_DAY, Hearing, join

BITS = st.integers(0, (1 << MINUTES_A_DAY) - 1)
HEARINGS = st.builds(
    Hearing,
    interface=st.just("eni-1"),
    day=st.just(20_000),
    covered=BITS,
    skipped=BITS,
    accepted=BITS,
    aws=BITS,
    maybe=BITS,
    instances=st.frozensets(st.sampled_from(["i-1", "i-2"])),
    coarse=st.booleans(),
)


@given(HEARINGS, HEARINGS, HEARINGS)
def test_a_join(one: Hearing, two: Hearing, three: Hearing) -> None:
    assert join(one, one) == one
    assert join(one, two) == join(two, one)
    assert join(join(one, two), three) == join(one, join(two, three))


@given(HEARINGS, HEARINGS)
def test_nothing_is_lost(one: Hearing, two: Hearing) -> None:
    both = join(one, two)
    for name in ("covered", "skipped", "accepted", "aws", "maybe"):
        assert getattr(both, name) == getattr(one, name) | getattr(two, name)
    assert both.instances == one.instances | two.instances
