"""What to do about a finding, in order, with ready commands. It decides nothing and does nothing.

Order from AWS's own guidance: verify the account first; cut minting before revoking, because a host
that is still open fetches newer keys, which a revocation by issue time does not cover; then
isolate; then undo what was made; then watch. Sources: AWS News Blog of 2022-01-20, IAM User Guide
"Revoke IAM role temporary security credentials", AWS incident response playbooks.
"""

import json
import shlex
from collections.abc import Mapping

from msgspec import Struct

from truant.model.finding import FindingType


class Step(Struct, frozen=True):
    """One step: what, why, what it breaks, and commands for the AWS CLI."""

    title: str
    why: str
    breaks: str
    commands: tuple[str, ...]


def steps(finding: Mapping[str, object]) -> tuple[Step, ...]:
    """The steps for one finding in GuardDuty's JSON with Truant's reasons."""
    case = _Case(finding)
    if finding.get("type") == FindingType.IMPOSTOR:
        return (_who_made(case), _watch(case))
    return tuple(
        step
        for step in (
            _verify(case),
            _cut_minting(case),
            _revoke(case),
            _isolate(case),
            _undo(case),
            _watch(case),
        )
        if step is not None
    )


class _Case:
    """The names that the commands need, each quoted for a shell."""

    def __init__(self, finding: Mapping[str, object]) -> None:
        key = _at(finding, "resource", "accessKeyDetails")
        self.region = _word(finding.get("region"))
        self.account = _word(finding.get("accountId"))
        self.role = _word(key.get("userName"))
        self.principal = str(key.get("principalId") or "")
        self.key = _word(key.get("accessKeyId"))
        self.instance = _word(_at(finding, "resource", "instanceDetails").get("instanceId"))
        self.action = _at(finding, "service", "action", "awsApiCallAction")
        self.info = _at(finding, "service", "additionalInfo")
        self.remote = _at(finding, "service", "action", "awsApiCallAction", "remoteAccountDetails")
        self.last_seen = str(_at(finding, "service").get("eventLastSeen") or "")


def _word(value: object) -> str:
    return shlex.quote(str(value or "unknown"))


def _at(value: object, *path: str) -> Mapping[str, object]:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _verify(case: _Case) -> Step:
    account = case.remote.get("accountId")
    if account:
        commands = (f"aws organizations describe-account --account-id {_word(account)}",)
        why = f"Account {account} used the key. If it is yours, ask who did; if not, it is theft."
    else:
        commands = (
            f"aws ec2 describe-instances --region {case.region} --instance-ids {case.instance}",
        )
        why = "Ask the owner of the instance whether anybody took its key elsewhere on purpose."
    return Step("Verify who it is", why, "nothing", commands)


def _cut_minting(case: _Case) -> Step:
    return Step(
        "Cut minting",
        "A host that is still open hands out new keys as soon as the old ones are revoked.",
        "what the instance does with its role stops, when its keys expire at the latest",
        (
            f"aws ec2 modify-instance-metadata-options --region {case.region} "
            f"--instance-id {case.instance} --http-tokens required --http-put-response-hop-limit 1",
            f"aws ec2 describe-iam-instance-profile-associations --region {case.region} "
            f"--filters Name=instance-id,Values={case.instance}",
            f"aws ec2 replace-iam-instance-profile-association --region {case.region} "
            "--association-id ASSOCIATION --iam-instance-profile Name=QUARANTINE",
        ),
    )


def _revoke(case: _Case) -> Step:
    if case.role.strip("'").startswith("aws:"):
        return _end_instance(case)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Action": "*",
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:userId": case.principal}},
            }
        ],
    }
    document = shlex.quote(json.dumps(policy, separators=(",", ":")))
    return Step(
        "Revoke this session",
        "Keys that are out stay valid for hours. This denies exactly this instance's session, "
        "whoever holds its keys.",
        "the instance itself can no longer use its role; other instances of the role can",
        (
            f"aws iam put-role-policy --role-name {case.role} "
            f"--policy-name TruantRevokedSession --policy-document {document}",
        ),
    )


def _end_instance(case: _Case) -> Step:
    """For the roles that AWS keeps for an instance itself: nobody can attach a policy to them."""
    return Step(
        "Stop the instance",
        "Its identity role belongs to AWS: no policy can be attached to it. The key that is out "
        "stays valid for hours; it opens only what that role may do (host keys, registration "
        "with Systems Manager).",
        "everything that the instance serves",
        (f"aws ec2 stop-instances --region {case.region} --instance-ids {case.instance}",),
    )


def _isolate(case: _Case) -> Step:
    return Step(
        "Isolate the instance, evidence first",
        "Whoever read its metadata service may still be on it. Tracked connections survive a "
        "change of security groups; a network ACL cuts them.",
        "everything that the instance serves",
        (
            f"aws ec2 create-snapshots --region {case.region} "
            f"--instance-specification InstanceId={case.instance} --description evidence",
            f"aws ec2 modify-instance-attribute --region {case.region} "
            f"--instance-id {case.instance} --groups ISOLATION-SECURITY-GROUP",
        ),
    )


def _undo(case: _Case) -> Step | None:
    made = case.info.get("made")
    if not isinstance(made, list) or not made:
        return None
    things = ", ".join(
        dict.fromkeys(f"{one.get('kind')} {one.get('name')}" for one in made if _is(one))
    )
    return Step(
        "Undo what was made from there",
        f"These outlive the key: {things}.",
        "whatever has come to depend on them",
        (
            f"aws cloudtrail lookup-events --region {case.region} "
            f"--lookup-attributes AttributeKey=AccessKeyId,AttributeValue={case.key}",
        ),
    )


def _is(value: object) -> bool:
    return isinstance(value, Mapping)


def _who_made(case: _Case) -> Step:
    return Step(
        "Find who made the session",
        "The name was chosen by whoever called AssumeRole; the issuance names them.",
        "nothing",
        (
            f"aws cloudtrail lookup-events --region {case.region} "
            "--lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRole",
        ),
    )


def _watch(case: _Case) -> Step:
    return Step(
        "Watch that it worked",
        "For half an hour at least: calls with the key must fail, and none may come with a new "
        "one from there.",
        "nothing",
        (
            f"aws cloudtrail lookup-events --region {case.region} "
            f"--lookup-attributes AttributeKey=AccessKeyId,AttributeValue={case.key}",
        ),
    )
