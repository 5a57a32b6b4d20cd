"""Each technique leaves in the records what its number stands for."""

import ipaddress
import json
from typing import Any

import pytest

from tests.simulator.opened import described, is_address, recorded, simulated
from truant.simulator.attacks.contents import ATTACKS
from truant.simulator.truth import (
    IMPOSTOR,
    INSIDE_AWS,
    LOW,
    MEDIUM,
    OTHER_INSTANCE,
    OUTSIDE_AWS,
    UNOBSERVABLE,
    Expected,
)

SEED = 11
Json = dict[str, Any]


def the_finding(name: str, seed: int = SEED) -> Expected:
    """The one finding of a scenario."""
    findings = all_findings(name, seed)
    assert len(findings) == 1
    return findings[0]


def all_findings(name: str, seed: int = SEED) -> list[Expected]:
    """All findings of a scenario."""
    return [f for s in simulated(seed, name).truth.sessions for f in s.findings]


def thiefs_calls(name: str) -> list[Json]:
    """The records of the thief's own calls."""
    wanted = {event_id for finding in all_findings(name) for event_id in finding.event_ids}
    return [record for record in recorded(SEED, name) if record["eventID"] in wanted]


def in_aws(name: str, address: str) -> bool:
    """Say whether an address lies in the simulation's ip-ranges.json."""
    ranges = json.loads(simulated(SEED, name).ip_ranges)
    blocks = [p["ip_prefix"] for p in ranges["prefixes"]]
    blocks += [p["ipv6_prefix"] for p in ranges["ipv6_prefixes"]]
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(block) for block in blocks)


def test_all_numbers_are_there() -> None:
    assert {f"E{number}" for number in range(1, 29)} <= ATTACKS.keys()


@pytest.mark.parametrize("name", ATTACKS)
def test_types_agree_with_places(name: str) -> None:
    finding = all_findings(name)[0]
    for call in thiefs_calls(name):
        source = call["sourceIPAddress"]
        if UNOBSERVABLE in finding.needs or not is_address(source):
            continue
        if finding.type in (OUTSIDE_AWS, IMPOSTOR):
            assert not in_aws(name, source)
            assert "vpcEndpointId" not in call
        else:
            assert in_aws(name, source) or "vpcEndpointId" in call


@pytest.mark.parametrize("name", ATTACKS)
def test_severities_follow_affiliation(name: str) -> None:
    config = simulated(SEED, name).config
    for finding in all_findings(name):
        if finding.type == INSIDE_AWS:
            monitored = finding.remote.account is not None and finding.remote.account in config
            assert finding.affiliated == monitored
            assert (finding.severity == MEDIUM) == monitored
        elif finding.type == OTHER_INSTANCE and UNOBSERVABLE not in finding.needs:
            assert finding.severity == MEDIUM
        elif finding.type == IMPOSTOR:
            assert finding.severity == LOW


@pytest.mark.parametrize("name", ["E1", "E2", "E2-private"])
def test_foreign_endpoints_are_in_no_inventory(name: str) -> None:
    ours = {
        e["VpcEndpointId"]
        for e in described(simulated(SEED, name).inventory, "describe-vpc-endpoints")
    }
    calls = thiefs_calls(name)
    assert calls
    assert all(call["vpcEndpointId"] not in ours for call in calls)
    assert {call["vpcEndpointAccountId"] for call in calls} == {the_finding(name).remote.account}


def test_e2_the_address_is_the_victims_own() -> None:
    for name in ("E2", "E2-private"):
        finding = the_finding(name)
        text = " ".join(d.decode() for d in simulated(SEED, name).inventory.values())
        assert all(f'"{address}"' in text for address in finding.remote.addresses)


def test_e6_the_instance_itself_never_calls() -> None:
    stolen = next(s for s in simulated(SEED, "E6").truth.sessions if s.stolen)
    calls = [
        r["eventID"]
        for r in recorded(SEED, "E6")
        if r["userIdentity"].get("principalId") == stolen.principal
    ]
    assert sorted(calls) == sorted(stolen.findings[0].event_ids)


def test_e8_both_accounts_tell_of_one_action() -> None:
    assumed = [
        r
        for r in recorded(SEED, "E8")
        if r["eventName"] == "AssumeRole" and is_address(r["sourceIPAddress"])
    ]
    assert len(assumed) == 2
    assert len({r["sharedEventID"] for r in assumed}) == 1
    assert len({r["recipientAccountId"] for r in assumed}) == 2
    assert {r["userIdentity"]["type"] for r in assumed} == {"AssumedRole", "AWSAccount"}


def test_e9_signs_in_to_the_console() -> None:
    calls = thiefs_calls("E9")
    assert {"GetSigninToken", "ConsoleLogin"} <= {call["eventName"] for call in calls}
    assert len(the_finding("E9").keys) == 2


def test_e14_the_name_is_a_claim_only() -> None:
    instances = {s.instance for s in simulated(SEED, "E14").truth.sessions if not s.findings}
    for call in thiefs_calls("E14"):
        identity = call["userIdentity"]
        assert identity["principalId"].split(":")[1] in instances
        assert "ec2RoleDelivery" not in identity["sessionContext"]
        assert "inScopeOf" not in identity


def test_e19_the_address_was_ours_and_is_released_before() -> None:
    found = recorded(SEED, "E19")
    released = next(r for r in found if r["eventName"] == "ReleaseAddress")
    allocated = {
        r["responseElements"]["publicIp"]: r["responseElements"]["allocationId"]
        for r in found
        if r["eventName"] == "AllocateAddress"
    }
    finding = the_finding("E19")
    (address,) = finding.remote.addresses
    assert allocated[address] == released["requestParameters"]["allocationId"]
    assert f"{finding.first:%Y-%m-%dT%H:%M:%SZ}" > released["eventTime"]


@pytest.mark.parametrize("name", ["E20", "E20-same-nat"])
def test_e20_the_instance_is_gone(name: str) -> None:
    found = recorded(SEED, name)
    ended = next(r["eventTime"] for r in found if r["eventName"] == "TerminateInstances")
    assert f"{the_finding(name).first:%Y-%m-%dT%H:%M:%SZ}" > ended


def test_e22_the_trail_has_a_gap() -> None:
    found = recorded(SEED, "E22")
    stopped = next(r for r in found if r["eventName"] == "StopLogging")
    started = next(r for r in found if r["eventName"] == "StartLogging")
    account = stopped["recipientAccountId"]
    times = {r["eventTime"] for r in found if r["recipientAccountId"] == account}
    assert not any(stopped["eventTime"] < time < started["eventTime"] for time in times)
