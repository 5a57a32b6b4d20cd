"""Findings of every simulated scenario are GuardDuty's to botocore: valid, and read as meant."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.oracles.guardduty import faults, read
from tests.scenarios.judged import FULL, LOGS, NAMES, findings


@pytest.mark.parametrize("mode", [FULL, LOGS])
@pytest.mark.parametrize("name", NAMES)
def test_findings_are_valid_and_read_as_meant(name: str, mode: str) -> None:
    told = findings(1, name, mode)
    assert [faults(finding) for finding in told] == [""] * len(told)
    for finding, parsed in zip(told, read(told), strict=True):
        assert parsed["Id"] == finding["id"]
        assert parsed["Severity"] == finding["severity"]
        service = parsed["Service"]
        assert service["Count"] == finding["service"]["count"]
        assert _moment(finding["service"]["eventLastSeen"]).isoformat()
        assert json.loads(service["AdditionalInfo"]["Value"])["evidence"]
        assert _members(parsed) >= {"Resource", "Service", "Arn", "Title", "Description"}


def _members(parsed: Mapping[str, Any]) -> set[str]:
    return set(parsed)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.000Z")  # noqa: DTZ007 the form is meant


def test_the_oracle_tells_what_is_wrong() -> None:
    (finding, *_) = findings(1, "E18", FULL)
    assert "missing required" in faults({k: v for k, v in finding.items() if k != "arn"}).lower()
    assert "invalid type" in faults(finding | {"severity": "high"}).lower()
