"""A set of mints is a set, whether they are kept as objects or as bytes."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from truant.detection.minted import Minted
from truant.model.fact import Mint

TEXTS = st.none() | st.sampled_from(
    ["", "i-0123456789abcdef0", "AROAX:i-0123456789abcdef0", "aws", "é\x00"]
)
TIMES = st.integers(1_000_000_000, 2_000_000_000)
IDS = st.uuids().map(str) | st.sampled_from(["", "no-uuid", "A" * 36])
MINTS = st.builds(
    Mint,
    st.sampled_from(["K1", "K2", "K3"]),
    TIMES,
    IDS,
    st.sampled_from(["sts:AssumeRole", "iam:CreateAccessKey"]),
    *[TEXTS] * 6,
    st.none() | TIMES,
    *[TEXTS] * 5,
)


@given(st.lists(MINTS, max_size=12), st.integers(0, 4))
def test_kept_as_bytes_or_not_it_is_the_same_set(some: list[Mint], open_max: int) -> None:
    minted, plain = Minted(open_max=open_max), set[Mint]()
    for one in (*some, *some[::2]):
        minted.add(one)
        plain.add(one)
        assert one in minted
    assert set(minted) == plain
    assert len(minted) == len(plain)
    assert set(pickle.loads(pickle.dumps(minted))) == plain  # noqa: S301 our own
    minted.make_compact()
    assert set(minted) == plain
    for one in some[::3]:
        minted.discard(one)
        plain.discard(one)
        assert one not in minted
    assert set(minted) == plain
