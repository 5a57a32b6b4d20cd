"""The IAM policies that Truant needs, as they are shipped in the package: least privilege, JSON."""

import json
from importlib.resources import files

# Name to what it is for. Each is a file of `truant/policies`.
POLICIES: dict[str, str] = {
    "member": "the role in each account whose inventory is collected: reads its network",
    "member-trust": "who may assume that role: fill in the monitoring account and an external id",
    "central": "where `truant collect` runs: assumes that role, lists the organization's accounts",
    "intake": "where `truant serve` runs: reads a bucket, a queue, a stream; fill in their names",
    "respond": "whoever executes plans of `truant respond`: a person, never a service",
}


def read(name: str) -> str:
    """The text of a policy. Raises KeyError for a name that is not in POLICIES."""
    if name not in POLICIES:
        raise KeyError(name)
    return (files("truant") / "policies" / f"{name}.json").read_text(encoding="utf-8")


def compact(name: str) -> str:
    """A policy without blanks, as a session policy has to be short (2,048 characters)."""
    return json.dumps(json.loads(read(name)), separators=(",", ":"))
