"""GuardDuty's own model, from botocore: whether a finding is one, and what SDKs read of it."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session  # type: ignore[import-untyped]
from botocore.model import ListShape, OperationModel, Shape, StructureShape  # type: ignore[import-untyped]
from botocore.parsers import RestJSONParser  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]

Json = dict[str, Any]


@cache
def get_findings() -> OperationModel:
    """The operation that hands out findings."""
    service = botocore.session.get_session().get_service_model("guardduty")
    return service.operation_model("GetFindings")


def finding_shape() -> Shape:
    """The `Finding` of the model."""
    output = get_findings().output_shape
    assert isinstance(output, StructureShape)
    findings = output.members["Findings"]
    assert isinstance(findings, ListShape)
    return findings.member


def faults(finding: Mapping[str, object]) -> str:
    """What botocore's validator says against a finding; nothing for a sound one."""
    report = ParamValidator().validate(named(finding, finding_shape()), finding_shape())
    return str(report.generate_report()) if report.has_errors() else ""


def named(value: object, shape: Shape) -> object:
    """A value of the wire with the members' names of the model, those unknown to it left out."""
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        names = {
            member.serialization.get("name", name): (name, member)
            for name, member in shape.members.items()
        }
        known = {names[wire]: inner for wire, inner in value.items() if wire in names}
        return {name: named(inner, member) for (name, member), inner in known.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [named(inner, shape.member) for inner in value]
    return value


def read(findings: list[Json]) -> list[Json]:
    """What botocore makes of an answer of GetFindings that holds these findings."""
    body = json.dumps({"findings": findings}).encode()
    answer = {"status_code": 200, "headers": {}, "body": body}
    parsed = RestJSONParser().parse(answer, get_findings().output_shape)
    found: list[Json] = parsed["Findings"]
    return found
