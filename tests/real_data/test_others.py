"""Other people's logs, real, masked and made by hand: nothing crashes, nothing is lost."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracles.guardduty import faults
from tests.real_data.scanning import scanned
from tests.shared_data import shared_data
from truant.model.network import Place

DOUBT = "unknown or has gaps"


@pytest.mark.parametrize(
    ("folder", "records", "refused"),
    [
        ("stratus-detonation-logs", 310, 0),
        ("single-records", 10, 0),
        ("opensearch-cloudtrail-2021", 893, 2),
        ("traildiscover", 563, 0),
        ("panther-rule-tests", 473, 24),
    ],
)
def test_every_record_is_accounted_for(
    folder: str, records: int, refused: int, tmp_path: Path
) -> None:
    """What is refused is broken at the source, or has no time."""
    accounting = scanned(shared_data(folder), tmp_path).accounting
    assert (accounting.records, accounting.refused) == (records, refused)
    assert sum(accounting.seen.values()) + accounting.refused == records
    assert all(refusal.reason and refusal.position for refusal in accounting.refusals)


@pytest.mark.parametrize("folder", ["opensearch-cloudtrail-2021", "traildiscover"])
def test_accounts_without_instance_sessions_have_no_finding(folder: str, tmp_path: Path) -> None:
    result = scanned(shared_data(folder), tmp_path)
    assert result.findings == []
    assert result.quiet == []


def test_legitimate_uses_are_never_told_as_certain(tmp_path: Path) -> None:
    """NAT instances, nodes and test accounts, with no inventory of any of them.

    An address outside AWS is told with the doubt; an address of AWS is not told at all.
    """
    result = scanned(shared_data("single-records"), tmp_path)
    for verdict in result.verdicts:
        assert {stray.place for stray in verdict.strays} == {Place.OUTSIDE_AWS}
        assert any(DOUBT in evidence.sentence for evidence in verdict.evidence)
        assert verdict.probability < 0.9
    for finding in result.findings:
        assert not faults(finding)
    quiet = {stray.origin.address for verdict in result.quiet for stray in verdict.strays}
    assert quiet, "the NAT instances' own addresses were looked at, and let be"


def test_a_masked_instance_is_known_by_its_delivery(tmp_path: Path) -> None:
    """Stratus's masks put capital letters into the id, and the thief's address into AWS."""
    result = scanned(shared_data("stratus-detonation-logs"), tmp_path)
    verdicts = [*result.verdicts, *result.quiet]
    (verdict,) = [v for v in verdicts if v.instance == "i-786a3A8B5C0d92eF4"]
    assert verdict.strays[0].delivery == "1.0"
    assert sum(stray.count for stray in verdict.strays) == 2
    assert {finding["type"] for finding in result.findings} == set()


def test_panthers_alert_from_outside_is_ours_and_its_private_calls_are_none(tmp_path: Path) -> None:
    file = shared_data("panther-rule-tests") / "aws_imds_credential_exfiltration.tests.jsonl"
    tests: list[dict[str, Any]] = [json.loads(line) for line in file.read_text().splitlines()]
    found: dict[str, int] = {}
    for number, test in enumerate(tests):
        path = tmp_path / f"{number}.json"
        path.write_text(json.dumps(test["event"]))
        found[test["test"]] = len(scanned(path, tmp_path).findings)
    assert found["IMDS Credentials Used From Public IP"] == 1
    for name, number in found.items():
        if (
            "Private" in name
            or "Internal" in name
            or "Service Hostname" in name
            or "behalf" in name
        ):
            assert number == 0, name


def test_a_broken_file_costs_only_itself(tmp_path: Path) -> None:
    (file,) = shared_data("otrf-ec2-proxy-s3").glob("*.json.gz")
    (tmp_path / "whole.json.gz").write_bytes(file.read_bytes())
    (tmp_path / "torn.json.gz").write_bytes(file.read_bytes()[:9000])
    (tmp_path / "noise.json").write_bytes(gzip.compress(b"\xff\xfe\x00"))
    result = scanned(tmp_path, tmp_path / "cache")
    assert [finding["service"]["count"] for finding in result.findings] == [11]  # type: ignore[index]
    assert result.accounting.refused >= 1
