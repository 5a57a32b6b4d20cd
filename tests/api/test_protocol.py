"""Tests of `protocol`: botocore's own serialiser and parser are the measure of every operation."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.model import OperationModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from hypothesis import given, settings
from hypothesis import strategies as st

from truant.api.errors import BadRequest, UnknownOperation
from truant.api.protocol import Protocol, Response, failure

PROTOCOL = Protocol("guardduty")
NAMES = list(PROTOCOL.model.operation_names)
NOW = 1_767_225_600_000
MOMENT = datetime.fromtimestamp(NOW / 1000, UTC)


def made(shape: Shape, depth: int = 6, moment: Any = NOW) -> Any:
    """A value of a shape, with every member, that keeps what the model declares."""
    kind = shape.type_name
    if kind == "structure":
        names = (
            shape.members if depth > 0 else {n: shape.members[n] for n in shape.required_members}
        )
        some = list(names)[:1] if shape.is_tagged_union else list(names)
        return {name: made(names[name], depth - 1, moment) for name in some}
    if kind == "list":
        return [made(shape.member, depth - 1, moment)] if depth > 0 else []
    if kind == "map":
        return {made(shape.key, 0): made(shape.value, depth - 1, moment)} if depth > 0 else {}
    if kind == "string":
        return _text(shape)
    low = shape.metadata.get("min", 1)
    return {"integer": low, "long": low, "double": 1.5, "boolean": True, "timestamp": moment}[kind]


def _text(shape: Shape) -> str:
    if shape.enum:
        return str(shape.enum[0])
    pattern = shape.metadata.get("pattern", "")
    if pattern.startswith("arn"):
        return "arn:aws:guardduty:eu-west-1:111111111111:detector/" + "a" * 32
    letter = "1" if pattern == "[0-9]+" else "a"
    return letter * int(max(1, shape.metadata.get("min", 1)))


@pytest.mark.parametrize("name", NAMES)
def test_what_botocore_sends_is_routed_and_parsed(name: str) -> None:
    operation: OperationModel = PROTOCOL.operation(name)
    params = made(operation.input_shape, moment=MOMENT) if operation.input_shape is not None else {}
    sent = create_serializer("rest-json").serialize_to_request(params, operation)
    query = "&".join(_pairs(sent["query_string"]))
    route = PROTOCOL.route(sent["method"], sent["url_path"])
    assert route.operation == name
    body = sent["body"] if isinstance(sent["body"], bytes) else b""
    parsed = PROTOCOL.parse(route, query, body)
    assert parsed == params


def _pairs(query: Any) -> list[str]:
    pairs = query.items() if hasattr(query, "items") else query
    return [
        f"{name}={one}"
        for name, value in pairs
        for one in (value if isinstance(value, list) else [value])
    ]


@pytest.mark.parametrize("name", NAMES)
def test_botocore_reads_what_is_answered(name: str) -> None:
    operation = PROTOCOL.operation(name)
    output = made(operation.output_shape) if operation.output_shape is not None else {}
    parsed = parsed_by_botocore(PROTOCOL.respond(name, output), operation)
    assert parsed.pop("ResponseMetadata")["HTTPStatusCode"] == int(operation.http["responseCode"])
    if operation.http["responseCode"] != 204:
        assert _as_sent(parsed) == _as_sent(output)


def parsed_by_botocore(response: Response, operation: OperationModel) -> dict[str, Any]:
    answer = {
        "status_code": response.status,
        "headers": {k.lower(): v for k, v in response.headers.items()},
        "body": response.body,
    }
    parsed: dict[str, Any] = create_parser("rest-json").parse(answer, operation.output_shape)
    return parsed


def _as_sent(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_sent(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_as_sent(one) for one in value]
    return round(value.timestamp() * 1000) if hasattr(value, "timestamp") else value


def test_errors_are_raised_by_their_name() -> None:
    operation = PROTOCOL.operation("GetFilter")
    response = failure(400, "BadRequestException", "a sentence")
    answer = {
        "status_code": response.status,
        "headers": {k.lower(): v for k, v in response.headers.items()},
        "body": response.body,
    }
    parsed = create_parser("rest-json").parse(answer, operation.output_shape)
    assert parsed["Error"] == {"Message": "a sentence", "Code": "BadRequestException"}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", ""),
        ("PUT", "/detector"),
        ("GET", "/detector/"),
        ("GET", "/detector//filter"),
        ("GET", "/detector/a/b/c/d/e/f"),
        ("get", "/detector"),
        ("GET", "/Detector"),
    ],
)
def test_what_is_no_operation_is_said_to_be_none(method: str, path: str) -> None:
    with pytest.raises(UnknownOperation):
        PROTOCOL.route(method, path)


def test_a_literal_goes_before_a_label() -> None:
    assert PROTOCOL.route("GET", "/invitation/count").operation == "GetInvitationsCount"
    assert PROTOCOL.route("POST", "/detector/findings/findings/get").operation == "GetFindings"


def test_labels_are_decoded_once() -> None:
    route = PROTOCOL.route("GET", "/detector/a%2Fb%252F/filter/%C3%A9")
    assert route.labels == {"DetectorId": "a/b%2F", "FilterName": "é"}


LIST = "/detector/abc/findings"


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b"NaN",
        b'{"maxResults": NaN}',
        b'{"maxResults": "1"}',
        b'{"maxResults": 1.5}',
        b'{"maxResults": true}',
        b'{"maxResults": 0}',
        b'{"maxResults": 51}',
        b'{"maxResults": 99999999999999999999999}',
        b'{"findingCriteria": []}',
        b'{"findingCriteria": {"criterion": {"a": {"eq": "text"}}}}',
        b'{"findingCriteria": {"criterion": {"a": {"gt": 1e400}}}}',
        b'{"sortCriteria": {"orderBy": "UP"}}',
        b"[" * 100_000,
        b'{"findingCriteria": ' + b'{"criterion": ' * 5_000 + b"{}" + b"}" * 5_001,
    ],
)
def test_bodies_that_do_not_fit_are_refused(body: bytes) -> None:
    with pytest.raises(BadRequest, match="invalid or out-of-range value"):
        PROTOCOL.parse(PROTOCOL.route("POST", LIST), "", body)


def test_members_that_the_model_does_not_know_and_nulls_are_passed_over() -> None:
    body = b'{"maxResults": 5, "shoeSize": 43, "nextToken": null, "sortCriteria": {"x": [1]}}'
    parsed = PROTOCOL.parse(PROTOCOL.route("POST", LIST), "", body)
    assert parsed == {"DetectorId": "abc", "MaxResults": 5, "SortCriteria": {}}


@pytest.mark.parametrize(
    "query",
    ["maxResults=x", "maxResults=", "maxResults=51", "maxResults=²", "&" * 3_000 + "a=b&" * 101],
)
def test_queries_that_do_not_fit_are_refused(query: str) -> None:
    with pytest.raises(BadRequest):
        PROTOCOL.parse(PROTOCOL.route("GET", "/detector/abc/filter"), query, b"")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.sampled_from(NAMES), JSON, st.text(max_size=20), st.data())
@settings(max_examples=300)
def test_whatever_comes_is_parsed_or_refused(
    name: str, value: object, query: str, data: st.DataObject
) -> None:
    """Members of the model's own names with values of any kind, beside any body at all."""
    operation = PROTOCOL.operation(name)
    members = list(operation.input_shape.members.items()) if operation.input_shape else []
    document = {
        member.serialization.get("name", wire): data.draw(JSON) for wire, member in members[:4]
    }
    path = operation.http["requestUri"].replace("{", "").replace("}", "")
    route = PROTOCOL.route(operation.http["method"], path)
    for body in (json.dumps(value), json.dumps(document)):
        try:
            PROTOCOL.parse(route, query, body.encode("utf-8", "surrogatepass"))
        except BadRequest:
            continue
