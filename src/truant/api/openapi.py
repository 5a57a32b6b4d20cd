"""The API as an OpenAPI 3.1 document, made from botocore's own model of GuardDuty.

For tools that read OpenAPI: fuzzers, gateways, generators. It says what the model says.
"""

from collections.abc import Iterator
from typing import cast

from botocore.model import ListShape, MapShape, OperationModel, Shape, StringShape, StructureShape

from truant.api.protocol import Protocol

Json = dict[str, object]
_NUMBERS = {
    "integer": {"type": "integer", "format": "int32"},
    "long": {"type": "integer", "format": "int64"},
    "double": {"type": "number"},
    "float": {"type": "number"},
    "boolean": {"type": "boolean"},
    "timestamp": {"type": "number", "description": "Epoch seconds."},
}


def document(protocol: Protocol, version: str) -> Json:
    """The whole document. `version`: of the service."""
    shapes: dict[str, Shape] = {}
    paths: dict[str, Json] = {}
    for name in protocol.model.operation_names:
        operation = protocol.operation(name)
        path = paths.setdefault(str(operation.http["requestUri"]), {})
        path[str(operation.http["method"]).lower()] = _operation(operation, shapes)
    schemas: Json = {}
    while pending := [name for name in shapes if name not in schemas]:
        for name in pending:
            schemas[name] = _schema(shapes[name], shapes)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Truant: GuardDuty's API", "version": version},
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": dict(sorted(schemas.items())), "securitySchemes": _SECURITY},
        "security": [{"sigv4": []}],
    }


_SECURITY: Json = {
    "sigv4": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "AWS Signature Version 4, for the service guardduty.",
    }
}


def _operation(operation: OperationModel, shapes: dict[str, Shape]) -> Json:
    told: Json = {"operationId": operation.name, "responses": _responses(operation, shapes)}
    shape = operation.input_shape
    if shape is None:
        return told
    parameters = list(_parameters(shape, shapes))
    if parameters:
        told["parameters"] = parameters
    body = {
        name: member
        for name, member in shape.members.items()
        if "location" not in member.serialization
    }
    if body:
        needed = [name for name in shape.required_members if name in body]
        told["requestBody"] = {
            "required": bool(needed),
            "content": {"application/json": {"schema": _object(body, needed, shapes)}},
        }
    return told


def _responses(operation: OperationModel, shapes: dict[str, Shape]) -> Json:
    status = str(operation.http.get("responseCode", 200))
    good: Json = {"description": "As asked."}
    if operation.output_shape is not None and status != "204":
        schema = _reference(operation.output_shape, shapes)
        good["content"] = {"application/json": {"schema": schema}}
    error: Json = {
        "description": "Refused; the message says why.",
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["message", "__type"],
                    "properties": {"message": {"type": "string"}, "__type": {"type": "string"}},
                }
            }
        },
    }
    return {status: good, "default": error}


def _parameters(shape: StructureShape, shapes: dict[str, Shape]) -> Iterator[Json]:
    for name, member in shape.members.items():
        location = member.serialization.get("location")
        if location not in ("uri", "querystring"):
            continue
        yield {
            "name": _wire(name, member),
            "in": "path" if location == "uri" else "query",
            "required": location == "uri" or name in shape.required_members,
            "schema": _reference(member, shapes),
        }


def _wire(name: str, shape: Shape) -> str:
    return str(shape.serialization.get("name", name))


def _reference(shape: Shape, shapes: dict[str, Shape]) -> Json:
    if shape.type_name != "structure":
        return _schema(shape, shapes)
    shapes.setdefault(shape.name, shape)
    return {"$ref": f"#/components/schemas/{shape.name}"}


def _schema(shape: Shape, shapes: dict[str, Shape]) -> Json:
    kind, bounds = shape.type_name, shape.metadata
    if kind == "structure":
        structure = cast("StructureShape", shape)
        return _object(structure.members, structure.required_members, shapes)
    if kind == "list":
        items = _reference(cast("ListShape", shape).member, shapes)
        return {"type": "array", "items": items, **_bounds(bounds, "minItems", "maxItems")}
    if kind == "map":
        value = _reference(cast("MapShape", shape).value, shapes)
        bound = _bounds(bounds, "minProperties", "maxProperties")
        return {"type": "object", "additionalProperties": value, **bound}
    if kind == "string":
        told: Json = {"type": "string", **_bounds(bounds, "minLength", "maxLength")}
        if isinstance(shape, StringShape) and shape.enum:
            told["enum"] = list(shape.enum)
        if "pattern" in bounds:
            told["pattern"] = _anchored(str(bounds["pattern"]))
        return told
    return {**_NUMBERS[kind], **_bounds(bounds, "minimum", "maximum")}


def _anchored(pattern: str) -> str:
    """Smithy's patterns mean the whole text, as the service checks them."""
    return f"^(?:{pattern.removeprefix('^').removesuffix('$')})$"


def _object(members: dict[str, Shape], required: list[str], shapes: dict[str, Shape]) -> Json:
    told: Json = {
        "type": "object",
        "properties": {_wire(name, one): _reference(one, shapes) for name, one in members.items()},
    }
    if required:
        told["required"] = [_wire(name, members[name]) for name in required]
    return told


def _bounds(metadata: dict[str, object], least: str, most: str) -> Json:
    found = {least: metadata.get("min"), most: metadata.get("max")}
    return {name: value for name, value in found.items() if value is not None}
