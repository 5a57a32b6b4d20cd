"""Flow logs tell of what instances did themselves, and of nothing that thieves did elsewhere."""

import gzip
import re
from datetime import UTC, datetime

import pytest

from tests.simulator.opened import is_address, recorded, simulated
from truant.simulator.flow_logs import FIELDS
from truant.simulator.scenario import build
from truant.simulator.truth import UNOBSERVABLE

SEED = 11
PATH = re.compile(
    r"AWSLogs/(?P<account>\d{12})/vpcflowlogs/(?P<region>[a-z0-9-]+)/\d{4}/\d\d/\d\d/"
    r"(?P=account)_vpcflowlogs_(?P=region)_fl-[0-9a-f]{17}_\d{8}T\d{4}Z_[0-9a-f]{8}\.log\.gz"
)


def lines(name: str) -> list[dict[str, str]]:
    """All records of a scenario's flow logs by field name."""
    found = []
    for data in simulated(SEED, name).flow_logs.values():
        head, *rows = gzip.decompress(data).decode().splitlines()
        found += [dict(zip(head.split(), row.split(), strict=True)) for row in rows]
    return found


@pytest.mark.parametrize("name", ["demo", "T5", "T12", "T17"])
def test_files_have_the_published_form(name: str) -> None:
    flow_logs = simulated(SEED, name).flow_logs
    assert flow_logs
    assert all(PATH.fullmatch(path) for path in flow_logs)
    for line in lines(name):
        assert tuple(line) == FIELDS[int(line["version"])]
        assert int(line["start"]) <= int(line["end"])


def test_each_home_call_is_a_flow_of_the_instance() -> None:
    busy: dict[str, list[tuple[int, int]]] = {}
    for line in lines("E6"):
        busy.setdefault(line["srcaddr"], []).append((int(line["start"]), int(line["end"]) + 60))
    inventory = " ".join(d.decode() for d in simulated(SEED, "E6").inventory.values())
    session = next(s for s in simulated(SEED, "E6").truth.sessions if not s.stolen)
    form = rf'"{session.instance}".*?"PrivateIpAddress": "([^"]+)"'
    private = re.search(form, inventory, re.DOTALL)
    assert private is not None
    calls = [
        r for r in recorded(SEED, "E6") if r["userIdentity"].get("principalId") == session.principal
    ]
    assert calls
    for call in calls:
        time = datetime.fromisoformat(call["eventTime"]).astimezone(UTC).timestamp()
        assert any(start <= time <= end for start, end in busy[private.group(1)])


@pytest.mark.parametrize("name", ["E6", "E1", "E16"])
def test_a_thief_elsewhere_leaves_no_flow(name: str) -> None:
    finding = next(f for s in simulated(SEED, name).truth.sessions for f in s.findings)
    assert UNOBSERVABLE not in finding.needs
    own = {address for address in finding.remote.addresses if is_address(address)}
    assert not own & {line["srcaddr"] for line in lines(name)}


def test_flow_logs_can_be_left_out() -> None:
    bare = build(SEED, ["E6"], with_flow_logs=False)
    assert not bare.flow_logs
    assert bare.trail == simulated(SEED, "E6").trail
