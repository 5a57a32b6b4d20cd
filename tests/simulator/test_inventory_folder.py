"""The inventory folder holds what the AWS CLI would print: botocore's own shapes are the oracle."""

import json
import re
from functools import cache
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
from botocore.model import (  # type: ignore[import-untyped]
    ListShape,
    Shape,
    StructureShape,
)

from tests.simulator.opened import simulated
from truant.simulator.inventory_folder import OPERATIONS

SEED = 11
TYPES = {"string": str, "boolean": bool, "integer": int, "long": int, "timestamp": str}


@cache
def output_shape(service: str, operation: str) -> Shape:
    """The model of an operation's output."""
    model = botocore.session.get_session().get_service_model(service)
    shape = model.operation_model(operation).output_shape
    assert shape is not None
    return shape


def check(value: Any, shape: Shape, path: str) -> None:  # noqa: ANN401 any JSON value
    """Compare a JSON value with a shape: known members only, and the right types."""
    if isinstance(shape, StructureShape):
        assert isinstance(value, dict), path
        for key, inner in value.items():
            assert key in shape.members, f"{path}.{key} is not in the API"
            check(inner, shape.members[key], f"{path}.{key}")
    elif isinstance(shape, ListShape):
        assert isinstance(value, list), path
        for inner in value:
            check(inner, shape.member, f"{path}[]")
    else:
        assert isinstance(value, TYPES[shape.type_name]), f"{path} is {value!r}"


@pytest.mark.parametrize(
    "name", ["demo", "T2", "T3", "T4", "T5", "T10", "T10-outpost", "T12", "T13", "T17", "T29"]
)
@pytest.mark.parametrize("operation", [operation for operation, _, _ in OPERATIONS])
def test_printouts_fit_the_api(name: str, operation: str) -> None:
    camel = "".join(part.capitalize() for part in operation.split("-"))
    shape = output_shape("ec2", camel)
    for path, data in simulated(SEED, name).inventory.items():
        if path.endswith(f"/{operation}.json"):
            check(json.loads(data), shape, operation)


def test_accounts_fit_the_api() -> None:
    shape = output_shape("organizations", "ListAccounts")
    files = simulated(SEED, "T4").inventory
    (path,) = [path for path in files if path.endswith("list-accounts.json")]
    check(json.loads(files[path]), shape, "list-accounts")


def test_each_region_has_all_files() -> None:
    files = simulated(SEED, "T4").inventory
    folders = {path.rpartition("/")[0] for path in files if path.count("/") == 2}
    expected = {f"{operation}.json" for operation, _, _ in OPERATIONS} | {"collected.json"}
    for folder in folders:
        assert {p.split("/")[2] for p in files if p.startswith(f"{folder}/")} == expected
        collected = json.loads(files[f"{folder}/collected.json"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", collected["collectedAt"])


def test_no_stranger_is_in_it() -> None:
    simulation = simulated(SEED, "E1")
    stranger = next(f.remote.account for s in simulation.truth.sessions for f in s.findings)
    assert stranger is not None
    assert not any(path.startswith(stranger) for path in simulation.inventory)
    assert not any(stranger in data.decode() for data in simulation.inventory.values())
