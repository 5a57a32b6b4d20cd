"""What a message of a queue says: which objects appeared in S3, or a record of CloudTrail itself.

- S3 event notifications: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
- The topic of a trail: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
- EventBridge "Object Created": https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
- EventBridge "AWS API Call via CloudTrail" and its kin:
  https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html

Each of them may come as it is, or in the envelope of an SNS topic.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec
from msgspec import Struct

IGNORED_TEST = "a test event of S3 or CloudTrail"
IGNORED_OTHER = "tells of something else than a new object or a call"
ENVELOPES_MAX = 3  # a topic that is subscribed to a topic
OBJECTS_MAX = 10_000
_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_VIA = " via CloudTrail"
_VALIDATION = "CloudTrail validation message"


class Notification(Struct, frozen=True):
    """What a message says. `ignored`: why nothing is to be done. `error`: why it says nothing.

    `objects`: bucket and key of each. `is_record`: the text in `body` is a call itself, in its
    EventBridge envelope.
    """

    objects: tuple[tuple[str, str], ...] = ()
    is_record: bool = False
    body: str = ""
    ignored: str | None = None
    error: str | None = None


def read(body: str) -> Notification:
    """Read a message. Never raises."""
    for _ in range(ENVELOPES_MAX):
        try:
            value = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            if body.startswith(_VALIDATION):
                return Notification(ignored=IGNORED_TEST)
            return Notification(error="no JSON")
        if not isinstance(value, Mapping):
            return Notification(error="no JSON object")
        inside = value.get("Message")
        if not ("TopicArn" in value and isinstance(inside, str)):
            return _plain(value, body)
        body = inside
    return Notification(error="too many envelopes")


def _plain(value: Mapping[str, object], body: str) -> Notification:
    kind = value.get("detail-type")
    if isinstance(kind, str) and kind.endswith(_VIA):
        if not isinstance(value.get("detail"), Mapping):
            return Notification(error="an event without a record in its detail")
        return Notification(is_record=True, body=body)
    try:
        found = tuple(_objects(value, kind))
    except (AttributeError, KeyError, TypeError) as error:
        return Notification(error=f"a notification without a bucket and a key: {error!r}"[:200])
    if found:
        return Notification(objects=found[:OBJECTS_MAX])
    if value.get("Event") == "s3:TestEvent":
        return Notification(ignored=IGNORED_TEST)
    known = kind is not None or "Records" in value or "s3ObjectKey" in value
    return Notification(ignored=IGNORED_OTHER) if known else Notification(error="an unknown form")


def _objects(value: Mapping[str, object], kind: object) -> Iterator[tuple[str, str]]:
    """Buckets and keys. Raises AttributeError, KeyError or TypeError for another form."""
    if "s3ObjectKey" in value:
        keys = value["s3ObjectKey"]
        for key in [keys] if isinstance(keys, str) else _listed(keys):
            yield _text(value["s3Bucket"]), _text(key)
    elif kind == "Object Created":
        detail = _table(value["detail"])
        yield _text(_table(detail["bucket"])["name"]), _text(_table(detail["object"])["key"])
    elif "Records" in value:
        for one in map(_table, _listed(value["Records"])):
            if str(one.get("eventName", "")).startswith(("ObjectCreated:", "s3:ObjectCreated:")):
                s3 = _table(one["s3"])
                key = _text(_table(s3["object"])["key"])
                # "The s3 key name is URL encoded" in this form, and in no other.
                yield _text(_table(s3["bucket"])["name"]), _unquoted(key)


def _unquoted(key: str) -> str:
    def text(found: re.Match[str]) -> str:
        return bytes.fromhex(found[0].replace("%", "")).decode("utf-8", "replace")

    return _ESCAPED.sub(text, key.replace("+", " "))


def _listed(value: object) -> list[object]:
    if not isinstance(value, list):
        raise TypeError("no list")
    return value


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise TypeError("no object")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise TypeError("no text")
    return value
