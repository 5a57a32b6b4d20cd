"""A simulation opened for tests: its records and its inventory as plain JSON values."""

import gzip
import ipaddress
import json
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from typing import Any

from truant.simulator.scenario import build
from truant.simulator.simulation import Simulation

Json = dict[str, Any]

KEY = re.compile(
    r"AWSLogs/o-[a-z0-9]{10}/(?P<account>\d{12})/CloudTrail/(?P<region>[a-z0-9-]+)/"
    r"\d{4}/\d\d/\d\d/(?P=account)_CloudTrail_(?P=region)_\d{8}T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz"
)


@cache
def simulated(seed: int, *names: str) -> Simulation:
    """Build once per test run."""
    return build(seed, names)


@cache
def recorded(seed: int, *names: str) -> list[Json]:
    """The records of a simulation that is built once per test run; not to be changed."""
    return records(simulated(seed, *names))


def records(simulation: Simulation) -> list[Json]:
    """All records, each once, in time order."""
    found: dict[str, Json] = {}
    for data in simulation.trail.values():
        for record in json.loads(gzip.decompress(data))["Records"]:
            found[record["eventID"]] = record
    return sorted(found.values(), key=lambda r: (r["eventTime"], r["eventID"]))


def by_principal(found: list[Json]) -> dict[str, list[Json]]:
    """Records of role sessions by principal id."""
    sessions: dict[str, list[Json]] = {}
    for record in found:
        sessions.setdefault(record["userIdentity"].get("principalId", ""), []).append(record)
    return sessions


def described(inventory: Mapping[str, bytes], operation: str) -> list[Json]:
    """All things that an operation printed, over all accounts and regions."""
    found: list[Json] = []
    for path, data in inventory.items():
        if path.endswith(f"/{operation}.json"):
            (things,) = json.loads(data).values()
            found += things
    return found


def is_address(text: str) -> bool:
    """Say whether a source is an address and not a service's name."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class Known:
    """All addresses that the inventory, the trail's EC2 writes and the configuration tell."""

    FIELDS = re.compile(
        r'"(?:PublicIp|CarrierIp|CustomerOwnedIp|Ipv6Address|PrivateIpAddress)": "([^"]+)"'
    )
    BLOCKS = re.compile(r'"Ipv4Prefix": "([^"]+)"')

    def __init__(self, simulation: Simulation, calls: list[Json]) -> None:
        """Read everything once."""
        text = " ".join(data.decode() for data in simulation.inventory.values())
        self.addresses = set(self.FIELDS.findall(text))
        for call in calls:
            if call["eventName"] == "AllocateAddress":
                self.addresses.add(call["responseElements"]["publicIp"])
        trusted = tomllib.loads(simulation.config).get("network", {}).get("trusted", [])
        blocks = [*self.BLOCKS.findall(text), *(rule["cidr"] for rule in trusted)]
        self.blocks = [ipaddress.ip_network(block) for block in blocks]

    def holds(self, address: str) -> bool:
        """Say whether an address is one of the known ones."""
        found = ipaddress.ip_address(address)
        return address in self.addresses or any(found in block for block in self.blocks)
