"""Plans executed against moto's AWS, their effect looked at, and taken back."""

import json
from collections.abc import Iterator

import pytest

from tests.incident import Incident
from tests.moto_aws import REGION, Moto, moto
from truant.connectors import policies
from truant.connectors.aws_api import Aws
from truant.connectors.aws_respond import Hand
from truant.connectors.store import responses
from truant.connectors.store.database import Store
from truant.connectors.store.responses import ALREADY, BEGUN, DONE, FAILED, LEFT
from truant.detection.containment import QUARANTINE
from truant.detection.plan import NO_OPTIONS, Options
from truant.detection.playbook import OLDER, REVOKED, steps
from truant.detection.undoing import DENY_ALL, policy
from truant.runners.responding import Responder, Result

NOW = 1_900_000_000_000
INTERFACE, REPLACE = "ModifyNetworkInterfaceAttribute", "ReplaceIamInstanceProfileAssociation"


@pytest.fixture(scope="module")
def aws() -> Iterator[Moto]:
    """AWS."""
    with moto() as running:
        yield running


@pytest.fixture
def incident(aws: Moto, monkeypatch: pytest.MonkeyPatch) -> Iterator[Incident]:
    """A new incident; this process asks moto, as an administrator."""
    for name, value in aws.environment().items():
        monkeypatch.setenv(name, value)
    yield Incident(aws)
    aws.enforce(None)


def responder(store: Store, incident: Incident) -> Responder:
    hand = Hand(Aws(REGION), "aws")
    return Responder(store, str(incident.finding()["id"]), "me", hand.do, lambda: NOW)


def execute(store: Store, incident: Incident, options: Options = NO_OPTIONS) -> list[Result]:
    return list(responder(store, incident).execute(steps(incident.finding(), options)))


def undo(store: Store, incident: Incident) -> list[Result]:
    return list(responder(store, incident).undo())


def wrong(results: list[Result]) -> list[tuple[str, str, str]]:
    """What was not done, but for the one question that moto's organization cannot answer."""
    return [
        (one.call.operation, one.outcome, one.error)
        for one in results
        if one.outcome not in (DONE, ALREADY) and one.call.operation != "DescribeAccount"
    ]


def test_a_plan_is_done_and_taken_back(lite: Store, incident: Incident) -> None:
    before = incident.described()["MetadataOptions"]
    assert wrong(execute(lite, incident)) == []
    assert incident.described()["MetadataOptions"]["HttpTokens"] == "required"
    assert incident.profile_now() == QUARANTINE
    (name, document) = next(iter(incident.policies_now().items()))
    assert name == f"{REVOKED}-{incident.finding()['id']}"
    assert document["Statement"][0]["Condition"] == {
        "StringEquals": {"aws:userId": f"{incident.role_id}:{incident.instance}"}
    }
    (isolation,) = incident.groups_now()
    assert isolation not in incident.groups
    group = incident.ec2.describe_security_groups(GroupIds=[isolation])["SecurityGroups"][0]
    assert (group["IpPermissions"], group["IpPermissionsEgress"]) == ([], [])
    assert incident.snapshots_now() == 1
    assert incident.iam.list_user_policies(UserName=incident.user)["PolicyNames"] == [DENY_ALL]
    assert key_status(incident) == "Inactive"
    assert list(incident.policies_now(incident.deploy)) == [f"{REVOKED}-job"]
    assert incident.described(incident.thiefs)["State"]["Name"] == "stopped"
    with lite.read() as conn:
        deeds = responses.of(conn, str(incident.finding()["id"]))
    assert {one.outcome for one in deeds} <= {DONE, ALREADY}
    assert {(one.actor, one.at) for one in deeds} == {("me", NOW)}

    assert wrong(undo(lite, incident)) == []
    after = incident.described()["MetadataOptions"]
    assert after["HttpTokens"] == before["HttpTokens"]
    assert incident.profile_now() == incident.role
    assert incident.policies_now() == incident.policies_now(incident.deploy) == {}
    assert incident.groups_now() == incident.groups
    assert incident.snapshots_now() == 1, "evidence is kept"
    assert key_status(incident) == "Active"
    assert incident.iam.list_user_policies(UserName=incident.user)["PolicyNames"] == []
    assert incident.described(incident.thiefs)["State"]["Name"] == "running"
    assert undo(lite, incident) == [], "nothing is left to take back"


def key_status(incident: Incident) -> str:
    (key,) = incident.iam.list_access_keys(UserName=incident.user)["AccessKeyMetadata"]
    return str(key["Status"])


def test_what_was_done_is_not_done_twice(lite: Store, incident: Incident) -> None:
    execute(lite, incident)
    again = execute(lite, incident)
    changing = [one for one in again if not one.call.looks]
    assert {one.outcome for one in changing} == {ALREADY}
    assert incident.snapshots_now() == 1
    assert wrong(undo(lite, incident)) == []
    assert incident.profile_now() == incident.role
    assert wrong(execute(lite, incident)) == [], "what was taken back can be done again"
    assert incident.profile_now() == QUARANTINE


@pytest.mark.parametrize(
    ("denied", "left"),
    [
        ("iam:PutRolePolicy", {"PutRolePolicy"}),
        (
            "ec2:CreateSecurityGroup",
            {"RevokeSecurityGroupEgress", "ModifyNetworkInterfaceAttribute"},
        ),
        ("ec2:DescribeIamInstanceProfileAssociations", {REPLACE}),
    ],
)
def test_without_a_permission_the_rest_is_done_and_recorded(
    lite: Store, incident: Incident, monkeypatch: pytest.MonkeyPatch, denied: str, left: set[str]
) -> None:
    become_without(incident, monkeypatch, denied)
    results = execute(lite, incident)
    failed = {one.call.operation for one in results if one.outcome == FAILED}
    assert failed - {"DescribeAccount"} == {denied.partition(":")[2]}
    assert {one.call.operation for one in results if one.outcome == LEFT} == left - failed
    incident.aws.enforce(None)
    assert (incident.profile_now() == QUARANTINE) is ("Profile" not in denied)
    assert (incident.groups_now() == incident.groups) is ("SecurityGroup" in denied)
    assert (incident.policies_now() == {}) is ("PutRole" in denied)
    assert key_status(incident) == "Inactive", "what comes behind it is done"
    with lite.read() as conn:
        noted = {one.operation: one for one in responses.of(conn, incident.id)}
    for one in results:
        if not one.call.looks:
            assert noted[one.call.operation].outcome == one.outcome
            assert bool(noted[one.call.operation].error) is (one.outcome != DONE)
    assert wrong(undo(lite, incident)) == []
    assert (incident.profile_now(), incident.groups_now()) == (incident.role, incident.groups)


def become_without(
    incident: Incident, monkeypatch: pytest.MonkeyPatch, denied: str | None = None
) -> None:
    """Go on as a user who may do what the shipped policy says, but for one action."""
    document = json.loads(policies.read("respond"))
    for statement in document["Statement"]:
        statement["Action"] = [one for one in statement["Action"] if one != denied]
    key = incident.aws.user(f"responder-{incident.id[-4:]}", json.dumps(document))
    for name, value in incident.aws.environment(key).items():
        monkeypatch.setenv(name, value)
    incident.aws.enforce()


def test_the_shipped_policy_is_all_it_needs(
    lite: Store, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_without(incident, monkeypatch)
    assert wrong(execute(lite, incident, Options(network_acl=True))) == []
    assert wrong(undo(lite, incident)) == []


def test_the_whole_role_is_revoked_by_the_time_of_issue(lite: Store, incident: Incident) -> None:
    """What was revoked before stays so, by IAM's console and about another finding."""
    names = ("AWSRevokeOlderSessions", f"{OLDER}-another")
    earlier = {name: json.loads(policy()) for name in names}
    for name, document in earlier.items():
        incident.iam.put_role_policy(
            RoleName=incident.role, PolicyName=name, PolicyDocument=json.dumps(document)
        )
    whole = Options(now=1_900_000_000, whole_role=True)
    assert wrong(execute(lite, incident, whole)) == []
    now = incident.policies_now()
    (statement,) = now.pop(f"{OLDER}-{incident.id}")["Statement"]
    assert now == earlier
    assert statement["Condition"] == {
        "DateLessThan": {"aws:TokenIssueTime": "2030-03-17T17:46:40Z"}
    }
    assert wrong(undo(lite, incident)) == []
    assert incident.policies_now() == earlier


def test_tracked_connections_are_cut_and_let_be(lite: Store, incident: Incident) -> None:
    before = incident.acl_now()["NetworkAclId"]
    assert wrong(execute(lite, incident, Options(network_acl=True))) == []
    closed = incident.acl_now()
    assert closed["NetworkAclId"] != before
    assert {one["RuleAction"] for one in closed["Entries"]} <= {"deny"}
    assert wrong(undo(lite, incident)) == []
    assert incident.acl_now()["NetworkAclId"] == before


def test_nothing_is_ended_without_its_evidence(
    lite: Store, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_without(incident, monkeypatch, "ec2:CreateSnapshots")
    results = execute(lite, incident, Options(terminate=True))
    incident.aws.enforce(None)
    assert {one.call.operation for one in results if one.outcome == LEFT} == {"TerminateInstances"}
    assert incident.described()["State"]["Name"] == "running"
    for name, value in incident.aws.environment().items():
        monkeypatch.setenv(name, value)
    assert wrong(execute(lite, incident, Options(terminate=True))) == []
    assert incident.described()["State"]["Name"] == "terminated"


def test_a_run_that_was_killed_says_so_and_can_be_taken_back(
    store: Store, incident: Incident
) -> None:
    class Killed(BaseException):
        """As by a signal."""

    hand = Hand(Aws(REGION), "aws")

    def until_revoked(call: object) -> object:
        answer = hand.do(call)  # type: ignore[arg-type]
        if getattr(call, "operation", "") == "PutRolePolicy":
            raise Killed
        return answer

    dying = Responder(store, incident.id, "me", until_revoked, lambda: NOW)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        list(dying.execute(steps(incident.finding())))
    with store.read() as conn:
        last = responses.of(conn, incident.id)[-1]
    assert (last.operation, last.outcome) == ("PutRolePolicy", BEGUN)
    assert wrong(undo(store, incident)) == []
    assert incident.policies_now() == {}
    assert incident.profile_now() == incident.role
