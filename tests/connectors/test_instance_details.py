"""An instance as findings show it: GuardDuty's shape is the oracle."""

import json
from functools import cache
from typing import Any

import botocore.session  # type: ignore[import-untyped]
from botocore.validate import ParamValidator  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared_data import shared_data
from truant.connectors.instance_details import instance_details

Json = dict[str, Any]

INSTANCE: Json = {
    "InstanceId": "i-1",
    "ImageId": "ami-1",
    "InstanceType": "t3.nano",
    "LaunchTime": "2026-05-28T20:26:40+00:00",
    "OutpostArn": "arn:aws:outposts:eu-west-1:1:outpost/op-1",
    "Platform": "windows",
    "State": {"Code": 16, "Name": "running"},
    "Placement": {"AvailabilityZone": "eu-west-1a", "Tenancy": "default"},
    "IamInstanceProfile": {"Arn": "arn:aws:iam::1:instance-profile/x", "Id": "AIPA"},
    "ProductCodes": [{"ProductCodeId": "code", "ProductCodeType": "marketplace"}],
    "Tags": [{"Key": "Name", "Value": "web"}],
    "NetworkInterfaces": [
        {
            "NetworkInterfaceId": "eni-1",
            "SubnetId": "subnet-1",
            "VpcId": "vpc-1",
            "PrivateDnsName": "ip-10-0-0-5.ec2.internal",
            "PrivateIpAddress": "10.0.0.5",
            "Association": {"PublicIp": "52.0.0.5", "PublicDnsName": "ec2-52-0-0-5.x"},
            "Ipv6Addresses": [{"Ipv6Address": "2a05::5"}],
            "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.0.5", "PrivateDnsName": "ip-10"}],
            "Groups": [{"GroupId": "sg-1", "GroupName": "web"}],
        }
    ],
}


@cache
def _shape() -> Any:  # noqa: ANN401 - botocore has no types
    model = botocore.session.get_session().get_service_model("guardduty")
    return model.shape_for("InstanceDetails")


def _validated(details: object) -> str:
    """Botocore's report on a value of GuardDuty's InstanceDetails, in its own spelling."""
    shape = _shape()
    return str(ParamValidator().validate(_capitalized(details, shape), shape).generate_report())


def _capitalized(value: Any, shape: Any) -> Any:  # noqa: ANN401 - botocore has no types
    """The wire's lowerCamel names as botocore's."""
    if shape.type_name == "structure":
        names = {member.serialization.get("name", n): n for n, member in shape.members.items()}
        return {
            names[key]: _capitalized(one, shape.members[names[key]]) for key, one in value.items()
        }
    if shape.type_name == "list":
        return [_capitalized(one, shape.member) for one in value]
    return value


def test_every_member_that_guardduty_shows() -> None:
    details = instance_details(INSTANCE)
    wire = {member.serialization.get("name") for member in _shape().members.values()}
    assert wire - set(details) == {"imageDescription"}  # only DescribeImages tells it
    assert _validated(details) == ""
    assert details["tags"] == [{"key": "Name", "value": "web"}]
    assert details["productCodes"] == [{"productCodeId": "code", "productCodeType": "marketplace"}]
    text = json.dumps(details["networkInterfaces"])
    assert '"publicIp": "52.0.0.5"' in text
    assert '"ipv6Addresses": ["2a05::5"]' in text


def test_aws_example() -> None:
    path = shared_data("ec2-describe-samples") / "ec2_describe-instances_1.json"
    (instance,) = json.loads(path.read_text())["Reservations"][0]["Instances"]
    details = instance_details(instance)
    assert details["instanceId"] == "i-1234567890abcdef0"
    assert _validated(details) == ""


def test_what_is_not_known_is_left_out() -> None:
    assert instance_details({}) == {"networkInterfaces": [], "tags": [], "productCodes": []}
    assert instance_details(dict.fromkeys(INSTANCE)) == instance_details({})
    odd = {"NetworkInterfaces": [{"Ipv6Addresses": [{}], "Groups": [{}, None]}], "Tags": [{}]}
    details = instance_details(odd)
    assert details["tags"] == []
    assert "None" not in json.dumps(details)


anything = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*INSTANCE, "Groups", "Ipv6Addresses"]), inner, max_size=3
        )
    ),
    max_leaves=10,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(INSTANCE)), anything))
def test_no_shape_raises_and_all_of_them_are_guarddutys(instance: Json) -> None:
    assert _validated(instance_details(instance)) == ""
