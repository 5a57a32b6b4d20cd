"""What is left of records and findings for others to see."""

import json

from tests.inventories import Json
from tests.trail_records import record
from truant.formats.redacted import (
    REMOVED,
    finding_for_strangers,
    record_for_strangers,
    without_secrets,
)

ODD: tuple[Json, ...] = (
    {},
    {"resource": 7, "service": []},
    {"service": {"additionalInfo": {"origins": 1}}},
)
SECRET = "FwoGZXIvYXdzEXAMPLETOKEN"


def test_secrets_are_removed_wherever_they_stand() -> None:
    held = {
        "responseElements": {
            "credentials": {"accessKeyId": "ASIA1", "sessionToken": SECRET},
            "accessKey": {"secretAccessKey": SECRET, "status": "Active"},
        },
        "requestParameters": {"x-amz-security-token": SECRET, "userData": SECRET},
        "list": [{"SigninToken": SECRET, "Password": SECRET}],
    }
    cleaned = without_secrets(held)
    assert SECRET not in json.dumps(cleaned)
    assert json.dumps(cleaned).count(REMOVED) == 6
    assert "ASIA1" in json.dumps(cleaned)


def test_what_holds_no_secret_comes_back_equal() -> None:
    made = record(1)
    assert without_secrets(made) == made


def test_a_stranger_sees_who_called_what_from_where() -> None:
    made = record(
        1,
        requestParameters={"bucketName": "payroll"},
        responseElements={"credentials": {"sessionToken": SECRET}},
        tlsDetails={"clientProvidedHostHeader": "payroll.s3.amazonaws.com"},
    )
    seen = json.dumps(record_for_strangers(made))
    assert "payroll" not in seen
    assert SECRET not in seen
    for told in ("192.0.2.1", "ListBuckets", "ASIAEXAMPLE", "e-1", "2026-01-09T"):
        assert told in seen


def test_a_stranger_sees_nothing_of_our_network() -> None:
    finding: Json = {
        "id": "1",
        "resource": {
            "accessKeyDetails": {"accessKeyId": "ASIA1"},
            "instanceDetails": {"instanceId": "i-1", "networkInterfaces": [{"subnetId": "ours"}]},
        },
        "service": {
            "count": 3,
            "additionalInfo": {
                "home": {"expected": ["ours"]},
                "evidence": [{"sentence": "ours"}],
                "value": "ours",
                "made": [{"name": "ours"}],
                "origins": [{"address": "192.0.2.1", "reason": "ours"}],
            },
        },
    }
    seen = json.dumps(finding_for_strangers(finding))
    assert "ours" not in seen
    for told in ("192.0.2.1", "i-1", "ASIA1"):
        assert told in seen


def test_odd_findings_are_left_with_nothing() -> None:
    for odd in ODD:
        finding_for_strangers(odd)
    assert record_for_strangers({"userIdentity": "x"}) == {}
