"""Calls as values: what they stand for, what answers tell, and how a shell reads them."""

import json
import shlex
import shutil
import subprocess

import botocore.session
import pytest
from botocore import xform_name
from hypothesis import given
from hypothesis import strategies as st

from truant.detection.plan import Options
from truant.detection.playbook import steps
from truant.model.aws_call import Call, Unbound, kebab, looked_up, names, resolved

HOSTILE = ("$(reboot)", "`reboot`", "'; reboot; '", '"\n reboot #', "--profile", "\x1b[2J")
PLANS = (
    Options(),
    Options(whole_role=True, network_acl=True),
    Options(terminate=True, profile="mine"),
)
MADE = [
    {"kind": kind, "name": name, "eventId": "e"}
    for kind, name in (
        ("IAM user", "eve"),
        ("access key", "AKIA1"),
        ("IAM role", "r"),
        ("role session", "arn:aws:sts::111122223333:assumed-role/deploy/job"),
        ("EC2 instance", "i-1"),
    )
]
INTERFACES = {"instanceId": "i-9", "networkInterfaces": [{"networkInterfaceId": "eni-1"}]}
FINDING = {
    "resource": {"instanceDetails": INTERFACES, "accessKeyDetails": {"userName": "web"}},
    "service": {"additionalInfo": {"made": MADE}},
    "region": "eu-west-1",
}


def planned() -> list[Call]:
    calls = [call for one in PLANS for step in steps(FINDING, one) for call in step.calls]
    calls += [call for step in steps({}) for call in step.calls]
    return calls + [undo for call in calls for undo in call.undo]


def test_every_call_of_every_plan_is_one_that_aws_has() -> None:
    session = botocore.session.get_session()
    for call in planned():
        model = session.get_service_model(call.service).operation_model(call.operation)
        assert model.input_shape is not None
        assert set(call.parameters) <= set(model.input_shape.members), call.operation
        assert set(model.input_shape.required_members) <= set(call.parameters), call.operation
        for path in call.binds.values():
            assert path.split(".")[0] in model.output_shape.members, path


def test_commands_are_named_as_the_cli_names_them() -> None:
    for call in planned():
        assert kebab(call.operation) == xform_name(call.operation, "-")
        for name in call.parameters:
            assert kebab(name) == xform_name(name, "-")


def test_the_aws_cli_takes_every_command() -> None:
    if shutil.which("aws") is None:
        pytest.skip("the AWS CLI is not installed")
    wanted = {call.operation: str(call) for call in planned()}
    for operation in ("RevokeSecurityGroupEgress", "DescribeNetworkAcls", "CreateSnapshots"):
        words = [*shlex.split(wanted[operation]), "--generate-cli-skeleton=output"]
        run = subprocess.run(words, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr


@given(st.text() | st.sampled_from(HOSTILE))
def test_no_text_leaves_its_word(text: str) -> None:
    call = Call("iam", "PutRolePolicy", {"RoleName": text, "PolicyDocument": text}, "eu-west-1")
    words = shlex.split(str(call))
    assert words == [
        "aws",
        "iam",
        "put-role-policy",
        "--region=eu-west-1",
        f"--role-name={text}",
        f"--policy-document={text}",
    ]


def test_what_is_no_text_is_written_as_json() -> None:
    call = Call("ec2", "DescribeInstances", {"InstanceIds": ["i-1"]})
    (value,) = (word for word in shlex.split(str(call)) if word.startswith("--instance-ids="))
    assert json.loads(value.partition("=")[2]) == ["i-1"]


def test_names_stand_for_what_was_found() -> None:
    value = {"A": "${group}", "B": ["x-${one}-y", 7], "C": {"D": "${list}"}}
    assert names(value) == {"group", "one", "list"}
    bound: dict[str, object] = {"group": "sg-1", "one": 1, "list": ["a", "b"]}
    assert resolved(value, bound) == {"A": "sg-1", "B": ["x-1-y", 7], "C": {"D": ["a", "b"]}}
    with pytest.raises(Unbound):
        resolved(value, {"group": "sg-1"})


def test_answers_are_looked_into() -> None:
    answer = {"R": [{"I": [{"Id": "i-1", "G": [{"Id": "sg-1"}, {"Id": "sg-2"}]}]}]}
    assert looked_up(answer, "R.0.I.0.Id") == "i-1"
    assert looked_up(answer, "R.0.I.0.G.*.Id") == ["sg-1", "sg-2"]
    assert looked_up(answer, "R.0.I.0.G.?Id=sg-2.Id") == "sg-2"
    for nowhere in ("R.7.I", "R.0.X.Y", "R.I", "R.0.I.0.Id.X", "R.0.I.?Id=i-9.G"):
        assert looked_up(answer, nowhere) is None
    assert looked_up(answer, "X.*.Id") == []
