"""Each topology shows what its number stands for, and none of them is a theft."""

import ipaddress
import json

import pytest

from tests.simulator.opened import described, is_address, recorded, simulated
from truant.simulator.topologies.contents import TOPOLOGIES

SEED = 11


def sources(name: str) -> dict[str, set[str]]:
    """The addresses that each instance session of a scenario was seen from."""
    simulation = simulated(SEED, name)
    sessions = {session.principal for session in simulation.truth.sessions}
    found: dict[str, set[str]] = {principal: set() for principal in sessions}
    for record in recorded(SEED, name):
        principal = record["userIdentity"].get("principalId")
        if principal in sessions and is_address(record["sourceIPAddress"]):
            found[principal].add(record["sourceIPAddress"])
    return found


def test_all_numbers_are_there() -> None:
    assert {f"T{number}" for number in range(1, 33)} <= TOPOLOGIES.keys()


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_nothing_is_stolen(name: str) -> None:
    sessions = simulated(SEED, name).truth.sessions
    assert sessions
    assert not any(session.stolen for session in sessions)


def test_t2_one_gateway_speaks_from_several_addresses() -> None:
    assert max(len(found) for found in sources("T2").values()) >= 2


def test_t4_the_address_belongs_to_another_account() -> None:
    simulation = simulated(SEED, "T4")
    owners = {}
    for path, data in simulation.inventory.items():
        if path.endswith("describe-addresses.json"):
            for address in json.loads(data)["Addresses"]:
                owners[address["PublicIp"]] = path.split("/")[0]
    accounts = {session.principal: session.account for session in simulation.truth.sessions}
    for principal, seen in sources("T4").items():
        assert seen
        assert all(owners[address] != accounts[principal] for address in seen)


def test_t5_the_endpoint_belongs_to_another_account() -> None:
    used = [r for r in recorded(SEED, "T5") if "vpcEndpointId" in r]
    owners = {
        e["VpcEndpointId"]: e["OwnerId"]
        for e in described(simulated(SEED, "T5").inventory, "describe-vpc-endpoints")
    }
    assert used
    assert all(owners[r["vpcEndpointId"]] != r["recipientAccountId"] for r in used)


def test_t6_only_private_addresses_are_seen() -> None:
    for seen in sources("T6").values():
        assert seen
        assert all(ipaddress.ip_address(address).is_private for address in seen)


def test_t12_both_families_are_seen() -> None:
    for seen in sources("T12").values():
        assert {ipaddress.ip_address(address).version for address in seen} == {4, 6}


def test_t13_addresses_change_during_the_day() -> None:
    assert max(len(found) for found in sources("T13").values()) >= 2


def test_t15_two_instances_share_a_private_address() -> None:
    seen = list(sources("T15").values())
    assert sum("10.0.1.10" in found for found in seen) == 2


def test_t17_pods_speak_from_many_addresses() -> None:
    assert min(len(found) for found in sources("T17").values()) >= 5
