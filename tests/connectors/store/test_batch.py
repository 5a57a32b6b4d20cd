"""Tests of `batch`: a batch is kept whole and once, whatever is in it and whoever else commits."""

import threading
from random import Random

import pytest

from tests.worlds import NOW, world
from truant.connectors.store import (
    accounting,
    dirty,
    intake,
    members,
    mints,
    quarantine,
    sessions,
    settings,
)
from truant.connectors.store.batch import Batch, accounts, commit
from truant.connectors.store.database import Store
from truant.connectors.store.intake import AlreadyTaken
from truant.connectors.store.quarantine import Refused
from truant.detection.minted import Minted
from truant.detection.state import State, merge
from truant.model.distinct import Distinct
from truant.model.fact import Fact, Mint, Mode
from truant.model.network import Origin, Via
from truant.model.role_session import Identity, RoleSession
from truant.model.sighting import Sighting

DAY = 20_000
HOSTILE = (
    "\0",
    "\ud800",
    "x" * 5_000,
    "sha256:" + "0" * 64,
    "'; DROP TABLE facts; --",
    "é\u202e",
    "",
)


def sighting(
    key: str | None, address: str = "198.51.100.7", *, proof: str | None = None
) -> Sighting:
    start = DAY * 86_400
    return Sighting(
        key=key,
        origin=Origin(Via.DIRECT, address),
        day=DAY,
        first=start,
        last=start + 60,
        slots=1,
        calls=Distinct(),
        apis=frozenset({"s3:ListBuckets"}),
        regions=frozenset({"eu-west-1"}),
        agents=frozenset(),
        errors=frozenset(),
        deliveries=frozenset({proof} if proof else ()),
        created=None,
        earliest=(),
        latest=(),
    )


def session(principal: str, *seen: Sighting, account: str | None = "111111111111") -> RoleSession:
    return RoleSession(principal, Identity(account=account), list(seen))


def state_of(*some: RoleSession, made: tuple[Mint, ...] = ()) -> State:
    state = State(mints=Minted(made))
    for one in some:
        state.sessions.join(one)
    return state


def marked(store: Store) -> set[str]:
    with store.write() as conn:
        return set(dirty.claim(conn, 1_000))


def judge_nobody(store: Store) -> None:
    with store.write() as conn:
        dirty.clear(conn, dirty.claim(conn, 1_000))


def test_everything_of_a_batch_is_kept(store: Store) -> None:
    state = state_of(session("AROA:i-0123456789abcdef0", sighting("ASIA1")))
    state.seen, state.accounts = {"folded": 3}, {"222222222222", "no account"}
    refused = (Refused("a.json", 7, "no usable eventTime"),)
    commit(
        store,
        Batch("s3", NOW, state, ("a",), {"shard": "17"}, {"CloudTrail": 1}, {"files": 1}, refused),
    )
    with store.read() as conn:
        assert intake.position(conn, "s3", "shard") == "17"
        assert intake.position(conn, "s3", "other") is None
        assert accounting.counts(conn, accounting.RECORDS) == {"folded": 3}
        assert accounting.counts(conn, accounting.FILES) == {"CloudTrail": 1}
        assert accounting.counts(conn, accounting.TOTALS) == {"files": 1, "refused": 1}
        (piece,) = quarantine.latest(conn)
        assert (piece.source, piece.item, piece.position) == ("s3", "a.json", 7)
        assert accounts(conn) == {"222222222222"}
    assert marked(store) == {"AROA:i-0123456789abcdef0"}


def test_an_item_is_taken_once_and_nothing_of_its_batch_twice(store: Store) -> None:
    state = State(seen={"folded": 3})
    commit(store, Batch("s3", NOW, state, ("a", "b"), {"shard": "1"}))
    with pytest.raises(AlreadyTaken, match="1 items were taken in before, the first is 'b'"):
        commit(store, Batch("s3", NOW, state, ("c", "b"), {"shard": "2"}))
    with store.read() as conn:
        assert intake.untaken(conn, "s3", ["a", "b", "c", "c"]) == ["c"]
        assert intake.untaken(conn, "sqs", ["a"]) == ["a"]
        assert intake.position(conn, "s3", "shard") == "1"
        assert accounting.counts(conn, accounting.RECORDS) == {"folded": 3}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_kept_and_found(store: Store, text: str) -> None:
    principal = f"{text}:i-0123456789abcdef0"
    one = session(principal, sighting(text or None), account=text)
    made = Mint(key=text, time=DAY * 86_400, event_id=text, api=text, account=text, parent_key=text)
    state = state_of(one, made=(made,)) if text != "\ud800" else state_of()
    if text != "\ud800":  # the decoder of records lets no lone surrogate in
        state.facts = {Fact(text, text, 1, Mode.IS, (text,), text)}
    state.seen = {text: 1}
    batch = Batch(
        text, NOW, state, (text,), {text: "1"}, {text: 1}, {text: 1}, (Refused(text, 0, text),)
    )
    commit(store, batch)
    with store.read() as conn:
        assert intake.untaken(conn, text, [text]) == []
        assert intake.position(conn, text, text) == "1"
        kept = [kept.session for kept in sessions.everyone(conn)]
        assert [found.principal_id for found in kept] == ([principal] if state.sessions else [])
        assert mints.of_keys(conn, [text]) == set(state.mints)
        assert mints.lineage(conn, [text]) == (set(state.mints) if text else set())


def test_two_texts_are_two_keys(store: Store) -> None:
    long = "x" * 300
    some = [session(text, sighting("ASIA1")) for text in (long, long + "y", "a\0", "a�")]
    commit(store, Batch("s3", NOW, state_of(*some), ("a",)))
    with store.read() as conn:
        kept = {kept.session.principal_id for kept in sessions.everyone(conn)}
    assert kept == {one.principal_id for one in some}


def test_nothing_new_marks_nobody(store: Store) -> None:
    state = state_of(session("AROA:i-0123456789abcdef0", sighting("ASIA1")))
    commit(store, Batch("s3", NOW, state, ("a",)))
    judge_nobody(store)
    commit(store, Batch("s3", NOW, state, ("the same under another name",)))
    assert marked(store) == set()


PARENT, CHILD = "AROAPARENT:i-0123456789abcdef0", "AROACHILD:session"


def mint(
    key: str,
    parent: str | None = None,
    *,
    parent_principal: str | None = None,
    issuer: str | None = None,
    account: str | None = None,
) -> Mint:
    return Mint(
        key=key,
        time=DAY * 86_400,
        event_id="e",
        api="sts:AssumeRole",
        account=account,
        issuer=issuer,
        parent_principal=parent_principal,
        parent_key=parent,
    )


def test_the_maker_of_a_key_is_judged_when_the_key_is_seen(store: Store) -> None:
    state = state_of(
        session(PARENT, sighting("ASIA1")), made=(mint("ASIA2", "ASIA1"), mint("ASIA3", "ASIA2"))
    )
    commit(store, Batch("s3", NOW, state, ("a",)))
    judge_nobody(store)
    commit(store, Batch("s3", NOW, state_of(session(CHILD, sighting("ASIA3"))), ("b",)))
    assert marked(store) == {PARENT, CHILD}


def test_a_maker_is_judged_when_the_making_comes_late(store: Store) -> None:
    some = (session(PARENT, sighting("ASIA1")), session(CHILD, sighting("ASIA2")))
    commit(store, Batch("s3", NOW, state_of(*some), ("a",)))
    judge_nobody(store)
    commit(store, Batch("s3", NOW, state_of(made=(mint("ASIA2", "ASIA1"),)), ("b",)))
    assert marked(store) == {PARENT, CHILD}


def test_a_maker_without_a_key_is_judged_by_its_name(store: Store) -> None:
    commit(store, Batch("s3", NOW, state_of(session(PARENT, sighting("ASIA1"))), ("a",)))
    judge_nobody(store)
    made = mint("ASIA2", parent_principal=PARENT)
    commit(store, Batch("s3", NOW, state_of(made=(made,)), ("b",)))
    assert marked(store) == {PARENT}


def test_who_else_is_at_a_place_is_news_for_those_there(store: Store) -> None:
    first, second = "AROA1:i-00000000000000001", "AROA2:i-00000000000000002"
    commit(store, Batch("s3", NOW, state_of(session(first, sighting("ASIA1"))), ("a",)))
    judge_nobody(store)
    commit(store, Batch("s3", NOW, state_of(session(second, sighting("ASIA2"))), ("b",)))
    assert marked(store) == {first, second}
    judge_nobody(store)
    other = session(second, sighting("ASIA2", "203.0.113.9"))
    commit(store, Batch("s3", NOW, state_of(other), ("c",)))
    assert marked(store) == {second}


def test_issuing_by_ec2_is_news_for_those_without_proof(store: Store) -> None:
    claimed = session("AROA1:i-00000000000000001", sighting("ASIA1"))
    proven = session("AROA2:i-00000000000000002", sighting("ASIA2", "203.0.113.9", proof="2.0"))
    elsewhere = session("AROA3:i-00000000000000003", sighting("ASIA3", "203.0.113.8"), account="9")
    commit(store, Batch("s3", NOW, state_of(claimed, proven, elsewhere), ("a",)))
    judge_nobody(store)
    made = mint("ASIA9", issuer="ec2.amazonaws.com", account="111111111111")
    commit(store, Batch("s3", NOW, state_of(made=(made,)), ("b",)))
    assert marked(store) == {claimed.principal_id}


def test_a_changed_world_is_swept_once(store: Store) -> None:
    state = state_of(session(PARENT, sighting("ASIA1")))
    commit(store, Batch("s3", NOW, state, ("a",)))
    judge_nobody(store)
    with store.write() as conn:
        dirty.sweep(conn, NOW)
        dirty.clear(conn, [PARENT])
    fact = Fact("eni-1", "address", 1, Mode.IS, ("10.0.0.1",), "x")
    for name, swept in (("b", True), ("c", False)):
        commit(store, Batch("s3", NOW, State(facts={fact}), (name,)))
        with store.write() as conn:
            assert dirty.sweep(conn, NOW) is swept
    assert marked(store) == {PARENT}


def test_the_administrator_gets_members_as_accounts_are_seen(store: Store) -> None:
    with store.write() as conn:
        members.appoint(conn, "111111111111")
    commit(store, Batch("s3", NOW, State(accounts={"111111111111", "222222222222"}), ("a",)))
    with store.read() as conn:
        assert members.monitored(conn) == ("111111111111", frozenset({"222222222222"}))


def test_workers_that_commit_together_lose_nothing(store: Store) -> None:
    made = world("demo")
    whole = State()
    for _, part in made.parts:
        merge(whole, part)
    failures: list[Exception] = []

    def work(seed: int) -> None:
        parts = list(made.parts)
        Random(seed).shuffle(parts)
        for name, part in parts:
            try:
                commit(store, Batch("s3", NOW, part, (name,)))
            except AlreadyTaken:
                continue
            except Exception as error:  # noqa: BLE001 shown below
                failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failures == []
    with store.read() as conn:
        kept = {one.session.principal_id: one.session for one in sessions.everyone(conn)}
        assert accounting.counts(conn, accounting.RECORDS) == whole.seen
        assert settings.number(conn, settings.WORLD) > 0
    assert kept.keys() == whole.sessions.keys()
    for principal, one in kept.items():
        seen = {found.index: found for found in one.sightings}
        assert seen == {found.index: found for found in whole.sessions[principal].sightings}
