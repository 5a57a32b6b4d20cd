"""One record, typed: strictly, leniently, and its raw members opened."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict

from tests.trail_records import ODD, Json, odd_records, record
from truant.model.api_call import (
    NO_JSON,
    ApiCall,
    UserIdentity,
    blob,
    decode_call,
    identity_of,
    lenient_call,
)
from truant.model.json_tree import NAME_LENGTH_MAX
from truant.model.lenient_json import read

BLOBS = ("user_identity", "additional_event_data", "request_parameters", "response_elements")
NAMES = {field.name: field.encode_name for field in msgspec.structs.fields(ApiCall)}


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


def texts_of(value: object) -> list[str]:
    """Every text in a struct."""
    if isinstance(value, msgspec.Struct):
        return [text for one in asdict(value).values() for text in texts_of(one)]
    return [value] if isinstance(value, str) else []


def test_every_member_is_cloudtrails_own() -> None:
    whole = record(
        1,
        errorCode="AccessDenied",
        vpcEndpointId="vpce-1",
        vpcEndpointAccountId="111122223333",
        sharedEventID="shared",
        sessionCredentialFromConsole="true",
    )
    call = decode_call(encoded(whole))
    for name, member in NAMES.items():
        if name in BLOBS:
            assert json.loads(bytes(getattr(call, name))) == whole[member]
        else:
            assert getattr(call, name) == whole.get(member)
    assert set(NAMES.values()) - set(whole) == {"@timestamp"}


def test_an_identity_is_read_to_its_depths() -> None:
    who = identity_of(bytes(decode_call(encoded(record())).user_identity))
    assert who is not None
    assert (who.type, who.account_id, who.access_key_id) == (
        "AssumedRole",
        "111122223333",
        "ASIAEXAMPLE",
    )
    assert who.principal_id == "AROAEXAMPLE:i-0123456789abcdef0"
    assert who.session_context is not None
    assert who.session_context.session_issuer is not None
    assert who.session_context.attributes is not None
    assert who.session_context.session_issuer.arn == "arn:aws:iam::111122223333:role/web"
    assert who.session_context.attributes.creation_date == "2026-01-09T00:00:00Z"
    assert who.session_context.ec2_role_delivery == "2.0"
    assert who.in_scope_of is not None
    assert who.in_scope_of.issuer_type == "AWS::EC2::Instance"


@given(st.dictionaries(st.sampled_from(sorted(NAMES.values())), st.none() | st.text(max_size=9)))
def test_a_sound_record_is_the_same_by_both_ways(members: dict[str, object]) -> None:
    """The lenient way must not read a record otherwise than the strict one."""
    raw = encoded(members)
    strict, lenient = decode_call(raw), lenient_call(read(raw.decode()))  # type: ignore[arg-type]
    for name in NAMES:
        if name in BLOBS:
            assert blob(getattr(strict, name)) == blob(getattr(lenient, name))
        else:
            assert getattr(strict, name) == getattr(lenient, name)


@given(odd_records())
def test_odd_members_cost_only_themselves(odd: Json) -> None:
    call = lenient_call(read(json.dumps(odd)))  # type: ignore[arg-type]
    for name, member in NAMES.items():
        value = odd.get(member)
        if name not in BLOBS and isinstance(value, str) and "\ud800" not in value:
            assert getattr(call, name) == value[:NAME_LENGTH_MAX]
        elif name not in BLOBS and isinstance(value, list | dict | None):
            assert getattr(call, name) is None
    for text in (*texts_of(call), *texts_of(identity_of(bytes(call.user_identity)))):
        assert len(text.encode()) <= 4 * NAME_LENGTH_MAX


def test_numbers_and_truths_become_text() -> None:
    call = lenient_call({"eventName": 5, "eventID": 1.5, "awsRegion": True, "errorCode": False})
    assert (call.event_name, call.event_id) == ("5", "1.5")
    assert (call.aws_region, call.error_code) == ("true", "false")
    assert decode_call(b'{"sessionCredentialFromConsole": true}').from_console is True


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"null",
        b'"AIDAEXAMPLE"',
        b'"{}"',
        b"5",
        b"true",
        b"[]",
        b"{}",
        b"{broken",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"\xff",
        b'"\\ud800"',
    ],
)
def test_what_is_no_identity_says_nothing(raw: bytes) -> None:
    assert identity_of(raw) in (None, UserIdentity())
    assert blob(raw) == {}


@given(st.dictionaries(st.sampled_from(["type", "sessionContext", "inScopeOf", "arn"]), ODD))
def test_an_odd_identity_keeps_its_sound_members(odd: Json) -> None:
    who = identity_of(encoded({**odd, "accessKeyId": "ASIA1", "principalId": "AROA:i-1"}))
    assert who is not None
    assert (who.access_key_id, who.principal_id) == ("ASIA1", "AROA:i-1")
    if isinstance(odd.get("type"), list | dict):
        assert who.type is None


@pytest.mark.parametrize(
    "harm", ["\\ud800", "\\udc00x", "\x01", "\n", "\x7f", "\\ud83d\\ude00", "é"], ids=ascii
)
def test_a_strange_character_hides_nobody(harm: str) -> None:
    """A caller chooses his session's name: it must not make his record unreadable."""
    raw = f'{{"accessKeyId": "ASIA1", "principalId": "AROA:{harm}", "more": "{harm}"}}'.encode()
    for data in (raw, raw.replace("é".encode(), b"\xe9")):
        who = identity_of(data)
        assert who is not None
        assert who.access_key_id == "ASIA1"
        assert (who.principal_id or "").startswith("AROA:")
        assert (who.principal_id or "").encode()
        assert set(blob(data)) == {"accessKeyId", "principalId", "more"}


def test_numbers_that_no_json_can_hold_hide_nobody() -> None:
    for number in ("NaN", "Infinity", "1e999", "9" * 5_000):
        raw = f'{{"accessKeyId": "ASIA1", "arn": "a", "more": {number}}}'.encode()
        who = identity_of(raw)
        assert who is not None
        assert who.access_key_id == "ASIA1"
        assert blob(raw)["arn"] == "a"


def test_a_member_too_deep_to_be_written_is_as_if_absent() -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    call = lenient_call({"eventName": "a", "requestParameters": deep, "responseElements": [1]})
    assert (call.event_name, bytes(call.request_parameters)) == ("a", b"")
    assert bytes(call.response_elements) == b"[1]"


def test_texts_are_no_longer_than_names() -> None:
    long = "x" * 10_000_000
    who = identity_of(
        encoded({"accessKeyId": long, "sessionContext": {"sessionIssuer": {"arn": long}}})
    )
    assert who is not None
    assert max(map(len, texts_of(who))) == NAME_LENGTH_MAX
    with pytest.raises(msgspec.ValidationError):
        decode_call(encoded({"vpcEndpointId": long}))
    call = lenient_call(dict.fromkeys(NAMES.values(), long))
    assert max(map(len, texts_of(call))) == NAME_LENGTH_MAX
    assert decode_call(encoded({"userAgent": long})).user_agent == long


@given(st.binary(max_size=60))
def test_no_bytes_crash(raw: bytes) -> None:
    blob(raw)
    identity_of(raw)


def test_nothing_absent_is_made_up() -> None:
    empty = decode_call(b"{}")
    assert empty == lenient_call({}) == ApiCall()
    assert {getattr(empty, name) for name in NAMES if name not in BLOBS} == {None}
    assert all(bytes(getattr(empty, name)) == bytes(NO_JSON) for name in BLOBS)
