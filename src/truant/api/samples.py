"""Sample findings: of each type one that is marked as made up, to try things out with."""

import hashlib

import msgspec

from truant.api.call import Call, Given, Output
from truant.api.errors import invalid
from truant.connectors.store import channels, destinations, findings, history, outbox
from truant.connectors.store.detectors import Detector
from truant.connectors.store.findings import Finding
from truant.connectors.store.history import Change, Entry
from truant.connectors.store.outbox import Notice
from truant.detection.findings import SCHEMA_VERSION, partition
from truant.model.event_time import iso
from truant.model.finding import HIGH, LOW, MEDIUM, FindingType

# As in GuardDuty's samples: names and addresses that nobody has (RFC 5737).
ADDRESS, ACCOUNT, ROLE = "198.51.100.0", "123456789012", "GeneratedFindingUserName"
INSTANCE, KEY_ID = "i-99999999", "GeneratedFindingAccessKeyId"
PRINCIPAL = "GeneratedFindingPrincipalId"

SEVERITIES = {
    FindingType.OUTSIDE_AWS: HIGH,
    FindingType.INSIDE_AWS: HIGH,
    FindingType.OTHER_INSTANCE: MEDIUM,
    FindingType.IMPOSTOR: LOW,
}
_USED = {
    FindingType.OUTSIDE_AWS: "from an external IP address",
    FindingType.INSIDE_AWS: "from a remote AWS account",
    FindingType.OTHER_INSTANCE: "from another instance of the same account",
    FindingType.IMPOSTOR: "in a session that only names itself after an instance",
}


def create_sample_findings(call: Call, given: Given) -> Output:
    """Make a sample of each type that is asked for, or of all that Truant knows.

    Made again, a sample's count grows.
    """
    detector = call.detector(given)
    wanted = given.get("FindingTypes") or [kind.value for kind in FindingType]
    unknown = sorted(set(wanted) - {kind.value for kind in FindingType})
    if unknown:
        known = ", ".join(kind.value for kind in FindingType)
        raise invalid(f"{unknown[0]} is no type that Truant finds; those are {known}")
    for kind in map(FindingType, dict.fromkeys(wanted)):
        _keep(call, detector, kind)
    return {}


def sample_id(detector: str, kind: FindingType) -> str:
    """The id of a detector's sample finding of a type."""
    return hashlib.sha256(f"sample\x1f{detector}\x1f{kind}".encode()).hexdigest()[:32]


def _keep(call: Call, detector: Detector, kind: FindingType) -> None:
    id_ = sample_id(detector.id, kind)
    known = findings.by_ids(call.conn, call.scope(detector), [id_], lock=True)
    seen = call.now // 1000
    row = Finding(
        id=id_,
        account=detector.account,
        region=detector.region,
        type=kind.value,
        severity=SEVERITIES[kind],
        principal=f"{PRINCIPAL}:{INSTANCE}",
        created_at=call.now,
        updated_at=call.now,
        first_seen=seen,
        last_seen=seen,
        count=1,
        body="",
        sample=True,
    )
    if known:
        row.created_at, row.first_seen = known[0].created_at, known[0].first_seen
        row.count = known[0].count + 1
    row.body = msgspec.json.encode(_document(row, detector, kind)).decode()
    findings.keep(call.conn, [row])
    change = Change.UPDATED if known else Change.CREATED
    entry = Entry(id_, call.now, change, "a sample", call.actor, row.count, row.severity, 0.0, seen)
    history.add(call.conn, [entry])
    _send(call, detector, row, change)


def _send(call: Call, detector: Detector, row: Finding, change: Change) -> None:
    """A sample goes where findings go, at once: that is what it is for."""
    own = destinations.of_detectors(call.conn, [detector.id])
    named = channels.configured(call.conn)
    named += [one.channel for one in own if one.status is not destinations.Status.STOPPED]
    body = msgspec.json.encode(row.document()).decode()
    told = [Notice(name, row.id, change.value, body, call.now) for name in named]
    outbox.put(call.conn, told, call.now)


def _document(row: Finding, detector: Detector, kind: FindingType) -> dict[str, object]:
    where = f"{partition(row.region)}:guardduty:{row.region}:{row.account}"
    info = {"sample": True}
    value = msgspec.json.encode(info).decode()
    return {
        "schemaVersion": SCHEMA_VERSION,
        "accountId": row.account,
        "region": row.region,
        "partition": partition(row.region),
        "id": row.id,
        "arn": f"arn:{where}:detector/{detector.id}/finding/{row.id}",
        "type": row.type,
        "resource": {
            "resourceType": "AccessKey",
            "accessKeyDetails": {
                "accessKeyId": KEY_ID,
                "principalId": PRINCIPAL,
                "userName": ROLE,
                "userType": "AssumedRole",
            },
            "instanceDetails": {"instanceId": INSTANCE},
        },
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector.id,
            "action": {"actionType": "AWS_API_CALL", "awsApiCallAction": _action(kind)},
            "resourceRole": "TARGET",
            "additionalInfo": {**info, "type": "default", "value": value},
            "eventFirstSeen": iso(row.first_seen),
            "eventLastSeen": iso(row.last_seen),
            "archived": False,
            "count": row.count,
        },
        "severity": row.severity,
        "confidence": 0.0,
        "title": f"[SAMPLE] Credentials for the EC2 instance role {ROLE} were used {_USED[kind]}.",
        "description": (
            f"Credentials created exclusively for an EC2 instance using instance role {ROLE} have "
            f"been used {_USED[kind]}."
        ),
    }


def _action(kind: FindingType) -> dict[str, object]:
    action: dict[str, object] = {
        "api": "GeneratedFindingAPIName",
        "serviceName": "GeneratedFindingAPIServiceName",
        "callerType": "Remote IP",
        "remoteIpDetails": {
            "ipAddressV4": ADDRESS,
            "organization": {
                "asn": "-1",
                "asnOrg": "GeneratedFindingASNOrg",
                "isp": "GeneratedFindingISP",
                "org": "GeneratedFindingORG",
            },
            "country": {"countryName": "GeneratedFindingCountryName"},
            "city": {"cityName": "GeneratedFindingCityName"},
            "geoLocation": {"lat": 0.0, "lon": 0.0},
        },
        "affectedResources": {},
    }
    if kind is FindingType.INSIDE_AWS:
        action["remoteAccountDetails"] = {"accountId": ACCOUNT, "affiliated": False}
    return action
