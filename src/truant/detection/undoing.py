"""What to do about what a thief made: one row for each kind of thing, as `makings` names them.

Nothing is deleted: a key is made inactive, an identity is denied everything, an instance is
stopped. All of that can be taken back if the thing turns out to be somebody's own. What has no row
is for a person to look at.
"""

import json
from collections.abc import Callable

from truant.detection.finding_case import role_session
from truant.model.aws_call import Call

DENY_ALL = "TruantQuarantine"


def policy(condition: dict[str, object] | None = None) -> str:
    """A policy document that denies everything; under a condition, to whom it holds for."""
    statement: dict[str, object] = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    if condition is not None:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))


def deny_role(role: str, name: str, document: str) -> Call:
    """Put a policy of ours on a role; taken back by deleting it."""
    named: dict[str, object] = {"RoleName": role, "PolicyName": name}
    undo = Call("iam", "DeleteRolePolicy", named, fine=("NoSuchEntity",))
    return Call("iam", "PutRolePolicy", named | {"PolicyDocument": document}, undo=(undo,))


def _deny_user(name: str, _region: str) -> list[Call]:
    named: dict[str, object] = {"UserName": name, "PolicyName": DENY_ALL}
    undo = Call("iam", "DeleteUserPolicy", named, fine=("NoSuchEntity",))
    return [Call("iam", "PutUserPolicy", named | {"PolicyDocument": policy()}, undo=(undo,))]


def _deactivate_key(name: str, _region: str) -> list[Call]:
    owner = f"owner of {name.lower()}"
    named: dict[str, object] = {"UserName": f"${{{owner}}}", "AccessKeyId": name}
    look = Call(
        "iam",
        "GetAccessKeyLastUsed",
        {"AccessKeyId": name},
        binds={owner: "UserName"},
        looks=True,
    )
    undo = Call("iam", "UpdateAccessKey", named | {"Status": "Active"}, fine=("NoSuchEntity",))
    return [look, Call("iam", "UpdateAccessKey", named | {"Status": "Inactive"}, undo=(undo,))]


def _deny_all_of_role(name: str, _region: str) -> list[Call]:
    return [deny_role(name, DENY_ALL, policy())]


def _deny_session(name: str, _region: str) -> list[Call]:
    """Of the role, exactly the sessions of this name, whatever the id of the role."""
    found = role_session(name)
    if found is None:
        return []
    _, role, session = found
    document = policy({"StringLike": {"aws:userId": f"*:{session}"}})
    return [deny_role(role, f"TruantRevoked-{session}"[:128], document)]


def _stop_instance(name: str, region: str) -> list[Call]:
    named: dict[str, object] = {"InstanceIds": [name]}
    undo = Call("ec2", "StartInstances", named, region)
    return [Call("ec2", "StopInstances", named, region, undo=(undo,))]


UNDOINGS: dict[str, Callable[[str, str], list[Call]]] = {
    "IAM user": _deny_user,
    "console password": _deny_user,
    "access key": _deactivate_key,
    "IAM role": _deny_all_of_role,
    "role session": _deny_session,
    "EC2 instance": _stop_instance,
}


def undoing(kind: str, name: str, region: str) -> list[Call]:
    """The calls that take the use out of a thing; none where a person has to look."""
    row = UNDOINGS.get(kind)
    return row(name, region) if row is not None and name != "unknown" else []
