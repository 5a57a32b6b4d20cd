"""ApiCall: one CloudTrail record, typed. This file alone knows the record's JSON.

Only the members that detection needs are named; msgspec skips the others without building them.
Record contents: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct, field

from truant.model.json_tree import NAME_LENGTH_MAX
from truant.model.lenient_json import read

NO_JSON = Raw(b"")
# What is longer is cut: `lenient_call` sees to it.
Name = Annotated[str, Meta(max_length=NAME_LENGTH_MAX)]


class SessionIssuer(Struct, gc=False, frozen=True):
    """The role (or user) whose temporary credentials signed the call."""

    principal_id: Name | None = field(default=None, name="principalId")
    arn: Name | None = None
    user_name: Name | None = field(default=None, name="userName")


class SessionAttributes(Struct, gc=False, frozen=True):
    """When the temporary credentials were issued, as ISO text."""

    creation_date: Name | None = field(default=None, name="creationDate")


class SessionContext(Struct, gc=False, frozen=True):
    """What CloudTrail says of a session with temporary credentials."""

    session_issuer: SessionIssuer | None = field(default=None, name="sessionIssuer")
    attributes: SessionAttributes | None = None
    ec2_role_delivery: Name | None = field(default=None, name="ec2RoleDelivery")


class InScopeOf(Struct, gc=False, frozen=True):
    """The AWS resource that the credentials were issued to (eventVersion 1.11)."""

    issuer_type: Name | None = field(default=None, name="issuerType")
    credentials_issued_to: Name | None = field(default=None, name="credentialsIssuedTo")


class UserIdentity(Struct, gc=False, frozen=True):
    """Who signed the call."""

    type: Name | None = None
    principal_id: Name | None = field(default=None, name="principalId")
    arn: Name | None = None
    account_id: Name | None = field(default=None, name="accountId")
    access_key_id: Name | None = field(default=None, name="accessKeyId")
    invoked_by: Name | None = field(default=None, name="invokedBy")
    session_context: SessionContext | None = field(default=None, name="sessionContext")
    in_scope_of: InScopeOf | None = field(default=None, name="inScopeOf")


class ApiCall(Struct, gc=False, frozen=True):
    """One record. Absent and null members are None.

    The blobs stay raw JSON until asked for, `userIdentity` among them: it is the same bytes in all
    calls of a credential, so that `identity_of` is asked once for many.
    """

    event_time: Name | None = field(default=None, name="eventTime")
    event_id: Name | None = field(default=None, name="eventID")
    event_name: Name | None = field(default=None, name="eventName")
    event_source: Name | None = field(default=None, name="eventSource")
    event_category: Name | None = field(default=None, name="eventCategory")
    aws_region: Name | None = field(default=None, name="awsRegion")
    source_ip_address: Name | None = field(default=None, name="sourceIPAddress")
    user_agent: str | None = field(default=None, name="userAgent")
    error_code: Name | None = field(default=None, name="errorCode")
    vpc_endpoint_id: Name | None = field(default=None, name="vpcEndpointId")
    vpc_endpoint_account_id: Name | None = field(default=None, name="vpcEndpointAccountId")
    recipient_account_id: Name | None = field(default=None, name="recipientAccountId")
    shared_event_id: Name | None = field(default=None, name="sharedEventID")
    from_console: str | bool | None = field(default=None, name="sessionCredentialFromConsole")
    timestamp: Name | None = field(default=None, name="@timestamp")
    user_identity: Raw = field(default=NO_JSON, name="userIdentity")
    additional_event_data: Raw = field(default=NO_JSON, name="additionalEventData")
    request_parameters: Raw = field(default=NO_JSON, name="requestParameters")
    response_elements: Raw = field(default=NO_JSON, name="responseElements")


class OrdinaryCall(ApiCall, gc=False, frozen=True, kw_only=True):
    """A record as CloudTrail writes them all, with name and time: what the fast path takes.

    A record of four bytes would cost fifty times as much in memory; what lacks these two is
    looked at by itself.
    """

    event_time: Name = field(name="eventTime")
    event_name: Name = field(name="eventName")


class RecordFile(Struct, gc=False):
    """A trail file, `{"Records": […]}`."""

    records: list[OrdinaryCall] = field(name="Records")


class RawRecordFile(Struct, gc=False):
    """A trail file whose records are looked at one by one, because one of them is odd."""

    records: list[Raw] = field(name="Records")


class Envelope(Struct, gc=False):
    """What EventBridge puts around a record."""

    detail: OrdinaryCall


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

    Numbers become text. `record` is JSON as `lenient_json.read` gives it.
    """
    known: dict[str, object] = {
        name: text for name in _TEXT_MEMBERS if (text := _text(record.get(name))) is not None
    }
    for name in _BLOBS:
        if record.get(name) is not None:
            with suppress(RecursionError):
                known[name] = Raw(msgspec.json.encode(record[name]))
    return msgspec.convert(known, ApiCall)


def identity_of(raw: bytes) -> UserIdentity | None:
    """Open `userIdentity`. No object gives None; a member of an odd type is as if absent."""
    if not raw or raw == b"null":
        return None
    try:
        return _IDENTITY.decode(raw)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
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
        return value[:NAME_LENGTH_MAX]
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:NAME_LENGTH_MAX] if isinstance(value, int | float) else None


def blob(raw: Raw | bytes) -> Mapping[str, object]:
    """Open `requestParameters`, `responseElements` or `additionalEventData`.

    Null, absent, broken and what is no object at all give an empty mapping.
    """
    data = bytes(raw)
    if not data or data == b"null":
        return {}
    try:
        return _mapping(msgspec.json.decode(data))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return _lenient_blob(data)


def _lenient_blob(data: bytes) -> Mapping[str, object]:
    try:
        return _mapping(read(data.decode("utf-8", "replace")))
    except (ValueError, RecursionError):
        return {}
