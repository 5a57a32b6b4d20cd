"""Role sessions: whose they say they are, and their join."""

from functools import reduce
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.model.sighting_strategies import IDENTITIES, SESSIONS
from truant.model.role_session import Identity, RoleSession, join_identity, join_session
from truant.model.session_form import pack

ROLE = "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0"
INSTANCE = "arn:aws:ec2:eu-west-1:111122223333:instance/i-0aaaaaaaaaaaaaaaa"


@given(SESSIONS, SESSIONS, SESSIONS)
def test_join_is_commutative_associative_and_idempotent(
    one: RoleSession, other: RoleSession, third: RoleSession
) -> None:
    """As bytes: the order of a session's sightings is no part of it."""
    assert pack(join_session(one, one)) == pack(one)
    assert pack(join_session(one, other)) == pack(join_session(other, one))
    left = join_session(join_session(one, other), third)
    assert pack(left) == pack(join_session(one, join_session(other, third)))


@given(SESSIONS, SESSIONS)
def test_a_join_changes_neither_of_its_parts(one: RoleSession, other: RoleSession) -> None:
    before = pack(one), pack(other)
    join_session(one, other)
    assert (pack(one), pack(other)) == before


@given(st.lists(IDENTITIES, min_size=1, max_size=4))
def test_identities_join_in_any_order(identities: list[Identity]) -> None:
    whole = reduce(join_identity, identities)
    assert all(reduce(join_identity, order) == whole for order in permutations(identities))
    assert join_identity(whole, whole) == whole
    assert join_identity(whole, Identity()) == whole


def session(principal: str, **identity: str) -> RoleSession:
    return RoleSession(principal, Identity(**identity), [])


@pytest.mark.parametrize(
    ("principal", "name", "instance"),
    [
        ("AROAEXAMPLE:i-0123456789abcdef0", "i-0123456789abcdef0", "i-0123456789abcdef0"),
        ("AROAEXAMPLE:i-01234567", "i-01234567", "i-01234567"),
        ("AROAEXAMPLE:i-786a3A8B5C0d92eF4", "i-786a3A8B5C0d92eF4", "i-786a3A8B5C0d92eF4"),
        ("111122223333:aws:ec2-instance:i-01234567", "i-01234567", "i-01234567"),
        (ROLE, "i-0123456789abcdef0", "i-0123456789abcdef0"),
        ("AROAEXAMPLE:i-0123456", "i-0123456", None),
        ("AROAEXAMPLE:i-0123456789abcdef01", "i-0123456789abcdef01", None),
        ("AROAEXAMPLE:xi-01234567", "xi-01234567", None),
        ("AROAEXAMPLE:i-01234567\n", "i-01234567\n", None),
        ("AROAEXAMPLE:alice", "alice", None),
        ("AIDAEXAMPLE", "AIDAEXAMPLE", None),
        ("", "", None),
    ],
)
def test_a_session_is_named_after_its_instance(
    principal: str, name: str, instance: str | None
) -> None:
    assert session(principal).session_name == name
    assert session(principal).instance == instance


def test_the_record_that_names_the_instance_wins_over_the_name() -> None:
    told = session("AROAEXAMPLE:i-0123456789abcdef0", instance_arn=INSTANCE)
    assert (told.instance, told.identity.region) == ("i-0aaaaaaaaaaaaaaaa", "eu-west-1")
    for odd in ("arn:aws:ec2:eu-west-1:111122223333:volume/vol-1", "i-0aaaaaaaaaaaaaaaa", ""):
        fallen_back = session("AROAEXAMPLE:i-0123456789abcdef0", instance_arn=odd)
        assert fallen_back.instance == "i-0123456789abcdef0"
        assert fallen_back.identity.region is None
    nowhere = Identity(instance_arn=INSTANCE.replace("eu-west-1", ""))
    assert nowhere.region is None


@pytest.mark.parametrize(
    ("identity", "role"),
    [
        (Identity(arn=ROLE), "web"),
        (Identity(arn=ROLE.replace("arn:aws:", "arn:aws-cn:")), "web"),
        (Identity(arn=ROLE, issuer_arn="arn:aws:iam::1:role/other"), "web"),
        (Identity(issuer_arn="arn:aws:iam::111122223333:role/path/to/web"), "web"),
        (Identity(arn="arn:aws:iam::111122223333:user/alice"), None),
        (Identity(arn="arn***/assumed-role/web/i-1", issuer_arn="arn***/web"), "web"),
        (Identity(), None),
    ],
)
def test_the_role_is_named_without_its_path(identity: Identity, role: str | None) -> None:
    assert identity.role_name == role
