"""Coverage by GuardDuty's agents, which Truant does not have: nothing is covered by any.

What the service knows of arrivals is of accounts and regions, and says nothing of a resource: it
is told by GetUsageStatistics, and not here, where it would pass for an agent's health.
"""

from truant.api.call import Call, Given, Output


def list_coverage(call: Call, given: Given) -> Output:
    """No resource runs an agent."""
    call.detector(given)
    return {"Resources": []}


def get_coverage_statistics(call: Call, given: Given) -> Output:
    """No resource runs an agent, so that there is nothing to count."""
    call.detector(given)
    counts = {
        "COUNT_BY_RESOURCE_TYPE": "CountByResourceType",
        "COUNT_BY_COVERAGE_STATUS": "CountByCoverageStatus",
    }
    return {"CoverageStatistics": {counts[one]: {} for one in given["StatisticsType"]}}
