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
from truant.detection.playbook import Step, steps

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
    assert ["snapshots" in one for one in isolate] == [True, False]


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
    assert words[words.index("--role-name") + 1] == "web"
    policy = json.loads(words[words.index("--policy-document") + 1])
    (statement,) = policy["Statement"]
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
    assert words[-1] == STRANGER


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
