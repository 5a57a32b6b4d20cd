"""The logic of Netflix' prototype of 2018, written from its description: the first address locks.

An AssumeRole by EC2 starts a session, under the session's name. The first address that uses it is
taken for its own, one private address more for a VPC endpoint's; any other is an alert. Files are
read in the order of their names, as the prototype does; the records of each are put in the order
of time, which it does not do. Nothing of it can be shared out to processes.
"""

import gzip
import ipaddress
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from benchmarks.contenders.answer import Answer
from benchmarks.generate import Trail

_PRIVATE = [
    ipaddress.ip_network(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")
]


@dataclass
class _Session:
    addresses: list[str] = field(default_factory=list)
    has_private: bool = False


def first_address_locks(trail: Trail, _: int) -> Answer:
    """All files, one after another."""
    sessions: dict[str, _Session] = {}
    keys: set[str] = set()
    records = 0
    for path in sorted(trail.files):
        with gzip.open(path) as stream:
            found = json.loads(stream.read())["Records"]
        records += len(found)
        for record in sorted(found, key=lambda one: str(one["eventTime"])):
            key = _look(record, sessions)
            if key is not None:
                keys.add(key)
    return Answer(records, frozenset(keys))


def _look(record: Mapping[str, object], sessions: dict[str, _Session]) -> str | None:
    """The key of a call that is an alert."""
    address, identity = str(record["sourceIPAddress"]), record["userIdentity"]
    if record["eventName"] == "AssumeRole" and address == "ec2.amazonaws.com":
        asked = record["requestParameters"]
        if isinstance(asked, dict):
            sessions[str(asked["roleSessionName"])] = _Session()
    if not isinstance(identity, dict) or identity.get("type") != "AssumedRole":
        return None
    session = sessions.get(str(identity["arn"]).split("/")[-1])
    if session is None or "amazonaws" in address or address in session.addresses:
        return None
    if not session.addresses or (_is_private(address) and not session.has_private):
        session.has_private |= _is_private(address)
        session.addresses.append(address)
        return None
    return str(identity["accessKeyId"])


def _is_private(address: str) -> bool:
    return any(ipaddress.ip_address(address) in network for network in _PRIVATE)
