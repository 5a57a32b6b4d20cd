"""ApiCall: one CloudTrail record, typed. This file alone knows the record's JSON.

Only the members that detection needs are named; msgspec skips the others without building them.
Record contents: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Mapping

import msgspec
from msgspec import Raw, Struct, field

NO_JSON = Raw(b"")


class SessionIssuer(Struct, gc=False, frozen=True):
    """The role (or user) whose temporary credentials signed the call."""

    principal_id: str | None = field(default=None, name="principalId")
    arn: str | None = None
    user_name: str | None = field(default=None, name="userName")


class SessionAttributes(Struct, gc=False, frozen=True):
    """When the temporary credentials were issued, as ISO text."""

    creation_date: str | None = field(default=None, name="creationDate")


class SessionContext(Struct, gc=False, frozen=True):
    """What CloudTrail says of a session with temporary credentials."""

    session_issuer: SessionIssuer | None = field(default=None, name="sessionIssuer")
    attributes: SessionAttributes | None = None
    ec2_role_delivery: str | None = field(default=None, name="ec2RoleDelivery")


class InScopeOf(Struct, gc=False, frozen=True):
    """The AWS resource that the credentials were issued to (eventVersion 1.11)."""

    issuer_type: str | None = field(default=None, name="issuerType")
    credentials_issued_to: str | None = field(default=None, name="credentialsIssuedTo")


class UserIdentity(Struct, gc=False, frozen=True):
    """Who signed the call."""

    type: str | None = None
    principal_id: str | None = field(default=None, name="principalId")
    arn: str | None = None
    account_id: str | None = field(default=None, name="accountId")
    access_key_id: str | None = field(default=None, name="accessKeyId")
    invoked_by: str | None = field(default=None, name="invokedBy")
    session_context: SessionContext | None = field(default=None, name="sessionContext")
    in_scope_of: InScopeOf | None = field(default=None, name="inScopeOf")


class ApiCall(Struct, gc=False, frozen=True):
    """One record. Absent and null members are None.

    The blobs stay raw JSON until asked for, `userIdentity` among them: it is the same bytes in all
    calls of a credential, so that `identity_of` is asked once for many.
    """

    event_time: str | None = field(default=None, name="eventTime")
    event_id: str | None = field(default=None, name="eventID")
    event_name: str | None = field(default=None, name="eventName")
    event_source: str | None = field(default=None, name="eventSource")
    event_category: str | None = field(default=None, name="eventCategory")
    aws_region: str | None = field(default=None, name="awsRegion")
    source_ip_address: str | None = field(default=None, name="sourceIPAddress")
    user_agent: str | None = field(default=None, name="userAgent")
    error_code: str | None = field(default=None, name="errorCode")
    vpc_endpoint_id: str | None = field(default=None, name="vpcEndpointId")
    vpc_endpoint_account_id: str | None = field(default=None, name="vpcEndpointAccountId")
    recipient_account_id: str | None = field(default=None, name="recipientAccountId")
    shared_event_id: str | None = field(default=None, name="sharedEventID")
    from_console: str | bool | None = field(default=None, name="sessionCredentialFromConsole")
    timestamp: str | None = field(default=None, name="@timestamp")
    user_identity: Raw = field(default=NO_JSON, name="userIdentity")
    additional_event_data: Raw = field(default=NO_JSON, name="additionalEventData")
    request_parameters: Raw = field(default=NO_JSON, name="requestParameters")
    response_elements: Raw = field(default=NO_JSON, name="responseElements")


class RecordFile(Struct, gc=False):
    """A trail file, `{"Records": […]}`."""

    records: list[ApiCall] = field(name="Records")


class RawRecordFile(Struct, gc=False):
    """A trail file whose records are looked at one by one, because one of them is odd."""

    records: list[Raw] = field(name="Records")


class Document(ApiCall, gc=False, frozen=True):
    """What may stand where a record is expected: a record, a trail file, EventBridge's envelope."""

    records: list[ApiCall] | None = field(default=None, name="Records")
    detail: ApiCall | None = None
    digest_start_time: str | None = field(default=None, name="digestStartTime")


_CALL = msgspec.json.Decoder(ApiCall)
_BLOBS = ("userIdentity", "additionalEventData", "requestParameters", "responseElements")
_TEXT_MEMBERS = {
    member.encode_name
    for member in msgspec.structs.fields(ApiCall)
    if member.encode_name not in _BLOBS
}
_IDENTITY = msgspec.json.Decoder(UserIdentity)


def decode_call(raw: bytes | Raw) -> ApiCall:
    """Decode one record. Raises msgspec.MsgspecError where the JSON or a type is not as it should.

    See `lenient_call` for what to do then.
    """
    return _CALL.decode(raw)


def lenient_call(record: Mapping[str, object]) -> ApiCall:
    """Type a record of odd types: what is not of the right type is as good as absent.

    Numbers become text.
    """
    known: dict[str, object] = {
        name: text for name in _TEXT_MEMBERS if (text := _text(record.get(name))) is not None
    }
    for blob in _BLOBS:
        if record.get(blob) is not None:
            known[blob] = Raw(msgspec.json.encode(record[blob]))
    return msgspec.convert(known, ApiCall)


def identity_of(raw: bytes) -> UserIdentity | None:
    """Open `userIdentity`. No object gives None; a member of an odd type is as if absent."""
    if not raw or raw == b"null":
        return None
    try:
        return _IDENTITY.decode(raw)
    except (msgspec.MsgspecError, RecursionError):
        return _lenient_identity(blob(raw))


def _lenient_identity(value: Mapping[str, object]) -> UserIdentity | None:
    context = _mapping(value.get("sessionContext"))
    issuer, attributes = _mapping(context.get("sessionIssuer")), _mapping(context.get("attributes"))
    texts = ("type", "principalId", "arn", "accountId", "accessKeyId", "invokedBy")
    scope = _mapping(value.get("inScopeOf"))
    typed = {
        **{name: _text(value.get(name)) for name in texts},
        "sessionContext": {
            "sessionIssuer": {n: _text(issuer.get(n)) for n in ("principalId", "arn", "userName")},
            "attributes": {"creationDate": _text(attributes.get("creationDate"))},
            "ec2RoleDelivery": _text(context.get("ec2RoleDelivery")),
        },
        "inScopeOf": {n: _text(scope.get(n)) for n in ("issuerType", "credentialsIssuedTo")},
    }
    return msgspec.convert(typed, UserIdentity) if value else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None


def blob(raw: Raw | bytes) -> Mapping[str, object]:
    """Open `requestParameters`, `responseElements` or `additionalEventData`.

    Null, absent, broken and what is no object at all give an empty mapping.
    """
    data = bytes(raw)
    if not data or data == b"null":
        return {}
    try:
        return _mapping(msgspec.json.decode(data))
    except (msgspec.MsgspecError, RecursionError):
        return {}
