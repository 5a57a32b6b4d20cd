"""What others do, on the same worlds, each written from its published description.

The sources are named at each function. None of these is the others' code; each is its idea at its
best: told addresses of services are passed over, and every alert is given once for each session and
address.
"""

import ipaddress
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from benchmarks.worlds import Json, World

Alert = tuple[str, str]  # principal id and event id
INVENTORY_EVERY = timedelta(minutes=10)
TRAVEL = timedelta(hours=4)


Call = tuple[str, str, Json]  # principal, address, record


@lru_cache(maxsize=1)
def _sessions(world: World) -> Sequence[Call]:
    """Each call by a session named after an instance; all peers look at the same world in turn."""
    return list(_calls(world))


def _calls(world: World) -> Iterator[Call]:
    for record in world.records:
        principal = str(record.get("userIdentity", {}).get("principalId", ""))
        address = str(record.get("sourceIPAddress", ""))
        if ":i-" in principal and _address(address) is not None:
            yield principal, address, record


@lru_cache(maxsize=1 << 14)
def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _is_global(text: str) -> bool:
    address = _address(text)
    return address is not None and address.is_global


def _first_address(world: World, by: Callable[[str, Json], str]) -> Iterator[Alert]:
    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for principal, address, record in _sessions(world):
        known = first.setdefault(by(principal, record), address)
        if address != known and (principal, address) not in told:
            told.add((principal, address))
            yield principal, record["eventID"]


def first_address_per_key(world: World) -> Iterator[Alert]:
    """One key, two addresses (the folk rule; Elastic's "token used from multiple addresses")."""
    return _first_address(world, lambda _, record: str(record["userIdentity"].get("accessKeyId")))


def first_address_per_session(world: World) -> Iterator[Alert]:
    """Netflix (Bengtson, Black Hat 2018): lock the first address of an instance's session.

    A second private address is taken once for an endpoint's.
    """
    first: dict[str, str] = {}
    private: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for principal, address, record in _sessions(world):
        known = first.setdefault(principal, address)
        if address == known or (principal, address) in told:
            continue
        inside = ipaddress.ip_address(address).is_private
        if inside and private.setdefault(principal, address) == address:
            continue
        told.add((principal, address))
        yield principal, record["eventID"]


def ten_minute_inventory(world: World) -> Iterator[Alert]:
    """detect-credential-compromise (Farris, 2019): compare with an inventory taken regularly.

    The instance's public address and the NAT gateways of its VPC; a session whose instance is
    not listed is passed over. Here the inventory is the one at the end of the day.
    """
    nat: dict[str, set[str]] = defaultdict(set)
    for operation, document in world.documents:
        if operation == "describe-nat-gateways":
            for gateway in document["NatGateways"]:
                addresses = gateway.get("NatGatewayAddresses", [])
                nat[gateway["VpcId"]] |= {a["PublicIp"] for a in addresses if a.get("PublicIp")}
    expected = dict(_expected(world, nat))
    told: set[tuple[str, str]] = set()
    for principal, address, record in _sessions(world):
        known = expected.get(principal.rsplit(":", 1)[-1])
        if known is None or address in known or (principal, address) in told:
            continue
        told.add((principal, address))
        yield principal, record["eventID"]


def _expected(world: World, nat: Mapping[str, set[str]]) -> Iterator[tuple[str, set[str]]]:
    for operation, document in world.documents:
        if operation == "describe-instances":
            for reservation in document["Reservations"]:
                for instance in reservation["Instances"]:
                    public = instance.get("PublicIpAddress")
                    own = {public} if public else set()
                    yield instance["InstanceId"], own | nat[instance.get("VpcId", "")]


def public_outside_aws(world: World) -> Iterator[Alert]:
    """Panther's rule for exfiltrated metadata credentials, with Amazon's network left out."""
    told: set[tuple[str, str]] = set()
    for principal, address, record in _sessions(world):
        if (principal, address) not in told and _is_global(address) and _outside(world, address):
            told.add((principal, address))
            yield principal, record["eventID"]


def _outside(world: World, address: str) -> bool:
    at = world.ranges.at(0)
    return at is not None and at.ranges.owner(address) is None


def impossible_travel(world: World) -> Iterator[Alert]:
    """Two places too far apart in too short a time, by coarse geography.

    The place of an address of AWS is its region; of others, the first number of the address, which
    is how coarsely free tables know them.
    """
    last: dict[str, tuple[str, datetime]] = {}
    places: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for principal, address, record in _sessions(world):
        if not _is_global(address):
            continue
        if address not in places:
            places[address] = _place(world, address)
        place, time = places[address], datetime.fromisoformat(record["eventTime"])
        before = last.get(principal)
        last[principal] = (place, time)
        if before is None or before[0] == place or time - before[1] > TRAVEL:
            continue
        if (principal, address) not in told:
            told.add((principal, address))
            yield principal, record["eventID"]


def _place(world: World, address: str) -> str:
    at = world.ranges.at(0)
    found = at.ranges.owner(address) if at is not None else None
    return found.region or "" if found else address.split(".")[0].split(":")[0]


PEERS: tuple[tuple[str, Callable[[World], Iterator[Alert]]], ...] = (
    ("one key, two addresses", first_address_per_key),
    ("first address of a session (Netflix)", first_address_per_session),
    ("inventory every ten minutes (Farris)", ten_minute_inventory),
    ("public and outside AWS (Panther)", public_outside_aws),
    ("impossible travel", impossible_travel),
)
