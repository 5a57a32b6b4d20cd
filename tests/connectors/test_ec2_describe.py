"""What EC2's describe operations print: AWS's own examples, botocore's model, odd shapes."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shared_data import shared_data
from truant.connectors.ec2_describe import OPERATIONS, described, is_cut, lists
from truant.connectors.ec2_snapshot import Snapshot
from truant.model.fact import Fact, Mode

Json = dict[str, Any]
SHOT = Snapshot("111111111111", "us-east-1", 1_780_000_000, "source")


def told(operation: str, document: object) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (fact.entity, fact.attribute): fact.values
        for fact in described(operation, document, SHOT)
        if fact.mode is Mode.IS
    }


def example(name: str) -> Json:
    path: Path = shared_data("ec2-describe-samples") / f"ec2_{name}.json"
    document: Json = json.loads(path.read_text())
    return document


# AWS's own examples (the AWS CLI's documentation).


def test_aws_example_of_instances() -> None:
    found = told("describe-instances", example("describe-instances_1"))
    name, eni = "i-1234567890abcdef0", "eni-1234567890abcdefg"
    assert found[name, "account"] == ("111111111111",)
    assert found[eni, "instance"] == (name,)
    assert found[eni, "vpc"] == ("us-east-1/vpc-1234567890abcdefg",)
    assert found["34.253.223.13", "holder"] == (eni,)
    assert found[name, "auto-public"] == ("34.253.223.13",)
    assert found[eni, "address"] == ()  # the example writes 10-0-0-157, which is no address
    assert found["111111111111/us-east-1", "instances"] == (name,)


def test_aws_examples_of_elastic_addresses() -> None:
    found = told("describe-addresses", example("describe-addresses_1"))
    assert found["198.51.100.0", "holder"] == ("i-1234567890abcdef0",)  # named by instance alone
    assert found["203.0.113.0", "holder"] == ("eni-12345678",)
    assert found["eipalloc-12345678", "is"] == ("203.0.113.0",)
    assert found["eipassoc-12345678", "is"] == ("203.0.113.0",)
    assert found["111111111111/us-east-1", "addresses"] == ("198.51.100.0", "203.0.113.0")


def test_aws_examples_of_nat_gateways() -> None:
    public = told("describe-nat-gateways", example("describe-nat-gateways_1"))
    name = "nat-01234567890abcdef"
    assert public["54.85.121.213", "holder"] == public["3.211.231.218", "holder"] == (name,)
    assert public[name, "private"] == ("10.0.0.211", "10.0.0.74")
    assert public[name, "connectivity"] == ("public",)
    private = told("describe-nat-gateways", example("describe-nat-gateways_2"))
    name = "nat-1234567890abcdef0"
    assert private[name, "connectivity"] == ("private",)
    assert private[name, "private"] == ("10.0.20.197", "10.0.20.240", "10.0.20.33")


def test_aws_example_of_route_tables() -> None:
    found = told("describe-route-tables", example("describe-route-tables_1"))
    vpc = "us-east-1/vpc-0065acced4EXAMPLE"
    assert found[vpc, "route-table"] == ("rtb-09ba434c1bEXAMPLE",)
    assert found["rtb-09ba434c1bEXAMPLE", "route"] == ("10.0.0.0/16",)  # the other: a black hole
    hole = "0.0.0.0/0 nat-06c018cbd8EXAMPLE"
    assert found["rtb-09ba434c1bEXAMPLE", "blackhole"] == (hole,)
    assert found["subnet-0d3d002af8EXAMPLE", "route-table"] == ("rtb-07a98f76e5EXAMPLE",)
    assert found["rtb-07a98f76e5EXAMPLE 0.0.0.0/0", "target"] == ("igw-06cf664d80EXAMPLE",)


def test_aws_example_of_endpoints() -> None:
    found = told("describe-vpc-endpoints", example("describe-vpc-endpoints_1"))
    kinds = {entity: values for (entity, name), values in found.items() if name == "type"}
    assert kinds == {
        "vpce-032a826a": ("Gateway",),
        "vpce-0f89a33420c1931d7": ("Interface",),
        "vpce-aabbaabbaabbaabba": ("GatewayLoadBalancer",),
    }
    assert found["vpce-aabbaabbaabbaabba", "subnet"] == ("subnet-0011aabbcc2233445",)
    assert found["vpce-032a826a", "account"] == ("123456789012",)


def test_aws_examples_of_vpcs_and_subnets() -> None:
    found = told("describe-vpcs", example("describe-vpcs_1"))
    shared = "us-east-1/vpc-06e4ab6c6cEXAMPLE"
    assert found[shared, "account"] == ("222222222222",)  # shared with the account that lists it
    assert found["us-east-1/vpc-0e9801d129EXAMPLE", "cidr"] == ("30.1.0.0/16",)
    subnets = told("describe-subnets", example("describe-subnets_1"))
    assert subnets["subnet-8EXAMPLE", "vpc"] == ("us-east-1/vpc-3EXAMPLE",)


def test_every_aws_example_of_an_operation_tells_something() -> None:
    read = 0
    for path in sorted(shared_data("ec2-describe-samples").glob("ec2_*.json")):
        operation = path.stem.removeprefix("ec2_").rpartition("_")[0]
        document = json.loads(path.read_text())
        if operation in OPERATIONS and isinstance(document, dict):
            assert lists(operation, document) is bool(told(operation, document)), path.name
            read += lists(operation, document)
    assert read >= 10


# botocore's model of the same operations.


@cache
def _service(name: str) -> Any:  # noqa: ANN401 - botocore has no types
    return botocore.session.get_session().get_service_model(name)


def _model(operation: str) -> Any:  # noqa: ANN401 - botocore has no types
    service = _service("organizations" if operation == "list-accounts" else "ec2")
    name = "".join(part.capitalize() for part in operation.split("-"))
    return service.operation_model(name).output_shape


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_each_operation_lists_under_the_member_that_its_model_names(operation: str) -> None:
    assert _model(operation).members[OPERATIONS[operation].member].type_name == "list"


def _sample(shape: Any, depth: int = 0) -> object:  # noqa: ANN401 - botocore has no types
    """A document with every member of a shape filled."""
    if shape.type_name == "structure":
        return {n: _sample(s, depth + 1) for n, s in shape.members.items()} if depth < 9 else {}
    if shape.type_name == "list":
        return [_sample(shape.member, depth + 1)]
    if shape.type_name == "map":
        return {}
    return {"timestamp": "2026-05-28T20:26:40+00:00", "boolean": True, "integer": 3}.get(
        shape.type_name, "text"
    )


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_a_document_with_every_member_is_read(operation: str) -> None:
    full = _sample(_model(operation))
    assert isinstance(full, dict)
    full.pop("NextToken", None)
    assert told(operation, full)
    assert not any(_is_odd(fact) for fact in described(operation, full, SHOT))


def _is_odd(fact: Fact) -> bool:
    return not fact.entity or any(not isinstance(value, str) for value in fact.values)


def _without(value: object, nothing: object) -> list[object]:
    """The document over and over, each time with one member null or gone."""
    found: list[object] = []
    if isinstance(value, dict):
        for name, member in value.items():
            rest = {key: one for key, one in value.items() if key != name}
            found += [rest, rest | {name: nothing}]
            found += [rest | {name: other} for other in _without(member, nothing)]
    elif isinstance(value, list):
        found += [[other] for one in value for other in _without(one, nothing)]
    return found


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("nothing", [None, [], "", 7], ids=repr)
def test_any_member_may_be_missing_or_null(operation: str, nothing: object) -> None:
    for document in _without(_sample(_model(operation)), nothing):
        for fact in described(operation, document, SHOT):
            assert not _is_odd(fact)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
@pytest.mark.parametrize("document", [None, [], "x", {}, {"Vpcs": {}}, {"Error": "denied"}])
def test_a_document_of_another_shape_tells_nothing(operation: str, document: object) -> None:
    assert list(described(operation, document, SHOT)) == []
    assert not lists(operation, document)


def test_a_first_page_does_not_say_what_there_is_not() -> None:
    page = {"VpcEndpoints": [{"VpcEndpointId": "vpce-1"}], "NextToken": "more"}
    found = told("describe-vpc-endpoints", page)
    assert ("vpce-1", "type") in found
    assert ("111111111111/us-east-1", "endpoints") not in found
    assert is_cut(page)
    assert ("111111111111/us-east-1", "endpoints") in told(
        "describe-vpc-endpoints", page | {"NextToken": None}
    )


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Reservations", "Instances", "NetworkInterfaces", "Attachment", "Association"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["Reservations", "NetworkInterfaces"]), anything))
def test_no_shape_raises(document: Mapping[str, object]) -> None:
    for operation in ("describe-instances", "describe-network-interfaces"):
        assert not any(_is_odd(fact) for fact in described(operation, document, SHOT))
