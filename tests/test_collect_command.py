"""`truant collect` and `truant policy`, as a user runs them; moto's server is AWS."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.command import truant
from tests.moto_aws import CENTRAL, MEMBER, REGION, Estate, Moto, moto
from tests.trail_records import record
from truant.connectors import policies
from truant.connectors.policies import POLICIES

ONLY = (f"--region={REGION}",)


@pytest.fixture(scope="module")
def aws() -> Iterator[Moto]:
    """AWS, with a network in the callers' account."""
    with moto() as running:
        yield running


@pytest.fixture(scope="module")
def estate(aws: Moto) -> Estate:
    """The network."""
    return Estate(aws.client("ec2"))


def test_a_scan_with_what_was_collected(aws: Moto, estate: Estate, tmp_path: Path) -> None:
    run = truant(tmp_path, "collect", "inventory", *ONLY, env=aws.environment())
    assert (run.returncode, run.stdout) == (0, "")
    assert "collected: 1 region of 1 account." in run.stderr
    instance = estate.ids["private instance"]
    trail = tmp_path / "trail"
    trail.mkdir()
    calls = [
        call(1, instance, estate.ids["nat address"]),
        call(2, instance, "203.0.113.66"),
    ]
    (trail / "a.json").write_text(json.dumps({"Records": calls}))
    (tmp_path / "ranges.json").write_text(
        '{"syncToken": "1", "createDate": "2026-01-01-00-00-00", "prefixes": '
        '[{"ip_prefix": "52.0.0.0/8", "region": "eu-west-1", "service": "EC2"}]}'
    )
    scanned = truant(
        tmp_path,
        "scan",
        "trail",
        "--inventory=inventory",
        "--ip-ranges=ranges.json",
        "--format=jsonl",
    )
    (finding,) = map(json.loads, scanned.stdout.splitlines())
    told = finding["service"]["additionalInfo"]
    assert [one["address"] for one in told["origins"]] == ["203.0.113.66"]
    assert estate.ids["nat address"] in json.dumps(told), "where it speaks from is known"
    assert finding["resource"]["instanceDetails"]["instanceId"] == instance


def call(number: int, instance: str, address: str) -> dict[str, Any]:
    """A call of an instance's session; long after what the tests make."""
    made: Any = record(
        number,
        sourceIPAddress=address,
        eventTime=f"2027-01-09T00:15:{number:02}Z",
        recipientAccountId=CENTRAL,
    )
    identity = json.loads(
        json.dumps(made["userIdentity"])
        .replace("i-0123456789abcdef0", instance)
        .replace("111122223333", CENTRAL)
    )
    made["userIdentity"] = identity
    return dict(made)


@pytest.mark.usefixtures("estate")
def test_what_is_missing_is_said_and_the_rest_written(aws: Moto, tmp_path: Path) -> None:
    allowed = json.loads(policies.read("member"))
    allowed["Statement"][0]["Action"].remove("ec2:DescribeNatGateways")
    key = aws.user("some", json.dumps(allowed))
    aws.enforce()
    try:
        run = truant(
            tmp_path,
            "collect",
            "inventory",
            *ONLY,
            "--role=truant-inventory",
            f"--account={CENTRAL}",
            f"--account={MEMBER}",
            env=aws.environment(key),
        )
    finally:
        aws.enforce(None)
    assert run.returncode == 2
    assert f"missing: account {CENTRAL} in {REGION}: describe-nat-gateways:" in run.stderr
    assert f"missing: account {MEMBER}: assume-role: AccessDenied" in run.stderr
    assert key["SecretAccessKey"] not in run.stderr
    place = tmp_path / "inventory" / CENTRAL / REGION
    assert len(list(place.iterdir())) == 12
    noted = json.loads((place / "collected.json").read_text())["missing"]
    assert [one["operation"] for one in noted] == ["describe-nat-gateways"]


def test_where_nothing_is_collected_nothing_is_written(aws: Moto, tmp_path: Path) -> None:
    key = aws.user("nobody")
    aws.enforce()
    try:
        run = truant(tmp_path, "collect", "inventory", *ONLY, env=aws.environment(key))
    finally:
        aws.enforce(None)
    assert run.returncode == 2
    assert "truant: nothing was collected" in run.stderr
    assert list(tmp_path.glob("*")) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--account=12"], "12: an account id has 12 digits."),
        ([f"--account={MEMBER}"], "--role"),
    ],
)
def test_what_cannot_be_asked_is_said(
    aws: Moto, tmp_path: Path, arguments: list[str], said: str
) -> None:
    run = truant(tmp_path, "collect", "inventory", *arguments, env=aws.environment())
    assert run.returncode == 2
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "inventory").exists()


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").write_text("mine")
    run = truant(tmp_path, "collect", "mine", *ONLY)
    assert run.returncode == 2
    assert "no inventory" in run.stderr


def test_policies_are_listed_and_shown(tmp_path: Path) -> None:
    listed = truant(tmp_path, "policy").stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(POLICIES)
    shown = truant(tmp_path, "policy", "member")
    assert json.loads(shown.stdout) == json.loads(policies.read("member"))
    assert truant(tmp_path, "policy", "admin").returncode == 2
