"""Laws that every simulated scenario keeps: same seed same bytes, CloudTrail's form, true truth."""

import json
import re
import time
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.simulator.opened import (
    KEY,
    Known,
    by_principal,
    described,
    is_address,
    recorded,
    records,
    simulated,
)
from truant.simulator.delivery import Delivery
from truant.simulator.scenario import SCENARIOS, build, summary
from truant.simulator.simulation import files
from truant.simulator.truth import IMPOSTOR, UNOBSERVABLE

# A smaller fleet keeps the same laws in less time.
NAMES = [*(name for name in SCENARIOS if name != "fleet"), "fleet:10"]
SEED = 11


def when(record: dict[str, str]) -> datetime:
    return datetime.fromisoformat(record["eventTime"])


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    again, before = build(SEED, [name], with_flow_logs=False), simulated(SEED, name)
    assert again.trail == before.trail
    assert again.inventory == before.inventory
    assert again.config == before.config
    assert again.truth == before.truth


def test_flow_logs_too_are_the_same_bytes() -> None:
    assert files(build(SEED, ["demo", "T17"])) == files(simulated(SEED, "demo", "T17"))


@pytest.mark.parametrize("name", ["demo", "T13", "E8"])
def test_another_seed_gives_other_ids(name: str) -> None:
    here = {record["eventID"] for record in recorded(SEED, name)}
    there = {record["eventID"] for record in recorded(SEED + 1, name)}
    assert here
    assert not here & there


@pytest.mark.parametrize("name", NAMES)
def test_records_have_cloudtrails_form(name: str) -> None:
    simulation = simulated(SEED, name)
    assert all(KEY.fullmatch(path) for path in simulation.trail)
    for record in recorded(SEED, name):
        assert re.fullmatch(r"1\.(0[5-9]|1[01])", record["eventVersion"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", record["eventTime"])
        assert re.fullmatch(r"[a-z0-9-]+\.amazonaws\.com", record["eventSource"])
        assert {"userIdentity", "requestParameters", "responseElements"} <= record.keys()
        assert {"awsRegion", "sourceIPAddress", "eventType", "recipientAccountId"} <= record.keys()
        if "vpcEndpointAccountId" in record:
            assert record["eventSource"].split(".")[0] not in {"sts", "iam", "logs"}
        if "tlsDetails" in record:
            assert record["eventVersion"] >= "1.08"


@pytest.mark.parametrize("name", NAMES)
def test_role_sessions_have_the_form_of_instance_sessions(name: str) -> None:
    for record in recorded(SEED, name):
        identity = record["userIdentity"]
        context = identity.get("sessionContext", {})
        if "ec2RoleDelivery" not in context or ":aws:" in identity["principalId"]:
            continue
        role, session = identity["principalId"].split(":")
        assert re.fullmatch(r"AROA[A-Z2-7]{17}", role)
        assert re.fullmatch(r"i-0[0-9a-f]{16}", session)
        assert re.fullmatch(r"ASIA[A-Z2-7]{16}", identity["accessKeyId"])
        assert identity["arn"].endswith(
            f":assumed-role/{context['sessionIssuer']['userName']}/{session}"
        )
        if "inScopeOf" in identity:
            assert identity["inScopeOf"]["credentialsIssuedTo"].endswith(f":instance/{session}")


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_used_within_their_life(name: str) -> None:
    for record in recorded(SEED, name):
        context = record["userIdentity"].get("sessionContext", {})
        if "ec2RoleDelivery" in context:
            issued = datetime.fromisoformat(context["attributes"]["creationDate"])
            assert issued <= when(record) < issued + timedelta(hours=6, minutes=35)


@pytest.mark.parametrize("name", NAMES)
def test_keys_are_issued_in_twins(name: str) -> None:
    issued: dict[tuple[str, str], set[str]] = {}
    used: dict[str, tuple[str, str]] = {}
    for record in recorded(SEED, name):
        if record["eventName"] == "AssumeRole" and record["sourceIPAddress"] == "ec2.amazonaws.com":
            session = record["requestParameters"]["roleSessionName"]
            key = record["responseElements"]["credentials"]["accessKeyId"]
            issued.setdefault((session, record["eventTime"]), set()).add(key)
        context = record["userIdentity"].get("sessionContext", {})
        if "ec2RoleDelivery" in context:
            session = record["userIdentity"]["principalId"].split(":")[1]
            created = context["attributes"]["creationDate"]
            used[record["userIdentity"]["accessKeyId"]] = (session, created)
    assert all(len(keys) == 2 for keys in issued.values())
    for key, issuance in used.items():
        assert issuance not in issued or key in issued[issuance]


# Scenarios whose thief uses none of the instance's keys, but one that they made.
MADE_AT_HOME = {"E8-at-home"}


@pytest.mark.parametrize("name", NAMES)
def test_the_truth_stands_in_the_records(name: str) -> None:
    simulation = simulated(SEED, name)
    found = {record["eventID"]: record for record in recorded(SEED, name)}
    for session in simulation.truth.sessions:
        assert session.stolen == any(f.type != IMPOSTOR for f in session.findings)
        for finding in session.findings:
            assert set(finding.derived) <= found.keys()
            assert (finding.reason is not None) == (UNOBSERVABLE in finding.needs)
            calls = [found[event_id] for event_id in finding.event_ids]
            assert len(set(finding.event_ids)) == len(finding.event_ids)
            if not calls:
                assert UNOBSERVABLE in finding.needs
                continue
            keys = {c["userIdentity"]["accessKeyId"] for c in calls} - {""}
            assert keys == set(finding.keys)
            if name not in MADE_AT_HOME:
                assert {c["userIdentity"]["principalId"] for c in calls} == {session.principal}
            assert {c["sourceIPAddress"] for c in calls} == set(finding.remote.addresses)
            assert min(map(when, calls)) == finding.first
            assert max(map(when, calls)) == finding.last


# Scenarios whose auto-assigned addresses are gone when the inventory is collected, those whose way
# out nobody has named, and those in which others than the instance send what it signed, or carry
# its key with permission.
GONE = {"T13", "T14"}
UNNAMED = {"T10-unlisted", "E18-past-the-office"}
SENT_BY_OTHERS = {"T18"}


@pytest.mark.parametrize("name", NAMES)
def test_home_calls_come_from_what_the_inventory_shows(name: str) -> None:
    simulation = simulated(SEED, name)
    calls = recorded(SEED, name)
    stolen = {i for s in simulation.truth.sessions for f in s.findings for i in f.event_ids}
    stolen |= {i for s in simulation.truth.sessions for f in s.findings for i in f.derived}
    endpoints = {
        e["VpcEndpointId"] for e in described(simulation.inventory, "describe-vpc-endpoints")
    }
    known = Known(simulation, calls)
    sessions = {session.principal for session in simulation.truth.sessions}
    for principal, made in by_principal(calls).items():
        if principal not in sessions:
            continue
        for call in made:
            if call["eventID"] in stolen or not is_address(call["sourceIPAddress"]):
                continue
            if call.get("additionalEventData", {}).get("AuthenticationMethod") == "QueryString":
                continue
            if name in SENT_BY_OTHERS and call["eventName"] == "GetCallerIdentity":
                continue
            assert known.holds(call["sourceIPAddress"]) or name in GONE | UNNAMED, call
            assert call.get("vpcEndpointId") is None or call["vpcEndpointId"] in endpoints


@pytest.mark.parametrize("name", NAMES)
def test_the_configuration_and_the_accounts_agree(name: str) -> None:
    simulation = simulated(SEED, name)
    config = tomllib.loads(simulation.config)
    ours = {config["accounts"]["administrator"], *config["accounts"]["members"]}
    listed = {account["Id"] for account in described(simulation.inventory, "list-accounts")}
    assert ours <= listed | ours
    assert {path.split("/")[0] for path in simulation.inventory} <= listed | ours


def test_a_name_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no scenario nowhere"):
        build(1, ["nowhere"])


def test_the_demo_is_small_and_quick() -> None:
    start = time.perf_counter()
    simulation = build(3, ["demo"])
    assert time.perf_counter() - start < 5
    assert 1_000 <= len(records(simulation)) <= 4_000


def test_files_lie_where_the_contract_says() -> None:
    laid = files(simulated(SEED, "demo"))
    assert {"truant.toml", "ip-ranges.json", "truth.json"} <= laid.keys()
    assert any(path.startswith("trail/AWSLogs/o-") for path in laid)
    assert "inventory/111122223333/list-accounts.json" in laid
    truth = json.loads(laid["truth.json"])
    assert {"scenario", "principalId", "findings"} <= truth["sessions"][0].keys()


def test_scenarios_mix_without_collision() -> None:
    alone = [simulated(SEED, name) for name in ("E7", "T4")]
    mixed = simulated(SEED, "E7", "T4")
    accounts = [{session.account for session in one.truth.sessions} for one in alone]
    assert not accounts[0] & accounts[1]
    assert mixed.truth.sessions == alone[0].truth.sessions + alone[1].truth.sessions
    told = [{r["eventID"] for r in records(one)} for one in (*alone, mixed)]
    assert told[0] | told[1] == told[2]


def test_delivery_changes_files_and_no_record() -> None:
    calm = build(SEED, ["E6"], Delivery(late=0, doubled=0))
    wild = build(SEED, ["E6"], Delivery(late=0.5, doubled=0.5))
    told = [{k: v for k, v in r.items() if k != "addendum"} for r in records(wild)]
    assert records(calm) == told
    assert calm.truth == wild.truth
    assert sum(map(len, wild.trail.values())) > sum(map(len, calm.trail.values()))


def test_the_documentation_lists_every_scenario() -> None:
    page = Path(__file__).parents[2].joinpath("docs", "simulator.md").read_text()
    told = [line for line in page.splitlines() if line.startswith("| `") and line.endswith(". |")]
    assert told == [f"| `{name}` | {summary(name)} |" for name in SCENARIOS]


@pytest.mark.parametrize("name", [name for name in NAMES if name[0] in "ET" and name[1].isdigit()])
def test_a_summary_begins_with_the_number(name: str) -> None:
    assert summary(name).startswith((f"{name.split('-')[0]}:", f"{name.split('-')[0]} again:"))
