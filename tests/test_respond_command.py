"""`truant respond`, as a person runs it: nothing without a word, everything recorded."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import Terminal, truant
from tests.incident import Incident
from tests.moto_aws import CENTRAL, OTHER, Moto, moto
from truant.detection.containment import QUARANTINE


@pytest.fixture(scope="module")
def aws() -> Iterator[Moto]:
    """AWS."""
    with moto() as running:
        yield running


@pytest.fixture(scope="module")
def incident(aws: Moto) -> Incident:
    """One incident for all tests here: what they do, they take back."""
    return Incident(aws)


def run(
    home: Path, incident: Incident, *arguments: str, **more: object
) -> subprocess.CompletedProcess[str]:
    file = home / "findings.jsonl"
    file.write_text(json.dumps(incident.finding(**more)) + "\n")
    given = ["respond", incident.id, f"--from={file}", f"--database={home / 't.db'}"]
    return truant(home, *given, *arguments, env=incident.aws.environment())


def test_a_plan_is_shown_and_nothing_done(incident: Incident, tmp_path: Path) -> None:
    shown = run(tmp_path, incident)
    assert shown.returncode == 0
    assert "nothing was done" in shown.stderr
    assert f"$ aws iam put-role-policy --role-name={incident.role}" in shown.stdout
    assert "Breaks: the instance itself can no longer use its role" in shown.stdout
    assert "It can be taken back." in shown.stdout
    assert incident.profile_now() == incident.role
    assert incident.policies_now() == {}


def test_without_a_yes_nothing_is_done(incident: Incident, tmp_path: Path) -> None:
    refused = run(tmp_path, incident, "--execute")
    assert refused.returncode == 2
    assert "--yes" in refused.stderr
    assert incident.policies_now() == {}


def test_a_wrong_answer_does_nothing(incident: Incident, tmp_path: Path) -> None:
    file = tmp_path / "findings.jsonl"
    file.write_text(json.dumps(incident.finding()) + "\n")
    given = ["respond", incident.id, f"--from={file}", "--execute", "--step=revoke"]
    terminal = Terminal(
        tmp_path, 120, [*given, f"--database={tmp_path / 't.db'}"], incident.aws.environment()
    )
    assert "that is not the instance's id: nothing was done" in answered(terminal, "y")
    assert incident.policies_now() == {}


def answered(terminal: Terminal, answer: str) -> str:
    terminal.wait_for(b"to go on: ")
    terminal.type(answer)
    return terminal.output()


def test_a_step_is_done_recorded_and_taken_back(incident: Incident, tmp_path: Path) -> None:
    done = run(tmp_path, incident, "--execute", "--yes", "--step=revoke", "--step=cut-minting")
    assert done.returncode == 0, done.stderr
    assert "[revoke] done: iam:PutRolePolicy" in done.stderr
    assert incident.profile_now() == QUARANTINE
    assert len(incident.policies_now()) == 1
    shown = run(tmp_path, incident)
    assert "What was done about it before" in shown.stdout
    assert "iam:PutRolePolicy: done" in shown.stdout
    undone = run(tmp_path, incident, "--undo", "--yes")
    assert undone.returncode == 0, undone.stderr
    assert incident.profile_now() == incident.role
    assert incident.policies_now() == {}
    assert "taken back" in run(tmp_path, incident).stdout


def test_what_could_not_be_done_is_said(incident: Incident, tmp_path: Path) -> None:
    more = json.loads(json.dumps(incident.finding()["resource"]))
    more["accessKeyDetails"]["userName"] = "no-such-role"
    partly = run(tmp_path, incident, "--execute", "--yes", "--step=revoke", resource=more)
    assert partly.returncode == 1
    assert "[revoke] failed: iam:PutRolePolicy: NoSuchEntity" in partly.stderr
    assert "0 calls done, 1 not: see above." in partly.stderr


def test_the_credentials_of_another_account_are_not_used(
    incident: Incident, tmp_path: Path
) -> None:
    refused = run(tmp_path, incident, "--execute", "--yes", accountId=OTHER)
    assert refused.returncode == 2
    assert f"the credentials are of account {CENTRAL}" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--step=burn"], "no such step; there are verify, cut-minting"),
        (["--execute", "--undo"], "give one of them"),
    ],
)
def test_what_makes_no_sense_is_refused(
    incident: Incident, tmp_path: Path, arguments: list[str], said: str
) -> None:
    refused = run(tmp_path, incident, *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr


def test_hostile_names_do_nothing_to_a_terminal(incident: Incident, tmp_path: Path) -> None:
    hostile = json.loads(json.dumps(incident.finding()["resource"]))
    hostile["accessKeyDetails"]["userName"] = "\x1b[2J$(reboot)\u202e"
    shown = run(tmp_path, incident, resource=hostile)
    assert "\x1b" not in shown.stdout
    assert "\u202e" not in shown.stdout
