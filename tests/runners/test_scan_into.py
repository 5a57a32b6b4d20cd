"""Tests of `scan_into`: a folder into a store, with the findings of a scan."""

from pathlib import Path

import msgspec
import pytest

from tests.connectors.config_history import item, put
from tests.runners.test_judging import bodies
from truant.connectors import aws_ranges
from truant.connectors.store import accounting, facts, quarantine
from truant.connectors.store.database import Store
from truant.connectors.store.intake import AlreadyTaken
from truant.runners.scan import ScanRequest, scan
from truant.runners.scan_into import scan_into
from truant.simulator.scenario import build
from truant.simulator.simulation import files


def quiet(*_: int) -> None:
    """Tell no progress."""


def test_a_folder_is_taken_in_once_with_the_findings_of_a_scan(lite: Store, tmp_path: Path) -> None:
    for path, data in files(build(3, ["demo"])).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    (tmp_path / "trail" / "broken.json").write_text("{")
    request = ScanRequest(
        paths=(tmp_path / "trail",),
        cache=tmp_path / "cache",
        now=1_800_000_000,
        inventory=tmp_path / "inventory",
        config=tmp_path / "truant.toml",
        ip_ranges=tmp_path / "ip-ranges.json",
    )
    ranges = aws_ranges.load(request.ip_ranges, tmp_path, download=False, now=0).history
    scan_into(lite, request, ranges, quiet)
    result = scan(request, quiet)
    assert bodies(lite) == {
        str(one["id"]): msgspec.json.decode(msgspec.json.encode(one)) for one in result.findings
    }
    with lite.read() as conn:
        assert accounting.counts(conn, accounting.RECORDS) == result.accounting.seen
        assert quarantine.count(conn) == len(result.accounting.refusals) > 0
    with pytest.raises(AlreadyTaken):
        scan_into(lite, request, ranges, quiet)


def test_what_aws_config_tells_is_kept_with_its_time(lite: Store, tmp_path: Path) -> None:
    (tmp_path / "trail.json").write_text('{"Records": []}')
    gone = item("AWS::EC2::NatGateway", "nat-1", None, 1_790_000_000, "ResourceDeleted")
    put(tmp_path / "inventory", "ConfigHistory_AWS::EC2::NatGateway_a_b_1", [gone])
    request = ScanRequest(
        (tmp_path / "trail.json",), tmp_path, 1_800_000_000, tmp_path / "inventory"
    )
    ranges = aws_ranges.load(None, tmp_path, download=False, now=0).history
    scan_into(lite, request, ranges, quiet)
    with lite.read() as conn:
        (fact,) = facts.since(conn, 0)
    assert (fact.entity, fact.attribute, fact.time) == ("nat-1", "ended", 1_790_000_000)
