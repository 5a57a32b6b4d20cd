"""Tests of `openapi`: every operation of the model is in the document, as the model says it."""

from typing import Any

from truant.api.openapi import document
from truant.api.protocol import Protocol

PROTOCOL = Protocol("guardduty")
DOCUMENT: Any = document(PROTOCOL, "1")
OPERATIONS = {
    one["operationId"]: (path, method, one)
    for path, methods in DOCUMENT["paths"].items()
    for method, one in methods.items()
}


def test_every_operation_is_told_with_its_path() -> None:
    assert set(OPERATIONS) == set(PROTOCOL.model.operation_names)
    for name, (path, method, one) in OPERATIONS.items():
        http = PROTOCOL.operation(name).http
        assert (path, method.upper()) == (http["requestUri"], http["method"])
        labels = {p["name"] for p in one.get("parameters", []) if p["in"] == "path"}
        assert labels == {part.strip("{}") for part in path.split("/") if part.startswith("{")}


def test_every_reference_leads_somewhere() -> None:
    def references(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"].rsplit("/", 1)[-1]
            for one in value.values():
                yield from references(one)
        elif isinstance(value, list):
            for one in value:
                yield from references(one)

    assert set(references(DOCUMENT)) == set(DOCUMENT["components"]["schemas"])


def test_bounds_and_words_are_the_model_s() -> None:
    body = OPERATIONS["CreateFilter"][2]["requestBody"]["content"]["application/json"]["schema"]
    assert body["properties"]["name"] == {"type": "string", "minLength": 3, "maxLength": 64}
    assert body["properties"]["action"]["enum"] == ["NOOP", "ARCHIVE"]
    assert set(body["required"]) == {"name", "findingCriteria"}
