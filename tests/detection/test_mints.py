"""Keys that calls made, as their answers name them; the secret part is never looked at."""

from datetime import UTC, datetime

import pytest

from tests.detection.records import (
    ACCOUNT,
    HOME,
    KEY,
    OUTSIDE,
    SISTER,
    Json,
    call,
    folded,
    issuance,
    made,
)
from truant.detection.mints import MINTS
from truant.model.fact import Mint


def mints(*records: Json) -> set[Mint]:
    return folded(records).mints


def mint(record: Json) -> Mint:
    (one,) = mints(record)
    return one


def test_a_call_that_failed_made_nothing() -> None:
    assert not mints(made("ASIA1", HOME, 0, errorCode="AccessDenied"))


def test_an_answer_that_is_not_there_names_no_key() -> None:
    """CloudTrail leaves out answers of more than 100 KB."""
    assert not mints(made("ASIA1", HOME, 0, responseElements=None))


def test_the_callers_own_key_given_back_is_no_new_one() -> None:
    answer = {"credentials": {"accessKeyId": KEY}}
    assert not mints(made(KEY, HOME, 0, "signin:GetSigninToken", responseElements=answer))


def test_ec2s_issuance_names_key_role_and_instance() -> None:
    one = mint(issuance(KEY, 3, sharedEventID="shared"))
    assert (one.key, one.issuer, one.account) == (KEY, "ec2.amazonaws.com", ACCOUNT)
    assert one.role_arn == f"arn:aws:iam::{ACCOUNT}:role/web"
    assert one.session_name == "i-0aaaaaaaaaaaaaaa1"
    assert one.event_id == "shared"
    assert (one.parent_key, one.parent_principal) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "Mar 15, 2026 6:30:22 PM",
        "Mar 15, 2026, 6:30:22 PM",
        "Mar 15, 2026, 6:30:22\u202fPM",
        "2026-03-15T18:30:22Z",
    ],
)
def test_every_form_of_the_end_is_read(text: str) -> None:
    answer = {"credentials": {"accessKeyId": KEY, "expiration": text}}
    expected = datetime(2026, 3, 15, 18, 30, 22, tzinfo=UTC).timestamp()
    assert mint(issuance(KEY) | {"responseElements": answer}).expires == expected


@pytest.mark.parametrize(
    "text", ["soon", 7, None, "Foo 1, 2026 6:00:00 PM", "9999-12-31T23:59:59-23:59", "Mar 15, 1990"]
)
def test_an_end_that_no_key_can_have_is_unknown(text: object) -> None:
    answer = {"credentials": {"accessKeyId": KEY, "expiration": text}}
    assert mint(issuance(KEY) | {"responseElements": answer}).expires is None


@pytest.mark.parametrize("api", sorted(MINTS - {"ConsoleLogin", "SwitchRole"}))
def test_every_maker_of_keys_is_known(api: str) -> None:
    one = mint(made("ASIA1", OUTSIDE, 2, f"sts:{api}"))
    assert (one.key, one.parent_key, one.address) == ("ASIA1", KEY, OUTSIDE)
    assert one.api == f"sts:{api}"


def test_a_key_of_a_user_names_the_user() -> None:
    answer = {"accessKey": {"accessKeyId": "AKIANEW", "userName": "backdoor", "status": "Active"}}
    one = mint(made("", OUTSIDE, 2, "iam:CreateAccessKey", responseElements=answer))
    assert (one.key, one.user_name) == ("AKIANEW", "backdoor")


def test_the_record_of_the_other_account_names_the_session_and_no_key() -> None:
    parent = {
        "type": "AWSAccount",
        "principalId": "AROAX:i-0aaaaaaaaaaaaaaa1",
        "accountId": ACCOUNT,
    }
    one = mint(made("ASIA1", OUTSIDE, 2, identity=parent, recipientAccountId=SISTER))
    assert (one.parent_key, one.parent_principal) == (None, "AROAX:i-0aaaaaaaaaaaaaaa1")


def test_session_tokens_are_not_kept() -> None:
    folded_ = folded([issuance(KEY), made("ASIA1", HOME, 1)])
    assert "SECRET" not in repr((folded_.mints, folded_.facts, folded_.sessions))


def test_texts_of_any_length_are_cut() -> None:
    long = "x" * 1_000_000
    record = made(long, OUTSIDE, 0, requestParameters={"roleArn": long, "roleSessionName": long})
    record |= {"eventID": long, "eventSource": long, "vpcEndpointId": long, "awsRegion": long}
    assert len(repr(mint(record))) < 5000


def test_json_inside_names_is_only_a_name() -> None:
    name = '{"accessKeyId": "ASIAFORGED"}'
    record = call(OUTSIDE, 0, "iam:CreateUser", requestParameters={"userName": name})
    assert not mints(record)
    answer = {"credentials": {"accessKeyId": "ASIA1"}, "note": name}
    assert mint(made("", OUTSIDE, 0, responseElements=answer)).key == "ASIA1"
