"""Whose a key is, and how that is known."""

import itertools

import pytest

from tests.detection.records import (
    ACCOUNT,
    HOME,
    INSTANCE,
    KEY,
    TWIN,
    Json,
    call,
    folded,
    issuance,
    made,
    who,
)
from truant.detection.standing import (
    KEY_SECONDS_MAX,
    KeyStanding,
    SessionClass,
    claims_instance,
    class_of,
    index_mints,
    standings,
)
from truant.model.fact import Mint
from truant.model.role_session import RoleSession


def session(*identities: Json) -> RoleSession:
    (one,) = folded(
        [call(minute=n, identity=one) for n, one in enumerate(identities)]
    ).sessions.values()
    return one


def reserved(name: str, **more: object) -> Json:
    return who(**more) | {  # type: ignore[arg-type]
        "principalId": f"{ACCOUNT}:{name}:{INSTANCE}",
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/{INSTANCE}",
    }


UNPROVEN = who(delivery=None)
HOST_MANAGEMENT = who(delivery=None) | {
    "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/"
    f"AWSSystemsManagerDefaultEC2InstanceManagementRole/{INSTANCE}"
}


@pytest.mark.parametrize(
    ("identity", "kind"),
    [
        (who(), SessionClass.INSTANCE),
        (reserved("aws:ec2-instance"), SessionClass.IDENTITY),
        (reserved("aws:ec2-infrastructure"), SessionClass.INFRASTRUCTURE),
        (HOST_MANAGEMENT, SessionClass.HOST_MANAGEMENT),
    ],
)
def test_the_roles_that_aws_reserves_are_classes_of_their_own(
    identity: Json, kind: SessionClass
) -> None:
    found = session(identity)
    assert class_of(found) is kind
    assert found.instance == INSTANCE


@pytest.mark.parametrize(
    ("name", "claims"),
    [
        ("i-0abcdef1", True),
        ("i-0123456789abcdef0", True),
        ("i-deployment", False),
        ("i-0123456789ABCDEF0", False),
        ("i-0abcdef12", False),
        ("mi-0123456789abcdef0", False),
        ("admin", False),
    ],
)
def test_a_name_claims_only_what_an_instance_can_be_called(name: str, claims: bool) -> None:
    assert claims_instance(session(who(instance=name, delivery=None))) is claims


def test_delivered_keys_are_the_instances_whatever_masks_their_ids() -> None:
    assert claims_instance(session(who(instance="i-786a3A8B5C0d92eF4", delivery="1.0")))


def test_a_name_alone_is_a_claim() -> None:
    assert standings(session(UNPROVEN), index_mints([])) == {KEY: KeyStanding.CLAIMED}


@pytest.mark.parametrize(
    "identity",
    [
        who(delivery="1.0"),
        who(delivery="2.0"),
        UNPROVEN
        | {
            "inScopeOf": {
                "issuerType": "AWS::EC2::Instance",
                "credentialsIssuedTo": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:instance/{INSTANCE}",
            }
        },
        reserved("aws:ec2-instance", delivery=None),
        HOST_MANAGEMENT,
    ],
)
def test_what_no_caller_can_write_proves(identity: Json) -> None:
    assert standings(session(identity), index_mints([])) == {KEY: KeyStanding.PROVEN}


def test_ec2s_issuance_proves_its_key_and_no_other() -> None:
    mints = index_mints(folded([issuance(KEY)]).mints)
    found = session(UNPROVEN, UNPROVEN | {"accessKeyId": TWIN})
    assert standings(found, mints) == {KEY: KeyStanding.PROVEN, TWIN: KeyStanding.CLAIMED}


def test_another_makers_key_is_forged() -> None:
    mints = index_mints(folded([made(KEY, HOME, 0, identity=who(TWIN))]).mints)
    assert standings(session(UNPROVEN), mints) == {KEY: KeyStanding.FORGED}


def test_one_proof_speaks_for_all_that_the_key_did() -> None:
    found = session(UNPROVEN, who(delivery="2.0"))
    assert standings(found, index_mints([])) == {KEY: KeyStanding.PROVEN}


def test_of_several_records_of_a_making_the_same_is_kept_in_any_order() -> None:
    """EC2's own first, then the one that names the parent key."""
    mints = [
        Mint("A", 5, "e", "sts:AssumeRole", account="2", parent_principal="p"),
        Mint("A", 5, "e", "sts:AssumeRole", account="1", parent_principal="p", parent_key="K"),
        Mint("B", 6, "f", "signin:GetSigninToken", parent_key="K", parent_principal="p"),
        Mint("B", 4, "g", "sts:AssumeRole", account="1", issuer="ec2.amazonaws.com"),
    ]
    for some in itertools.permutations(mints):
        index = index_mints(some)
        assert index.by_key["A"].parent_key == "K"
        assert index.by_key["B"].issuer == "ec2.amazonaws.com"
        assert [mint.key for mint in index.by_parent["K"]] == ["A"]


def test_issuance_is_seen_only_where_it_surrounds_the_time() -> None:
    issued = [Mint(f"K{t}", t, "e", "a", ACCOUNT, "ec2.amazonaws.com") for t in (1000, 90_000)]
    index = index_mints(issued)
    assert not index.saw_issuance(ACCOUNT, 500)
    assert not index.saw_issuance(ACCOUNT, 90_001)
    assert not index.saw_issuance(ACCOUNT, 45_000), "too far from both"
    assert not index.saw_issuance("another", 1001)
    assert not index.saw_issuance(None, 1001)
    near = index_mints([*issued, Mint("K", 2000, "e", "a", ACCOUNT, "ec2.amazonaws.com")])
    assert near.saw_issuance(ACCOUNT, 1500)
    assert KEY_SECONDS_MAX > 6.6 * 3600
