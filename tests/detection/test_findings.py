"""Findings in GuardDuty's JSON: what stands where, and that no string of a log breaks out."""

import json
from typing import Any

import pytest

from tests.detection.records import (
    ACCOUNT,
    HOME,
    INSTANCE,
    KEY,
    OUTSIDE,
    ROLE,
    STRANGER,
    Json,
    call,
    child,
    issuance,
    made,
    network,
    told,
    who,
)
from tests.oracles.guardduty import faults
from truant.detection.findings import FULL_ORIGINS_MAX, detector_id, partition
from truant.model.fact import Fact, Mode

HOSTILE = ("\x1b[31mred\x07", "\u202egnp.exe", '{"accountId": "0"}', "<script>", "A" * 1_000_000)


def one(*records: Json, facts: set[Fact] | None = None) -> dict[str, Any]:
    (finding,) = told(records, network() if facts is None else facts)
    assert not faults(finding)
    return finding


def info(finding: Json) -> Json:
    found: Json = finding["service"]["additionalInfo"]
    return found


def test_no_theft_no_finding() -> None:
    assert told([call(HOME)], network()) == []


def test_the_members_that_tools_read() -> None:
    finding = one(call(OUTSIDE, 1), call(OUTSIDE, 61, "s3:GetObject", errorCode="AccessDenied"))
    assert finding["schemaVersion"] == "2.0"
    assert finding["accountId"] == ACCOUNT
    assert (finding["region"], finding["partition"]) == ("eu-west-1", "aws")
    assert finding["type"].endswith("InstanceCredentialExfiltration.OutsideAWS")
    assert finding["severity"] == 8.0
    assert (finding["createdAt"], finding["updatedAt"]) == (
        "2026-03-15T00:01:00.000Z",
        "2026-03-15T01:01:00.000Z",
    )
    detector = detector_id(ACCOUNT, "eu-west-1")
    assert finding["arn"] == (
        f"arn:aws:guardduty:eu-west-1:{ACCOUNT}:detector/{detector}/finding/{finding['id']}"
    )
    assert finding["resource"]["accessKeyDetails"] == {
        "accessKeyId": KEY,
        "principalId": f"{ROLE}:{INSTANCE}",
        "userName": "web",
        "userType": "AssumedRole",
    }
    assert finding["resource"]["instanceDetails"]["instanceId"] == INSTANCE
    service = finding["service"]
    assert (service["count"], service["archived"]) == (2, False)
    assert service["action"]["awsApiCallAction"] == {
        "api": "GetObject",
        "serviceName": "s3.amazonaws.com",
        "callerType": "Remote IP",
        "errorCode": "AccessDenied",
        "userAgent": "Boto3/1.34 Linux/6.1",
        "remoteIpDetails": {"ipAddressV4": OUTSIDE},
        "affectedResources": {},
    }


def test_the_remote_account_stands_where_guardduty_has_it() -> None:
    through = {"vpcEndpointId": "vpce-9", "vpcEndpointAccountId": STRANGER}
    action = one(call("10.9.0.1") | through)["service"]["action"]["awsApiCallAction"]
    assert action["remoteAccountDetails"] == {"affiliated": False, "accountId": STRANGER}
    unknown = one(call("54.10.200.9"))["service"]["action"]["awsApiCallAction"]
    assert unknown["remoteAccountDetails"] == {"affiliated": False}
    outside = one(call("2001:db8::1"))["service"]["action"]["awsApiCallAction"]
    assert "remoteAccountDetails" not in outside
    assert outside["remoteIpDetails"] == {"ipAddressV6": "2001:db8::1"}


def test_what_is_not_known_of_the_latest_call_is_not_said() -> None:
    """Several clients from one origin: which made the latest call is not kept."""
    finding = one(call(OUTSIDE, 1), call(OUTSIDE, 2, userAgent="x"))
    assert "userAgent" not in finding["service"]["action"]["awsApiCallAction"]
    assert (
        "errorCode"
        not in one(call(OUTSIDE, 1, errorCode="x"), call(OUTSIDE, 2))["service"]["action"][
            "awsApiCallAction"
        ]
    )


def test_the_key_shown_is_the_sessions_own() -> None:
    """Not one that was made with it, whose principal is another."""
    records = [
        call(OUTSIDE, 1),
        made("ASIA9", OUTSIDE, 2),
        call(OUTSIDE, 9, identity=child("ASIA9")),
    ]
    details = one(*records)["resource"]["accessKeyDetails"]
    assert (details["accessKeyId"], details["principalId"]) == (KEY, f"{ROLE}:{INSTANCE}")


def test_reasons_stand_as_members_and_once_more_as_text() -> None:
    finding = one(issuance(KEY), call(HOME), call(OUTSIDE, 1), made("ASIA9", OUTSIDE, 2))
    reasons = info(finding)
    assert reasons["type"] == "default"
    members = {name: value for name, value in reasons.items() if name not in ("type", "value")}
    assert json.loads(reasons["value"]) == members
    assert 0.5 <= reasons["probability"] <= 1
    assert finding["confidence"] == round(reasons["probability"] * 100, 2)
    assert all(evidence["sentence"] for evidence in reasons["evidence"])
    assert reasons["home"]["known"] is True
    assert any(HOME in sentence for sentence in reasons["home"]["seen"])
    assert reasons["issuance"][0]["issuer"] == "ec2.amazonaws.com"
    assert [mint["accessKeyId"] for mint in reasons["lineage"]] == ["ASIA9"]
    assert [thing["kind"] for thing in reasons["made"]] == ["role session"]
    assert reasons["origins"][0]["calls"][0]["api"] == "s3:ListBuckets"
    assert reasons["exactCount"] is True


def test_event_ids_come_each_once_and_earliest_first() -> None:
    records = [call(OUTSIDE, minute) for minute in (3, 1, 2)]
    ids = info(one(*records))["eventIds"]
    assert ids == [record["eventID"] for record in sorted(records, key=lambda r: r["eventTime"])]


def test_every_origin_is_told_and_the_first_of_many_in_full() -> None:
    number = FULL_ORIGINS_MAX + 40
    records = [call(f"2001:db8:1::{n:x}", n / 10) for n in range(1, number + 1)]
    finding = one(*records)
    origins = info(finding)["origins"]
    assert {origin["address"] for origin in origins} == {r["sourceIPAddress"] for r in records}
    assert finding["service"]["count"] == number
    assert sum("apis" in origin for origin in origins) == FULL_ORIGINS_MAX
    assert all({"reason", "accessKeyId", "principalId", "count"} <= set(one) for one in origins)


def test_a_call_without_an_account_is_told_without_a_guess() -> None:
    identity = {name: value for name, value in who().items() if name not in ("accountId", "arn")}
    del identity["sessionContext"]["sessionIssuer"]
    finding = one(call(OUTSIDE, identity=identity), facts=set())
    assert finding["accountId"] == "000000000000"
    assert "an unnamed role" in finding["title"]


def test_session_tokens_are_nowhere() -> None:
    finding = one(issuance(KEY), call(OUTSIDE, 1), made("ASIA9", OUTSIDE, 2))
    assert "SECRET" not in json.dumps(finding)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_stay_texts_and_short(text: str) -> None:
    identity = who() | {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{text}/{INSTANCE}"}
    record = call(OUTSIDE, 1, identity=identity, userAgent=text, errorCode=text, awsRegion=text)
    record |= {"eventName": text, "eventID": text, "vpcEndpointId": None}
    user = call(OUTSIDE, 2, "iam:CreateUser", requestParameters={"userName": text})
    key = made(text, OUTSIDE, 3, requestParameters={"roleArn": text, "roleSessionName": text})
    finding = one(record, user, key)
    assert len(json.dumps(finding)) < 60_000
    assert {"accountId": finding["accountId"]} == {"accountId": ACCOUNT}
    assert json.loads(info(finding)["value"])["origins"] == info(finding)["origins"]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_partitions(region: str, expected: str) -> None:
    assert partition(region) == expected


def test_a_detector_has_one_id_for_account_and_region() -> None:
    assert detector_id(ACCOUNT, "eu-west-1") == detector_id(ACCOUNT, "eu-west-1")
    assert detector_id(ACCOUNT, "eu-west-1") != detector_id(ACCOUNT, "eu-west-2")
    assert len(detector_id(None, "x")) == 32


def test_details_of_the_instance_are_the_inventorys() -> None:
    details = {"instanceId": INSTANCE, "instanceType": "t3.micro"}
    facts = {Fact(INSTANCE, "details", 0, Mode.IS, (json.dumps(details),), "test")}
    finding = one(call(OUTSIDE), facts=network() | facts)
    assert finding["resource"]["instanceDetails"] == details
