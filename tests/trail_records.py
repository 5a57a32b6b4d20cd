"""CloudTrail records for tests of reading: sound ones, odd ones, and files in every form."""

import json
from collections.abc import Callable, Sequence

from hypothesis import strategies as st
from msgspec import Raw

from truant.model.api_call import ApiCall
from truant.model.record_file import Decoded

Json = dict[str, object]


def record(number: int = 1, **changes: object) -> Json:
    """A sound record of an instance's session, version 1.11; `changes` replace its members."""
    hour, minute, second = number // 3600 % 24, number // 60 % 60, number % 60
    sound: Json = {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE:i-0123456789abcdef0",
            "arn": "arn:aws:sts::111122223333:assumed-role/web/i-0123456789abcdef0",
            "accountId": "111122223333",
            "accessKeyId": "ASIAEXAMPLE",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLE",
                    "arn": "arn:aws:iam::111122223333:role/web",
                    "accountId": "111122223333",
                    "userName": "web",
                },
                "attributes": {"creationDate": "2026-01-09T00:00:00Z", "mfaAuthenticated": "false"},
                "ec2RoleDelivery": "2.0",
            },
            "inScopeOf": {
                "issuerType": "AWS::EC2::Instance",
                "credentialsIssuedTo": "arn:aws:ec2:eu-west-1:111122223333:instance/"
                "i-0123456789abcdef0",
            },
        },
        "eventTime": f"2026-01-09T{hour:02}:{minute:02}:{second:02}Z",
        "eventSource": "s3.amazonaws.com",
        "eventName": "ListBuckets",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "[Boto3/1.34]",
        "requestParameters": {"Host": "s3.eu-west-1.amazonaws.com"},
        "responseElements": None,
        "additionalEventData": {"AuthenticationMethod": "AuthHeader"},
        "requestID": f"R{number}",
        "eventID": f"e-{number}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }
    return sound | changes


INSIGHT: Json = {
    "eventVersion": "1.07",
    "eventTime": "2026-01-09T00:15:04Z",
    "awsRegion": "eu-west-1",
    "eventID": "insight",
    "eventType": "AwsCloudTrailInsight",
    "recipientAccountId": "111122223333",
    "sharedEventID": "shared",
    "insightDetails": {"state": "Start", "eventName": "RunInstances"},
    "eventCategory": "Insight",
}
AGGREGATED: Json = {
    "eventVersion": "1.0",
    "accountId": "111122223333",
    "eventId": "aggregated",
    "eventCategory": "Aggregated",
    "eventType": "AwsAggregatedEvent",
    "awsRegion": "eu-west-1",
    "eventSource": "s3.amazonaws.com",
    "timeWindow": {"windowStart": "2026-01-09T00:15:00Z"},
}
DIGEST: Json = {
    "awsAccountId": "111122223333",
    "digestStartTime": "2026-01-09T00:00:00Z",
    "digestEndTime": "2026-01-09T01:00:00Z",
    "logFiles": [{"s3Object": "AWSLogs/…", "hashValue": "00"}],
}


def _lines(values: Sequence[object]) -> str:
    return "\n".join(map(json.dumps, values)) + "\n"


# How a file holds its records. Each stands for a collector or a habit of people.
FORMS: dict[str, Callable[[Sequence[object]], str]] = {
    "trail file": lambda some: json.dumps({"Records": list(some)}, separators=(",", ":")),
    "trail file, pretty": lambda some: json.dumps({"Records": list(some)}, indent=2),
    "trail file, Records last": lambda some: json.dumps({"a": {"b": [1]}, "Records": list(some)}),
    "JSON lines": _lines,
    "JSON lines of Windows": lambda some: _lines(some).replace("\n", "\r\n"),
    "array": lambda some: json.dumps(list(some)),
    "documents, pretty": lambda some: "\n".join(json.dumps(one, indent=4) for one in some),
    "documents, close together": lambda some: "".join(map(json.dumps, some)),
    "trail files, close together": lambda some: "".join(
        json.dumps({"Records": [one]}, separators=(",", ":")) for one in some
    ),
    "trail files, a line each": lambda some: _lines([{"Records": [one]} for one in some]),
    "EventBridge": lambda some: _lines([{"version": "0", "detail": one} for one in some]),
    "Elasticsearch": lambda some: _lines([{"_index": "i", "_source": one} for one in some]),
    "Elastic's integration": lambda some: _lines(
        [{"@timestamp": "x", "event": {"original": json.dumps(one)}} for one in some]
    ),
    "OpenSearch's integration": lambda some: json.dumps(
        [{"event": {"result": "ACCEPT"}, "aws": {"cloudtrail": one}} for one in some]
    ),
    "rule tests": lambda some: _lines([{"rule": "r", "event": one} for one in some]),
    "log messages": lambda some: _lines([{"message": json.dumps(one)} for one in some]),
    "lookup-events": lambda some: json.dumps(
        {"Events": [{"EventId": "e", "CloudTrailEvent": json.dumps(one)} for one in some]}, indent=4
    ),
}

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**30, -(10**400), 1.5, 1e308]),
    st.text(max_size=12),
    st.sampled_from(
        ["***", "HIDDEN_DUE_TO_SECURITY_REASONS", "\ud800", "\x00\x1b[2J", "é" * 5_000]
    ),
)
ODD = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
_IDENTITY_MEMBERS = ["type", "principalId", "arn", "accountId", "accessKeyId", "invokedBy"]
_IDENTITY_MEMBERS += ["sessionContext", "inScopeOf"]


@st.composite
def odd_records(draw: st.DrawFn) -> Json:
    """A record of which some members are of odd types, missing, null or unknown."""
    found = record(draw(st.integers(1, 50_000)))
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=5)):
        found[name] = draw(ODD)
    for name in draw(st.lists(st.sampled_from(sorted(found)), max_size=2)):
        found.pop(name, None)
    identity = found.get("userIdentity")
    if isinstance(identity, dict):
        for name in draw(st.lists(st.sampled_from(_IDENTITY_MEMBERS), max_size=3)):
            identity[name] = draw(ODD)
        for name in draw(st.lists(st.sampled_from(_IDENTITY_MEMBERS), max_size=2)):
            identity.pop(name, None)
    found |= draw(st.dictionaries(st.text(max_size=5), ODD, max_size=2))
    return found


def ids(decoded: Decoded) -> list[str | None]:
    """The ids of the calls, in their order."""
    return [call.event_id for call in decoded.calls]


def places(decoded: Decoded) -> dict[str | None, int]:
    """Where in the file each call stands, by its id."""
    numbers = range(1, len(decoded.calls) + 1)
    return dict(zip(ids(decoded), decoded.positions(numbers), strict=True))


def fields(call: ApiCall) -> list[object]:
    """Everything that a call says, its raw members opened."""
    found = [getattr(call, name) for name in ApiCall.__struct_fields__]
    return [json.loads(bytes(one) or b"null") if isinstance(one, Raw) else one for one in found]
