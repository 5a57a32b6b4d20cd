"""Findings made by hand for tests of the API: many, and different in what criteria look at."""

import msgspec

from tests.api_server import ADMINISTRATOR, MEMBER, REGION
from truant.connectors.store.findings import Because, Finding
from truant.detection.findings import detector_id
from truant.model.event_time import iso
from truant.model.finding import FindingType

START = 1_767_225_600  # 2026-01-01
TYPES = tuple(FindingType)
SEVERITIES = (8.0, 8.0, 5.0, 2.0)


def made_finding(number: int) -> Finding:
    """A finding; the same number gives the same. Every third is a member's, each fifth archived."""
    account = MEMBER if number % 3 == 0 else ADMINISTRATOR
    kind = TYPES[number % 4]
    first, last = START + number * 60, START + number * 3600
    row = Finding(
        id=f"{number:032x}",
        account=account,
        region=REGION,
        type=kind.value,
        severity=SEVERITIES[number % 4],
        principal=f"AROAMADE{number % 7}:i-{number % 11:017x}",
        created_at=first * 1000 + 7,
        updated_at=last * 1000 + 7,
        first_seen=first,
        last_seen=last,
        count=number % 9 + 1,
        body="",
        archived=number % 5 == 0,
        archived_because=Because.USER if number % 5 == 0 else None,
    )
    row.body = msgspec.json.encode(_document(row, number)).decode()
    return row


def _document(row: Finding, number: int) -> dict[str, object]:
    return {
        "schemaVersion": "2.0",
        "accountId": row.account,
        "region": row.region,
        "partition": "aws",
        "id": row.id,
        "arn": f"arn:aws:guardduty:{row.region}:{row.account}:detector/x/finding/{row.id}",
        "type": row.type,
        "resource": {
            "resourceType": "AccessKey",
            "accessKeyDetails": {
                "accessKeyId": f"ASIAMADE{number}",
                "principalId": row.principal,
                "userName": f"role-{number % 4}",
                "userType": "AssumedRole",
            },
            "instanceDetails": {
                "instanceId": row.principal.split(":")[1],
                "tags": [{"key": "team", "value": f"t{number % 2}"}, {"key": "n", "value": "1"}],
            },
        },
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector_id(row.account, row.region),
            "action": {
                "actionType": "AWS_API_CALL",
                "awsApiCallAction": {
                    "api": "ListBuckets",
                    "callerType": "Remote IP",
                    "serviceName": "s3.amazonaws.com",
                    "remoteIpDetails": {"ipAddressV4": f"203.0.113.{number % 200}"},
                    "remoteAccountDetails": {"affiliated": number % 2 == 0},
                    "affectedResources": {},
                },
            },
            "resourceRole": "TARGET",
            "additionalInfo": {"probability": 0.9, "type": "default", "value": "{}"},
            "eventFirstSeen": iso(row.first_seen),
            "eventLastSeen": iso(row.last_seen),
            "archived": False,
            "count": row.count,
        },
        "severity": row.severity,
        "confidence": 97.5,
        "title": f"Title {number}",
        "description": f"Description {number}.",
    }
