"""What to do about a finding, in order; and that no name in it can run anything."""

import json
import re
import shlex

import pytest

from tests.detection.records import (
    INSTANCE,
    KEY,
    OUTSIDE,
    ROLE,
    STRANGER,
    Json,
    call,
    found,
    made,
    network,
    told,
    who,
)
from truant.detection.plan import (
    NO_OPTIONS,
    NOTHING_KNOWN,
    Knowledge,
    Options,
    RoleUser,
    Step,
)
from truant.detection.playbook import steps

USER = {"type": "IAMUser", "principalId": "AIDAUSER", "accessKeyId": "AKIA1", "arn": "arn:user"}
MASK = who("ASIA9", delivery=None, role="AROASUPPORT")
HOSTILE = ("$(reboot)", "`reboot`", "'; reboot; '", '"\n reboot #', "--profile", "\x1b[2J")


def plan(*records: Json) -> tuple[Step, ...]:
    (finding,) = told(records, network())
    return steps(finding)


def titles(*records: Json) -> list[str]:
    return [step.title for step in plan(*records)]


def command(records: list[Json], start: str) -> list[str]:
    """The words of the one command that begins so, as a shell parts them."""
    said = [c for step in plan(*records) for c in step.commands if c.startswith(start)]
    (one,) = said
    return shlex.split(one)


def test_a_false_alarm_is_asked_about_before_anything_is_cut() -> None:
    first = plan(call(OUTSIDE))[0]
    assert first.title.startswith("Verify")
    assert first.breaks == "nothing"


def test_minting_is_cut_before_the_session_is_revoked_and_evidence_kept_before_isolation() -> None:
    order = titles(call(OUTSIDE))
    assert order == [
        "Verify who it is",
        "Cut minting",
        "Revoke this session",
        "Isolate the instance, evidence first",
        "Watch that it worked",
    ]
    isolate = plan(call(OUTSIDE))[3].commands
    assert "create-snapshots" in isolate[0]
    assert not any("create-snapshots" in one for one in isolate[1:])


def test_every_step_says_what_it_breaks() -> None:
    assert all(step.why and step.breaks and step.commands for step in plan(call(OUTSIDE)))


def test_what_was_made_is_to_be_undone_by_name() -> None:
    (undo,) = [
        step
        for step in plan(call(OUTSIDE), made("ASIA1", OUTSIDE, 2))
        if step.title.startswith("Undo")
    ]
    assert "role session arn:aws:sts::111122223333:assumed-role/deploy/job" in undo.why


def test_revocation_names_exactly_this_session() -> None:
    words = command([call(OUTSIDE)], "aws iam put-role-policy")
    assert "--role-name=web" in words
    (document,) = (word for word in words if word.startswith("--policy-document="))
    (statement,) = json.loads(document.partition("=")[2])["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"StringEquals": {"aws:userId": f"{ROLE}:{INSTANCE}"}}


def test_a_role_of_awss_own_takes_no_policy() -> None:
    identity = who() | {
        "principalId": f"111122223333:aws:ec2-instance:{INSTANCE}",
        "arn": f"arn:aws:sts::111122223333:assumed-role/aws:ec2-instance/{INSTANCE}",
    }
    names = titles(call(OUTSIDE, identity=identity))
    assert "Stop the instance" in names
    assert "Revoke this session" not in names


def test_another_account_is_asked_for_by_its_id() -> None:
    through = {"vpcEndpointId": "vpce-9", "vpcEndpointAccountId": STRANGER}
    words = command([call("10.9.0.1") | through], "aws organizations")
    assert words[-1] == f"--account-id={STRANGER}"


def test_an_impostor_is_looked_for_and_nothing_is_cut() -> None:
    names = titles(made("ASIA9", OUTSIDE, 1, identity=USER), call(OUTSIDE, 2, identity=MASK))
    assert names == ["Find who made the session", "Watch that it worked"]


@pytest.mark.parametrize("text", HOSTILE)
def test_names_of_the_log_stay_one_word_of_a_shell(text: str) -> None:
    identity = who(f"{KEY}{text}") | {
        "arn": f"arn:aws:sts::111122223333:assumed-role/{text}/{INSTANCE}"
    }
    record = call(OUTSIDE, identity=identity, awsRegion=text)
    (verdict,) = found([record])
    assert verdict.role_name == text
    (finding,) = told([record])
    for step in steps(finding):
        for one in step.commands:
            words = shlex.split(one)
            assert words[0] == "aws"
            assert not any(re.fullmatch(r"[;&|]+|reboot", word) for word in words)
            assert "$(" not in re.sub(r"'[^']*'", "", one)


def test_a_finding_of_nothing_still_gives_a_plan() -> None:
    """Whatever was read from a file that somebody wrote."""
    for odd in ({}, {"resource": 7, "service": [], "type": None}, {"service": {"action": "x"}}):
        assert len(steps(odd)) == 5


def whole(options: Options = NO_OPTIONS, known: Knowledge = NOTHING_KNOWN, **more: Json) -> str:
    """All that a plan says of one finding."""
    (finding,) = told([call(OUTSIDE)], network())
    return "\n".join(
        f"{step.title}: {step.why} {step.breaks}" for step in steps(finding | more, options, known)
    )


def test_who_else_uses_the_role_is_said_or_that_nobody_looked() -> None:
    assert "Who else uses the role was not looked at" in whole()
    alone = Knowledge(users=(RoleUser(INSTANCE, 1),))
    assert "Nobody else was seen to use the role" in whole(known=alone)
    many = Knowledge(users=tuple(RoleUser(f"i-{n}", 1_780_000_000 + n) for n in range(7)))
    said = whole(known=many)
    assert "Others that use the role: i-6 (last 2026-05-28 20:26:46 UTC), i-5" in said
    assert "and 2 more" in said


def test_whose_the_account_is_is_said() -> None:
    def remote(account: str, *, affiliated: bool = False) -> Json:
        details = {"accountId": account, "affiliated": affiliated}
        return {"action": {"awsApiCallAction": {"remoteAccountDetails": details}}}

    in_organization = Knowledge(organization=frozenset({"222222222222"}))
    for account, known, words in (
        (STRANGER, NOTHING_KNOWN, "is not known here"),
        (STRANGER, in_organization, "It is not of your organization"),
        ("222222222222", in_organization, "but not monitored with this one"),
        ("222222222222", Knowledge(members=frozenset({"222222222222"})), "It is affiliated"),
    ):
        assert words in whole(known=known, service=remote(account))
    assert "It is affiliated" in whole(service=remote(STRANGER, affiliated=True))


def test_the_whole_role_or_the_end_only_where_asked_for() -> None:
    assert "DateLessThan" not in whole()
    revoked = whole(Options(now=1_780_000_000, whole_role=True))
    assert "issued before 2026-05-28 20:26:40 UTC" in revoked
    ended = [
        step
        for step in steps(told([call(OUTSIDE)], network())[0], Options(terminate=True))
        if step.name == "isolate"
    ]
    assert [one.operation for one in ended[0].calls] == ["CreateSnapshots", "TerminateInstances"]
    assert not ended[0].can_be_undone


@pytest.mark.parametrize("options", [Options(), Options(whole_role=True)], ids=["one", "all"])
def test_findings_of_one_session_revoke_in_policies_of_their_own(options: Options) -> None:
    found = told([call(OUTSIDE), call("198.51.100.77")], network())
    policies = {
        one.parameters["PolicyName"]
        for finding in found
        for step in steps(finding, options)
        if step.name == "revoke"
        for one in step.calls
    }
    assert len(policies) == len(found) == 2


def test_cutting_connections_names_the_neighbours() -> None:
    beside = Knowledge(neighbours=("i-7", "i-8"))
    assert "In it: i-7, i-8." in whole(Options(network_acl=True), beside)
    assert "not known here" in whole(Options(network_acl=True))


def test_everything_but_an_end_can_be_taken_back() -> None:
    (finding,) = told([call(OUTSIDE)], network())
    for step in steps(finding, Options(whole_role=True, network_acl=True)):
        assert step.can_be_undone, step.name


def test_what_has_no_calls_is_left_to_a_person() -> None:
    made = [{"kind": "bucket policy", "name": "payroll", "eventId": "e"}]
    finding = {"service": {"additionalInfo": {"made": made}}}
    (undo,) = [step for step in steps(finding) if step.name == "undo-made"]
    assert "by hand: bucket policy payroll" in undo.why
    assert not undo.is_done
