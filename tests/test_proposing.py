"""`truant propose` as a user runs it: proposals, their rules, and accepting one."""

import json
from pathlib import Path

import pytest

from tests.command import truant
from tests.detection.spoken import ACCOUNT

OFFICE = "198.51.100.9"
RANGES = {
    "syncToken": "1",
    "createDate": "2020-01-01-00-00-00",
    "prefixes": [{"ip_prefix": "54.10.0.0/16", "service": "EC2", "region": "eu-west-1"}],
    "ipv6_prefixes": [],
}


def record(instance: str, day: int, api: str) -> dict[str, object]:
    return {
        "eventTime": f"2026-03-{day:02}T10:00:00Z",
        "eventID": f"{instance}-{day}-{api}",
        "eventName": api,
        "eventSource": "ssm.amazonaws.com",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": OFFICE,
        "userAgent": "amazon-ssm-agent/3.2",
        "recipientAccountId": ACCOUNT,
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROAEXAMPLE:{instance}",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/plant/{instance}",
            "accountId": ACCOUNT,
            "accessKeyId": f"ASIA{instance[-1]}{day}",
            "sessionContext": {"ec2RoleDelivery": "2.0"},
        },
    }


def interface(instance: str) -> dict[str, object]:
    return {
        "NetworkInterfaceId": f"eni-{instance[-1]}",
        "OwnerId": ACCOUNT,
        "VpcId": "vpc-1",
        "SubnetId": "subnet-1",
        "PrivateIpAddress": f"10.0.0.{instance[-1]}",
        "Attachment": {"InstanceId": instance},
    }


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """Five machines of one subnet that speak from the head office for five days."""
    machines = [f"i-0000000000000000{number}" for number in range(1, 6)]
    apis = ("UpdateInstanceInformation", "GetParameter")
    records = [record(one, day, api) for one in machines for day in range(1, 6) for api in apis]
    (tmp_path / "trail").mkdir()
    (tmp_path / "trail/all.json").write_text(json.dumps({"Records": records}))
    region = tmp_path / "inventory" / ACCOUNT / "eu-west-1"
    region.mkdir(parents=True)
    (region / "describe-network-interfaces.json").write_text(
        json.dumps({"NetworkInterfaces": [interface(one) for one in machines]})
    )
    (region / "collected.json").write_text('{"collectedAt": "2026-03-09T00:00:00Z"}')
    (tmp_path / "ip-ranges.json").write_text(json.dumps(RANGES))
    return tmp_path


def arguments(world: Path, *more: str) -> list[str]:
    given = ["--inventory", str(world / "inventory"), "--ip-ranges", str(world / "ip-ranges.json")]
    return ["propose", str(world / "trail"), *given, *more]


def test_what_a_subnet_shows_is_proposed_with_its_rule(world: Path) -> None:
    done = truant(world, *arguments(world))
    assert done.returncode == 0, done.stderr
    assert "1. 198.51.100.9/32" in done.stdout
    assert "5 of 5 that spoke on these days" in done.stdout
    assert 'cidr = "198.51.100.9/32"' in done.stdout


def test_an_accepted_rule_is_read_and_proposed_no_more(world: Path) -> None:
    config = world / "truant.toml"
    config.write_text('# ours\n[accounts]\nadministrator = "111122223333"\n')
    done = truant(world, *arguments(world, "--config", str(config), "--accept", "1"))
    assert done.returncode == 0, done.stderr
    assert config.read_text().startswith("# ours\n[accounts]\n")
    again = truant(world, *arguments(world, "--config", str(config)))
    assert "No proposal" in again.stdout


def test_accepting_without_a_file_or_what_is_not_there_is_refused(world: Path) -> None:
    assert "name it with --config" in truant(world, *arguments(world, "--accept", "1")).stderr
    config = str(world / "truant.toml")
    refused = truant(world, *arguments(world, "--config", config, "--accept", "7"))
    assert refused.returncode == 2
    assert "there is no proposal 7" in refused.stderr
    assert not Path(config).exists()


def test_without_an_inventory_nothing_is_proposed(world: Path) -> None:
    done = truant(
        world, "propose", str(world / "trail"), "--ip-ranges", str(world / "ip-ranges.json")
    )
    assert "No proposal" in done.stdout
