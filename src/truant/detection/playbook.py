"""What to do about a finding, in order: a plan, which decides and does nothing.

Order from AWS's own guidance: verify the account first; cut minting before revoking, because a host
that is still open fetches newer keys, which a revocation by issue time does not cover; then
isolate; then undo what was made; then watch. Sources: AWS News Blog of 2022-01-20, IAM User Guide
"Revoke IAM role temporary security credentials", AWS incident response playbooks.

A person reads each step, with what it breaks, and lets it be done or not. Nothing here is ever done
because a finding says so: US patent 11,275,824 claims systems that restrict by themselves what a
server with a stolen credential does.
"""

from collections.abc import Mapping

from truant.detection.containment import cut_connections, cut_minting, describe_instance, isolate
from truant.detection.finding_case import Case
from truant.detection.plan import NO_OPTIONS, NOTHING_KNOWN, Knowledge, Options, Step
from truant.detection.undoing import deny_role, policy, undoing
from truant.model.aws_call import Call
from truant.model.event_time import clock, iso
from truant.model.finding import FindingType

REVOKED, OLDER = "TruantRevoked", "TruantRevokedOlder"
USERS_NAMED_MAX = 5


def steps(
    finding: Mapping[str, object],
    options: Options = NO_OPTIONS,
    known: Knowledge = NOTHING_KNOWN,
) -> tuple[Step, ...]:
    """The steps for one finding in GuardDuty's JSON with Truant's reasons."""
    case = Case(finding)
    if case.type == FindingType.IMPOSTOR:
        return (_who_made(case), _watch(case))
    found = (
        _verify(case, known),
        _cut_minting(case, options),
        _revoke(case, options, known),
        _isolate(case, options),
        _cut_connections(case, known) if options.network_acl else None,
        _undo(case),
        _watch(case),
    )
    return tuple(step for step in found if step is not None)


def _verify(case: Case, known: Knowledge) -> Step:
    account = case.remote_account
    if account is None:
        look = describe_instance(case)
        why = "Ask the owner of the instance whether anybody took its key elsewhere on purpose."
        if case.is_inside:
            why = f"Whose account it is, no record says. {why}"
    else:
        look = Call("organizations", "DescribeAccount", {"AccountId": account}, looks=True)
        why = f"Account {account} used the key. {_standing(account, case, known)}"
    return Step("verify", "Verify who it is", why, "nothing", (look,))


def _standing(account: str, case: Case, known: Knowledge) -> str:
    if account == case.account:
        return "It is the instance's own."
    if case.is_affiliated or account in known.members:
        return "It is affiliated: monitored with yours. Ask its owner first."
    if account in known.organization:
        return "It is of your organization, but not monitored with this one. Ask its owner first."
    if known.organization:
        return "It is not of your organization. If nobody here knows it, it is theft."
    return "Whether it is of your organization is not known here. If it is not yours, it is theft."


def _cut_minting(case: Case, options: Options) -> Step:
    return Step(
        "cut-minting",
        "Cut minting",
        "A host that is still open hands out new keys as soon as the old ones are revoked. IMDSv2 "
        "ends simple request forgery; a profile without rights ends new keys of this role.",
        "software on the instance that asks by IMDSv1, or from a container behind a hop; and what "
        "the instance does with its role, when the keys that it holds expire at the latest",
        cut_minting(case, options),
    )


def _revoke(case: Case, options: Options, known: Knowledge) -> Step:
    """Deny the session, in a policy of the finding's own: a session may have several findings."""
    if case.is_of_aws:
        return _end_instance(case)
    if options.whole_role:
        return _revoke_role(case, options, known)
    document = policy({"StringEquals": {"aws:userId": case.principal}})
    return Step(
        "revoke",
        "Revoke this session",
        "Keys that are out stay valid for hours. This denies exactly this instance's session, "
        "whoever holds its keys.",
        "the instance itself can no longer use its role; other instances of the role can"
        + _users(case, known),
        (deny_role(case.role, f"{REVOKED}-{case.id}"[:128], document),),
    )


def _revoke_role(case: Case, options: Options, known: Knowledge) -> Step:
    """As IAM's console does, under a name of the finding's own.

    So revocations that stand, the console's `AWSRevokeOlderSessions` or another finding's, hold
    before, meanwhile and after this one is taken back.
    """
    when = iso(options.now)[:-5] + "Z"
    document = policy({"DateLessThan": {"aws:TokenIssueTime": when}})
    return Step(
        "revoke",
        "Revoke all sessions of the role",
        f"Denies every session of the role that was issued before {clock(options.now)}, whoever "
        "holds its keys, those that are not known yet too.",
        "everybody who uses the role, until new keys are fetched; EC2 fetches them some hours "
        "later" + _users(case, known),
        (deny_role(case.role, f"{OLDER}-{case.id}"[:128], document),),
    )


def _users(case: Case, known: Knowledge) -> str:
    """Who else uses the role, as a clause."""
    if known.users is None:
        return ". Who else uses the role was not looked at"
    others = [one for one in known.users if one.name != case.instance]
    if not others:
        return ". Nobody else was seen to use the role"
    latest = sorted(others, key=lambda one: (-one.last, one.name))
    named = [f"{one.name} (last {clock(one.last)})" for one in latest[:USERS_NAMED_MAX]]
    more = len(others) - len(named)
    return f". Others that use the role: {', '.join(named)}" + (f" and {more} more" if more else "")


def _end_instance(case: Case) -> Step:
    """For the roles that AWS keeps for an instance itself: nobody can attach a policy to them."""
    named: dict[str, object] = {"InstanceIds": [case.instance]}
    undo = Call("ec2", "StartInstances", named, case.region)
    return Step(
        "revoke",
        "Stop the instance",
        "Its identity role belongs to AWS: no policy can be attached to it. The key that is out "
        "stays valid for hours; it opens only what that role may do (host keys, registration "
        "with Systems Manager).",
        "everything that the instance serves",
        (Call("ec2", "StopInstances", named, case.region, undo=(undo,)),),
    )


def _isolate(case: Case, options: Options) -> Step:
    evidence = Call(
        "ec2",
        "CreateSnapshots",
        {
            "InstanceSpecification": {"InstanceId": case.instance},
            "Description": f"evidence of finding {case.id}",
        },
        case.region,
        {"evidence": "Snapshots.*.SnapshotId"},
        stays="it is evidence",
    )
    if options.terminate:
        end = Call(
            "ec2",
            "TerminateInstances",
            {"InstanceIds": [case.instance]},
            case.region,
            needs=("evidence",),
        )
        return Step(
            "isolate",
            "End the instance, evidence first",
            "AWS's first advice, where the business allows it: what is ended mints no keys. Its "
            "memory, and disks that are deleted with it, are lost but for the snapshots.",
            "everything that the instance serves, for good",
            (evidence, end),
        )
    return Step(
        "isolate",
        "Isolate the instance, evidence first",
        "Whoever read its metadata service may still be on it. Connections that are tracked "
        "survive a change of security groups; a network ACL cuts them, with all of the subnet.",
        "everything that the instance serves",
        (evidence, *isolate(case)),
    )


def _cut_connections(case: Case, known: Knowledge) -> Step:
    others = known.neighbours
    if others is None:
        who = "What else is in the subnet is not known here."
    else:
        named = ", ".join(others[:USERS_NAMED_MAX]) or "nothing else that the inventory lists"
        more = len(others) - USERS_NAMED_MAX
        who = f"In it: {named}" + (f" and {more} more." if more > 0 else ".")
    return Step(
        "cut-connections",
        "Cut tracked connections of the subnet",
        "A new network ACL lets nothing through, connections that stand neither.",
        f"everything in the instance's subnet. {who}",
        cut_connections(case),
    )


def _undo(case: Case) -> Step | None:
    made = case.made()
    if not made:
        return None
    calls: list[Call] = []
    by_hand: list[str] = []
    for kind, name, region in made:
        found = undoing(kind, name, region or case.region)
        calls += found
        by_hand += [] if found else [f"{kind} {name}"]
    things = ", ".join(dict.fromkeys(f"{kind} {name}" for kind, name, _ in made))
    hand = f" To be looked at by hand: {', '.join(dict.fromkeys(by_hand))}." if by_hand else ""
    look = Call(
        "cloudtrail", "LookupEvents", _lookup("AccessKeyId", case.key), case.region, looks=True
    )
    return Step(
        "undo-made",
        "Undo what was made from there",
        f"These outlive the key: {things}.{hand}",
        "whatever has come to depend on them",
        tuple(calls) or (look,),
        is_done=bool(calls),
    )


def _lookup(name: str, value: str) -> dict[str, object]:
    return {"LookupAttributes": [{"AttributeKey": name, "AttributeValue": value}]}


def _who_made(case: Case) -> Step:
    asked = _lookup("EventName", "AssumeRole")
    return Step(
        "find-maker",
        "Find who made the session",
        "The name was chosen by whoever called AssumeRole; the issuance names them.",
        "nothing",
        (Call("cloudtrail", "LookupEvents", asked, case.region, looks=True),),
        is_done=False,
    )


def _watch(case: Case) -> Step:
    return Step(
        "watch",
        "Watch that it worked",
        "For half an hour at least: calls with these keys must fail, and none may come with a new "
        "one from there.",
        "nothing",
        tuple(
            Call("cloudtrail", "LookupEvents", _lookup("AccessKeyId", key), case.region, looks=True)
            for key in case.used_keys()
        ),
        is_done=False,
    )
