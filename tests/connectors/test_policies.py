"""The policies that are shipped: well-formed, least, and within AWS's bounds."""

import json
import re

import botocore.session
import pytest

from truant.connectors.ec2_describe import OPERATIONS
from truant.connectors.policies import POLICIES, compact, read

SESSION_POLICY_MAX = 2048  # "Maximum length of 2048": STS, AssumeRole


@pytest.mark.parametrize("name", POLICIES)
def test_each_is_a_policy(name: str) -> None:
    document = json.loads(read(name))
    assert document["Version"] == "2012-10-17"
    for statement in document["Statement"]:
        assert statement["Effect"] == "Allow"
        assert statement["Action"]
        assert "*" not in json.dumps(statement["Action"]), "no action by a pattern"


def test_there_is_no_other() -> None:
    with pytest.raises(KeyError):
        read("../cli")


def test_the_members_policy_names_what_is_collected() -> None:
    (statement,) = json.loads(read("member"))["Statement"]
    wanted = {f"ec2:{_camel(one)}" for one in OPERATIONS if one != "list-accounts"}
    assert set(statement["Action"]) == wanted | {"ec2:DescribeRegions"}


def _camel(operation: str) -> str:
    return "".join(word.capitalize() for word in operation.split("-"))


@pytest.mark.parametrize("name", POLICIES)
def test_every_action_exists(name: str) -> None:
    session = botocore.session.get_session()
    for statement in json.loads(read(name))["Statement"]:
        actions = statement["Action"]
        for action in [actions] if isinstance(actions, str) else actions:
            service, _, operation = action.partition(":")
            if service in ("s3", "kms"):
                continue  # their actions are not named after operations
            if operation != "PassRole":  # asked for by EC2's own operations
                assert operation in session.get_service_model(service).operation_names


@pytest.mark.parametrize("name", ["member", "respond"])
def test_a_session_policy_is_short_enough(name: str) -> None:
    assert len(compact(name)) <= SESSION_POLICY_MAX
    assert not re.search(r"\s", compact(name))
