"""Facts: small frozen values, so that a set of them is a join, with one order for printing."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from truant.model.fact import Fact, Mint, Mode

TEXTS = st.sampled_from(["a", "b"])
FACTS = st.builds(
    Fact,
    TEXTS,
    TEXTS,
    st.integers(0, 2),
    st.sampled_from(Mode),
    st.lists(TEXTS, max_size=2).map(tuple),
    TEXTS,
)


@given(st.lists(FACTS))
def test_equal_facts_are_one_and_all_have_one_order(facts: list[Fact]) -> None:
    known = set(facts)
    assert all(fact in known for fact in facts)
    ordered = sorted(known)
    assert sorted(known, reverse=True) == ordered[::-1]
    assert all(one < other for one, other in pairwise(ordered))


def test_what_is_not_said_of_credentials_is_unknown() -> None:
    mint = Mint("ASIA1", 1, "event", "sts:AssumeRole")
    unknown = set(Mint.__struct_fields__) - {"key", "time", "event_id", "api"}
    assert {getattr(mint, name) for name in unknown} == {None}
    assert len({mint, Mint("ASIA1", 1, "event", "sts:AssumeRole")}) == 1
