"""Merge is a join: what is known does not hang on how it came."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.detection.records import (
    AWS,
    HOME,
    INSTANCE,
    KEY,
    OTHER,
    OUTSIDE,
    SISTER,
    STRANGER,
    TWIN,
    Json,
    around,
    call,
    child,
    issuance,
    made,
    state_of,
    who,
)
from truant.detection.state import NEIGHBOURS_MAX, State, bench_of, judge_all, merge

USER = {"type": "IAMUser", "principalId": "AIDAUSER", "accessKeyId": "AKIA1", "arn": "arn:user"}
STORY: list[Json] = [
    issuance(KEY, 0),
    issuance(TWIN, 0),
    *(call(AWS, minute, identity=who(TWIN)) for minute in range(0, 60, 7)),
    *(call(OUTSIDE, 30, eventID=f"same second {n}") for n in range(9)),
    made("ASIACHILD", OUTSIDE, 31),
    call("198.51.100.7", 32, identity=child("ASIACHILD")),
    call("10.9.0.1", 33, vpcEndpointId="vpce-9"),
    call("10.9.0.1", 34, vpcEndpointId="vpce-9", vpcEndpointAccountId=STRANGER),
    made("ASIAMASK", OUTSIDE, 35, identity=USER),
    call(OUTSIDE, 36, identity=who("ASIAMASK", delivery=None, role="AROAMASK")),
    call(HOME, 37, identity=who("ASIA9", OTHER, role="AROAOTHER"), recipientAccountId=SISTER),
]


def verdicts(state: State) -> list[object]:
    return list(judge_all(state, around(state)))


@given(st.randoms(use_true_random=True), st.integers(1, 6))
def test_order_repetition_and_cut_change_nothing(rng: random.Random, files: int) -> None:
    records = STORY + rng.sample(STORY, 8)
    rng.shuffle(records)
    cut = [records[n::files] for n in range(files)]
    assert verdicts(state_of(*cut)) == verdicts(state_of(STORY))


@given(st.randoms(use_true_random=True))
def test_states_merge_in_any_grouping(rng: random.Random) -> None:
    records = rng.sample(STORY, len(STORY))
    one, two, three = (state_of(records[n::3]) for n in range(3))
    left, right = State(), State()
    for state in (one, two, three, one):
        merge(left, state)
    merge(two, three)
    for state in (two, one):
        merge(right, state)
    assert verdicts(left) == verdicts(right) == verdicts(state_of(STORY))
    assert (left.facts, left.mints, left.accounts) == (right.facts, right.mints, right.accounts)
    assert left.latest == right.latest


def test_counts_are_of_readings() -> None:
    state = state_of(STORY, STORY)
    assert sum(state.seen.values()) == 2 * len(STORY)


def test_a_bench_knows_neighbours_by_public_address_and_endpoint_only() -> None:
    records = [
        call(AWS, identity=who("ASIA1", OTHER, role="AROAOTHER")),
        call(AWS),
        call("10.0.0.5", 1),
        call("10.0.0.5", 2, vpcEndpointId="vpce-1"),
        call("AWS Internal", 3),
    ]
    state = state_of(records)
    known = bench_of(state, around(state)).neighbours.instances
    assert known == {AWS: {INSTANCE, OTHER}, "vpce-1": {INSTANCE}}


def test_of_many_neighbours_a_few_are_kept_and_always_the_same() -> None:
    records = [call(AWS, n, identity=who(f"ASIA{n}", f"i-{n:017x}")) for n in range(40)]
    kept = [
        bench_of(state, around(state)).neighbours.instances[AWS]
        for state in (state_of(records), state_of(records[::-1]))
    ]
    assert kept[0] == kept[1]
    assert len(kept[0]) == NEIGHBOURS_MAX


@pytest.mark.parametrize("reverse", [False, True])
def test_an_endpoints_owner_is_the_one_that_records_name(reverse: bool) -> None:
    owners = (None, STRANGER, SISTER)
    records = [
        call("10.9.0.1", n, vpcEndpointId="vpce-9", vpcEndpointAccountId=owner)
        for n, owner in enumerate(owners)
    ]
    state = state_of(records[::-1] if reverse else records)
    assert bench_of(state, around(state)).endpoint_owners == {"vpce-9": SISTER}
