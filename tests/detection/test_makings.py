"""What calls leave behind, named so that somebody can undo it."""

import pytest

from tests.detection.records import OUTSIDE, Json, call, folded, made
from truant.detection.makings import MAKINGS, TAMPERINGS
from truant.model.sighting import Made


def makings(*records: Json) -> list[Made]:
    sessions = folded(records).sessions.values()
    return [one for session in sessions for seen in session.sightings for one in seen.made]


def named(api: str, asked: object = None, answered: object = None) -> list[tuple[str, str]]:
    record = call(OUTSIDE, 0, api, requestParameters=asked, responseElements=answered)
    return [(one.kind, one.name) for one in makings(record)]


def test_reading_makes_nothing() -> None:
    assert not makings(call(OUTSIDE), call(OUTSIDE, 1, "iam:ListUsers"))


def test_what_was_refused_was_not_made() -> None:
    assert not makings(call(OUTSIDE, 0, "iam:CreateUser", errorCode="AccessDenied"))


def test_a_sign_in_that_failed_made_nothing() -> None:
    """It has no error code; only the answer tells."""
    assert not named("signin:ConsoleLogin", None, {"ConsoleLogin": "Failure"})
    assert named("signin:ConsoleLogin", None, {"ConsoleLogin": "Success"})


def test_sessions_users_keys_and_instances_are_named() -> None:
    (session,) = makings(made("ASIA1", OUTSIDE, 0))
    assert (session.kind, session.name) == (
        "role session",
        "arn:aws:sts::111122223333:assumed-role/deploy/job",
    )
    assert named("iam:CreateUser", {"userName": "x"}) == [("IAM user", "x")]
    answer: object = {"accessKey": {"accessKeyId": "AKIA1", "userName": "x"}}
    assert named("iam:CreateAccessKey", {"userName": "x"}, answer) == [("access key", "AKIA1")]
    items = [{"instanceId": "i-1"}, {"instanceId": "i-2"}]
    answer = {"instancesSet": {"items": items}}
    assert named("ec2:RunInstances", None, answer) == [
        ("EC2 instance", "i-1"),
        ("EC2 instance", "i-2"),
    ]


def test_names_in_lists_are_names() -> None:
    asked = {"documentName": "AWS-RunShellScript", "instanceIds": ["i-1", "i-2"]}
    assert named("ssm:SendCommand", asked) == [
        ("command on instances", "i-1"),
        ("command on instances", "i-2"),
    ]
    assert named("sts:GetWebIdentityToken", {"audience": ["https://a.example", 7]}) == [
        ("identity token for third parties", "https://a.example")
    ]


@pytest.mark.parametrize("api", sorted(MAKINGS))
def test_what_has_no_name_is_still_told(api: str) -> None:
    assert named(f"any:{api}") == [(MAKINGS[api][0], "")]


def test_kinds_that_blind_the_trail_are_among_those_made() -> None:
    assert {kind for kind, _ in MAKINGS.values()} >= TAMPERINGS


def test_names_of_any_length_are_cut() -> None:
    (one,) = named("iam:CreateUser", {"userName": "x" * 1_000_000})
    assert len(one[1]) <= 256
