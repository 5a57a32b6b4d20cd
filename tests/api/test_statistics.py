"""Tests of `statistics`: every grouping counts what the list lists."""

from collections import Counter
from typing import Any

import pytest

from tests.api.test_findings import MADE


def statistics(client: Any, detector: str, **given: Any) -> dict[str, Any]:
    found: dict[str, Any] = client.get_findings_statistics(DetectorId=detector, **given)
    statistics: dict[str, Any] = found["FindingStatistics"]
    return statistics


def test_the_old_count_by_severity(client: Any, filled: str) -> None:
    found = statistics(client, filled, FindingStatisticTypes=["COUNT_BY_SEVERITY"])
    counted = Counter(str(row.severity) for row in MADE)
    assert found == {"CountBySeverity": dict(counted)}


@pytest.mark.parametrize(
    ("group_by", "member", "name"),
    [
        ("ACCOUNT", "GroupedByAccount", "AccountId"),
        ("DATE", "GroupedByDate", "Date"),
        ("FINDING_TYPE", "GroupedByFindingType", "FindingType"),
        ("RESOURCE", "GroupedByResource", "ResourceId"),
        ("SEVERITY", "GroupedBySeverity", "Severity"),
    ],
)
def test_groups_hold_everything_once(
    client: Any, filled: str, group_by: str, member: str, name: str
) -> None:
    wanted = {"Criterion": {"service.archived": {"Eq": ["false"]}}}
    found = statistics(client, filled, GroupBy=group_by, FindingCriteria=wanted, MaxResults=100)
    groups = found[member]
    assert sum(one["TotalFindings"] for one in groups) == sum(not row.archived for row in MADE)
    assert all(name in one and one["LastGeneratedAt"].year == 2026 for one in groups)
    totals = [one["TotalFindings"] for one in groups]
    assert totals == sorted(totals, reverse=True)


def test_few_groups_in_either_order(client: Any, filled: str) -> None:
    found = statistics(client, filled, GroupBy="RESOURCE", MaxResults=2, OrderBy="ASC")
    totals = [one["TotalFindings"] for one in found["GroupedByResource"]]
    assert len(totals) == 2
    assert totals == sorted(totals)


def test_one_kind_at_a_time(client: Any, filled: str) -> None:
    for given in ({}, {"GroupBy": "ACCOUNT", "FindingStatisticTypes": ["COUNT_BY_SEVERITY"]}):
        with pytest.raises(client.exceptions.BadRequestException, match="either groupBy"):
            statistics(client, filled, **given)
