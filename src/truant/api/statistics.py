"""Statistics of findings: counted by severity, account, day, type or resource."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from truant.api.call import Call, Given, Output
from truant.api.criteria import read_criteria
from truant.api.errors import invalid
from truant.api.findings import matching
from truant.connectors.store.findings import Finding
from truant.detection.criteria import values_at
from truant.model.event_time import DAY

DEFAULT, MOST = 25, 100


class Group(Struct):
    """Findings that have something in common: what, how many, and when one last changed."""

    members: dict[str, object]
    total: int = 0
    latest: int = 0  # milliseconds

    def shown(self) -> dict[str, object]:
        """As the API tells it."""
        return {**self.members, "TotalFindings": self.total, "LastGeneratedAt": self.latest}


def get_findings_statistics(call: Call, given: Given) -> Output:
    """How many findings there are, by what was asked for."""
    group_by, kinds = given.get("GroupBy"), given.get("FindingStatisticTypes") or []
    if (group_by is None) is not bool(kinds):
        raise invalid("give either groupBy or findingStatisticTypes")
    scope = call.scope(call.detector(given))
    rows = matching(call, scope, read_criteria(given), "updatedAt", descending=True, after=None)
    if group_by is None:
        return {"FindingStatistics": {"CountBySeverity": _by_severity(rows)}}
    member, key = GROUPS[group_by]
    groups = _grouped(rows, key)
    ascending = given.get("OrderBy") == "ASC"
    groups.sort(key=lambda one: repr(one.members))
    groups.sort(key=lambda one: one.total, reverse=not ascending)
    most = given.get("MaxResults") or DEFAULT
    return {"FindingStatistics": {member: [one.shown() for one in groups[:most]]}}


def _by_severity(rows: Iterable[Finding]) -> Mapping[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[str(row.severity)] += 1
    return dict(sorted(counts.items()))


def _grouped(rows: Iterable[Finding], key: Callable[[Finding], dict[str, object]]) -> list[Group]:
    groups: dict[str, Group] = {}
    for row in rows:
        members = key(row)
        group = groups.setdefault(repr(members), Group(members))
        group.total += 1
        group.latest = max(group.latest, row.updated_at)
    return list(groups.values())


def _account(row: Finding) -> dict[str, object]:
    return {"AccountId": row.account}


def _date(row: Finding) -> dict[str, object]:
    day = row.updated_at // (DAY * 1000)
    return {"Date": day * DAY * 1000, "Severity": row.severity}


def _type(row: Finding) -> dict[str, object]:
    return {"FindingType": row.type}


def _resource(row: Finding) -> dict[str, object]:
    """The instance, where the finding names one; else the key."""
    document = row.document()
    paths = (
        "resource.instanceDetails.instanceId",
        "resource.accessKeyDetails.accessKeyId",
    )
    found = (value for path in paths for value in values_at(document, path) if value)
    kind = next(values_at(document, "resource.resourceType"), None)
    return {"AccountId": row.account, "ResourceId": next(found, ""), "ResourceType": kind}


def _severity(row: Finding) -> dict[str, object]:
    return {"Severity": row.severity}


GROUPS: Mapping[str, tuple[str, Callable[[Finding], dict[str, object]]]] = {
    "ACCOUNT": ("GroupedByAccount", _account),
    "DATE": ("GroupedByDate", _date),
    "FINDING_TYPE": ("GroupedByFindingType", _type),
    "RESOURCE": ("GroupedByResource", _resource),
    "SEVERITY": ("GroupedBySeverity", _severity),
}
