"""Containment: the calls that keep an instance from minting keys, and everybody from it."""

import json

from truant.detection.finding_case import Case
from truant.detection.plan import Options
from truant.model.aws_call import Call

QUARANTINE = "TruantQuarantine"
# EC2 itself assumes the role; it has no permission.
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    },
    separators=(",", ":"),
)
_EXISTS = ("EntityAlreadyExists", "LimitExceeded")
_USED_AGAIN = "it may do nothing, and serves the next time"


def describe_instance(case: Case, **binds: str) -> Call:
    """Look at the instance; `binds`: names, and paths in its description."""
    return Call(
        "ec2",
        "DescribeInstances",
        {"InstanceIds": [case.instance]},
        case.region,
        {name: f"Reservations.0.Instances.0.{path}" for name, path in binds.items()},
        looks=True,
    )


def cut_minting(case: Case, options: Options) -> tuple[Call, ...]:
    """Ask for IMDSv2, and put an instance profile without rights in place of the instance's."""
    return (*_require_tokens(case), *_quarantine(options), *_replace_profile(case, options))


def _require_tokens(case: Case) -> tuple[Call, ...]:
    here: dict[str, object] = {"InstanceId": case.instance}
    old: dict[str, object] = {"HttpTokens": "${tokens}", "HttpPutResponseHopLimit": "${hops}"}
    undo = Call("ec2", "ModifyInstanceMetadataOptions", here | old, case.region)
    new: dict[str, object] = {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    return (
        describe_instance(
            case,
            tokens="MetadataOptions.HttpTokens",
            hops="MetadataOptions.HttpPutResponseHopLimit",
        ),
        Call("ec2", "ModifyInstanceMetadataOptions", here | new, case.region, undo=(undo,)),
    )


def _quarantine(options: Options) -> tuple[Call, ...]:
    """An instance profile whose role may do nothing; it stays, and is used again."""
    if options.profile is not None:
        return ()
    role: dict[str, object] = {"RoleName": QUARANTINE}
    profile: dict[str, object] = {"InstanceProfileName": QUARANTINE}
    return (
        Call(
            "iam",
            "CreateRole",
            role | {"AssumeRolePolicyDocument": _TRUST},
            fine=_EXISTS,
            stays=_USED_AGAIN,
        ),
        Call("iam", "CreateInstanceProfile", profile, fine=_EXISTS, stays=_USED_AGAIN),
        Call("iam", "AddRoleToInstanceProfile", profile | role, fine=_EXISTS, stays=_USED_AGAIN),
    )


def _replace_profile(case: Case, options: Options) -> tuple[Call, ...]:
    found = "IamInstanceProfileAssociations.0"
    filters = [{"Name": "instance-id", "Values": [case.instance]}]
    name = options.profile or QUARANTINE
    replace = "ReplaceIamInstanceProfileAssociation"
    undo = Call(
        "ec2",
        replace,
        {"AssociationId": "${new association}", "IamInstanceProfile": {"Arn": "${profile}"}},
        case.region,
    )
    return (
        Call(
            "ec2",
            "DescribeIamInstanceProfileAssociations",
            {"Filters": filters},
            case.region,
            {
                "association": f"{found}.AssociationId",
                "profile": f"{found}.IamInstanceProfile.Arn",
            },
            looks=True,
        ),
        Call(
            "ec2",
            replace,
            {"AssociationId": "${association}", "IamInstanceProfile": {"Name": name}},
            case.region,
            {"new association": "IamInstanceProfileAssociation.AssociationId"},
            undo=(undo,),
        ),
    )


def isolate(case: Case) -> tuple[Call, ...]:
    """Put each interface of the instance into a security group that lets nothing through."""
    group: dict[str, object] = {"GroupId": "${isolation}"}
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    name = f"truant-isolation-{case.instance}"
    make = {"GroupName": name, "Description": f"finding {case.id}", "VpcId": "${vpc}"}
    calls = [
        describe_instance(case, vpc="VpcId"),
        Call(
            "ec2",
            "CreateSecurityGroup",
            make,
            case.region,
            {"isolation": "GroupId"},
            undo=(Call("ec2", "DeleteSecurityGroup", group, case.region),),
        ),
        Call(
            "ec2",
            "RevokeSecurityGroupEgress",
            group | {"IpPermissions": everything},
            case.region,
            stays="it goes with its group",
        ),
    ]
    for interface in case.interfaces:
        calls += _isolated_interface(case, interface)
    if not case.interfaces:
        calls += _isolated_instance(case)
    return tuple(calls)


def _isolated_interface(case: Case, interface: str) -> list[Call]:
    here: dict[str, object] = {"NetworkInterfaceId": interface}
    groups = f"groups of {interface.lower()}"
    undo = Call(
        "ec2",
        "ModifyNetworkInterfaceAttribute",
        here | {"Groups": f"${{{groups}}}"},
        case.region,
    )
    return [
        Call(
            "ec2",
            "DescribeNetworkInterfaces",
            {"NetworkInterfaceIds": [interface]},
            case.region,
            {groups: "NetworkInterfaces.0.Groups.*.GroupId"},
            looks=True,
        ),
        Call(
            "ec2",
            "ModifyNetworkInterfaceAttribute",
            here | {"Groups": ["${isolation}"]},
            case.region,
            undo=(undo,),
        ),
    ]


def _isolated_instance(case: Case) -> list[Call]:
    """Where no interface is known: EC2 allows this for instances with one."""
    here: dict[str, object] = {"InstanceId": case.instance}
    undo = Call("ec2", "ModifyInstanceAttribute", here | {"Groups": "${groups}"}, case.region)
    return [
        describe_instance(case, groups="SecurityGroups.*.GroupId"),
        Call(
            "ec2",
            "ModifyInstanceAttribute",
            here | {"Groups": ["${isolation}"]},
            case.region,
            undo=(undo,),
        ),
    ]


def cut_connections(case: Case) -> tuple[Call, ...]:
    """Give the instance's subnet a network ACL that lets nothing through."""
    found = [{"Name": "association.subnet-id", "Values": ["${subnet}"]}]
    acl, matching = "NetworkAcls.0", "ReplaceNetworkAclAssociation"
    undo = Call(
        "ec2",
        matching,
        {"AssociationId": "${new acl association}", "NetworkAclId": "${acl}"},
        case.region,
    )
    remove = Call("ec2", "DeleteNetworkAcl", {"NetworkAclId": "${closed acl}"}, case.region)
    return (
        describe_instance(case, subnet="SubnetId", vpc="VpcId"),
        Call(
            "ec2",
            "DescribeNetworkAcls",
            {"Filters": found},
            case.region,
            {
                "acl": f"{acl}.NetworkAclId",
                "acl association": f"{acl}.Associations.?SubnetId=${{subnet}}."
                "NetworkAclAssociationId",
            },
            looks=True,
        ),
        Call(
            "ec2",
            "CreateNetworkAcl",
            {"VpcId": "${vpc}"},
            case.region,
            {"closed acl": "NetworkAcl.NetworkAclId"},
            undo=(remove,),
        ),
        Call(
            "ec2",
            matching,
            {"AssociationId": "${acl association}", "NetworkAclId": "${closed acl}"},
            case.region,
            {"new acl association": "NewAssociationId"},
            undo=(undo,),
        ),
    )
