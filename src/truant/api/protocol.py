"""AWS's rest-json on the server's side, from botocore's own model of a service.

Routes on the raw path, parses by locations, checks what the model declares, and serialises. Knows
no operation. https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl, unquote

from botocore.model import (
    ListShape,
    MapShape,
    OperationModel,
    ServiceModel,
    Shape,
    StringShape,
    StructureShape,
)
from botocore.session import get_session
from botocore.validate import ParamValidator
from msgspec import Struct

from truant.api.errors import UnknownOperation, invalid

JSON = "application/json"
DEPTH_MAX = 64
QUERY_FIELDS_MAX = 100
Params = dict[str, Any]


class Route(Struct, frozen=True):
    """An operation that a method and path mean, with the labels of the path, decoded."""

    operation: str
    labels: dict[str, str]


class Wire(Struct, frozen=True):
    """A value that is in the wire's own form already, with members the model may not know."""

    value: object


class Response(Struct, frozen=True):
    """An HTTP answer."""

    status: int
    body: bytes
    headers: dict[str, str]


class Protocol:
    """One service's wire."""

    def __init__(self, service: str) -> None:
        """Load botocore's model of a service whose protocol is rest-json."""
        self.model: ServiceModel = get_session().get_service_model(service)
        self._routes = [
            (operation.http["method"], _segments(operation.http["requestUri"]), name)
            for name in self.model.operation_names
            for operation in (self.operation(name),)
        ]
        # Where a literal and a label both fit, the literal is meant.
        self._routes.sort(key=lambda one: [part.startswith("{") for part in one[1]])

    def operation(self, name: str) -> OperationModel:
        """The model of an operation."""
        return self.model.operation_model(name)

    def route(self, method: str, path: str) -> Route:
        """What a method and a raw path mean. Raises UnknownOperation."""
        parts = _segments(path)
        for wanted, pattern, name in self._routes:
            if wanted == method and len(pattern) == len(parts):
                labels = _labels(pattern, parts)
                if labels is not None:
                    return Route(name, labels)
        raise UnknownOperation(f"No operation is {method[:10]} on this path.")

    def parse(self, route: Route, query: str, body: bytes) -> Params:
        """The parameters of a request, by their names in the model. Raises BadRequest."""
        shape = self.operation(route.operation).input_shape
        if shape is None:
            return {}
        fields = _query(query)
        held = _document(body) if _has_body(shape) else {}
        params: Params = {}
        for name, member in shape.members.items():
            location, wire = member.serialization.get("location"), _wire_name(name, member)
            if location == "uri":
                params[name] = route.labels.get(wire, "")
            elif location == "querystring":
                _from_query(params, name, member, fields.get(wire))
            elif held.get(wire) is not None:
                params[name] = _value(member, held[wire], name, DEPTH_MAX)
        _check(shape, params)
        return params

    def respond(self, name: str, output: Mapping[str, object]) -> Response:
        """The answer of an operation, from members by their names in the model."""
        operation = self.operation(name)
        status = int(operation.http.get("responseCode", 200))
        if status == 204:
            return Response(status, b"", {})
        shape = operation.output_shape
        document = _serialised(shape, output) if shape is not None else {}
        return Response(status, _encoded(document), {"content-type": JSON})


def failure(status: int, type_: str, message: str) -> Response:
    """An answer that is an error, as SDKs read it."""
    body = _encoded({"message": message, "__type": type_})
    return Response(status, body, {"content-type": JSON, "x-amzn-ErrorType": type_})


def _encoded(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=True, separators=(",", ":")).encode()


def _segments(path: str) -> list[str]:
    return path.removeprefix("/").split("/")


def _labels(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    labels = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("{"):
            if not part:
                return None
            labels[wanted.strip("{}")] = unquote(part, errors="replace")
        elif wanted != part:
            return None
    return labels


def _query(query: str) -> dict[str, list[str]]:
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, max_num_fields=QUERY_FIELDS_MAX, errors="replace"
        )
    except ValueError as error:
        raise invalid("the query has too many fields") from error
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def _has_body(shape: StructureShape) -> bool:
    return any("location" not in member.serialization for member in shape.members.values())


def _document(body: bytes) -> Mapping[str, object]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise invalid("the body is no JSON in UTF-8") from error
    if not isinstance(document, dict):
        raise invalid("the body is no JSON object")
    return document


def _refuse(constant: str) -> object:
    raise ValueError(constant)


def _wire_name(name: str, shape: Shape) -> str:
    return str(shape.serialization.get("name", name))


def _from_query(params: Params, name: str, shape: Shape, given: list[str] | None) -> None:
    if given is None:
        return
    if shape.type_name == "list":
        params[name] = given
    elif shape.type_name in ("integer", "long"):
        if re.fullmatch(r"-?\d{1,19}", given[0], re.ASCII) is None:
            raise invalid(f"{name} is no whole number")
        params[name] = int(given[0])
    else:
        params[name] = given[0]


def _value(shape: Shape, value: object, where: str, depth: int) -> object:
    """A JSON value as the model wants it. Raises BadRequest."""
    if depth <= 0:
        raise invalid("the body is nested too deeply")
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        members = cast("StructureShape", shape).members
        return {
            name: _value(member, value[wire], f"{where}.{name}", depth - 1)
            for name, member in members.items()
            for wire in (_wire_name(name, member),)
            if value.get(wire) is not None
        }
    if kind == "list" and isinstance(value, list):
        member = cast("ListShape", shape).member
        return [_value(member, one, f"{where}[]", depth - 1) for one in value if one is not None]
    if kind == "map" and isinstance(value, dict):
        member = cast("MapShape", shape).value
        return {
            str(key): _value(member, one, f"{where}.{str(key)[:40]}", depth - 1)
            for key, one in value.items()
            if one is not None
        }
    return _scalar(kind, value, where)


def _scalar(kind: str, value: object, where: str) -> object:
    if kind == "boolean":
        fits = isinstance(value, bool)
    elif kind in ("integer", "long"):
        fits = isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63
    elif kind == "timestamp":
        return _moment(value, where)
    elif kind in ("double", "float"):
        fits = isinstance(value, int | float) and not isinstance(value, bool)
        fits = fits and abs(cast("float", value)) < 1e18
    else:
        fits = kind == "string" and isinstance(value, str)
    if not fits:
        raise invalid(f"{where[:200]} must be a {kind}")
    return value


def _moment(value: object, where: str) -> datetime:
    """A time as clients send it: epoch seconds."""
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise invalid(f"{where[:200]} is no time") from error
    raise invalid(f"{where[:200]} must be a time in epoch seconds")


def _check(shape: StructureShape, params: Params) -> None:
    """What the model declares: by botocore's validator, and what that leaves to the server."""
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        raise invalid(str(report.generate_report())[:500])
    for problem in _problems(shape, params, ""):
        raise invalid(problem)


def _problems(shape: Shape, value: Any, where: str) -> Iterator[str]:  # noqa: ANN401 any JSON value
    """Largest sizes, enumerations and patterns."""
    if isinstance(value, dict | list | str):
        most = shape.metadata.get("max")
        if most is not None and len(value) > most:
            yield f"{where} is longer than {most}"
            return
    elif isinstance(value, int | float) and value > shape.metadata.get("max", value):
        yield f"{where} is larger than {shape.metadata['max']}"
    if shape.type_name == "structure":
        for name, member in cast("StructureShape", shape).members.items():
            if name in value:
                yield from _problems(member, value[name], f"{where}.{name}".strip("."))
    elif shape.type_name == "list":
        for one in value:
            yield from _problems(cast("ListShape", shape).member, one, f"{where}[]")
    elif shape.type_name == "map":
        for key, one in value.items():
            yield from _problems(cast("MapShape", shape).key, key, f"a name in {where}")
            yield from _problems(cast("MapShape", shape).value, one, f"{where}.{key[:40]}")
    elif isinstance(value, str):
        yield from _text_problems(shape, value, where)


def _text_problems(shape: Shape, value: str, where: str) -> Iterator[str]:
    allowed = shape.enum if isinstance(shape, StringShape) else []
    if allowed and value not in allowed:
        yield f"{where} must be one of {', '.join(allowed)}"[:500]
    pattern = shape.metadata.get("pattern")
    if pattern is not None and _pattern(pattern).fullmatch(value) is None:
        yield f"{where} does not have the form {pattern}"[:500]
    least = shape.metadata.get("min")
    if least is not None and len(value) < least:
        yield f"{where} is shorter than {least}"


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _serialised(shape: Shape, value: object) -> object:
    """A value in the wire's form: names as sent, times (milliseconds) as epoch seconds."""
    if isinstance(value, Wire):
        return value.value
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        members = cast("StructureShape", shape).members
        return {
            _wire_name(name, members[name]): _serialised(members[name], one)
            for name, one in value.items()
            if one is not None
        }
    if kind == "list" and isinstance(value, list | tuple):
        return [_serialised(cast("ListShape", shape).member, one) for one in value]
    if kind == "map" and isinstance(value, Mapping):
        return {
            str(key): _serialised(cast("MapShape", shape).value, one) for key, one in value.items()
        }
    if kind == "timestamp" and isinstance(value, int):
        return value / 1000
    return value
