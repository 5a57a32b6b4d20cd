"""Finding criteria of requests: read, and for filters held against the model of findings."""

from collections.abc import Mapping
from typing import Any

from truant.api.call import Given
from truant.api.errors import invalid
from truant.detection.criteria import BadCriteria, Criteria, criteria

_NAMES = {
    "Eq": "eq",
    "Neq": "neq",
    "Gt": "gt",
    "Gte": "gte",
    "Lt": "lt",
    "Lte": "lte",
    "Equals": "equals",
    "NotEquals": "notEquals",
    "GreaterThan": "greaterThan",
    "GreaterThanOrEqual": "greaterThanOrEqual",
    "LessThan": "lessThan",
    "LessThanOrEqual": "lessThanOrEqual",
    "Matches": "matches",
    "NotMatches": "notMatches",
}
_WILDCARDS = ("matches", "notMatches")


def read_criteria(given: Given) -> Criteria:
    """The criteria of a search. Raises BadRequest."""
    criterion = wire_criterion(given.get("FindingCriteria"))
    if any(name in tests for tests in criterion.values() for name in _WILDCARDS):
        raise invalid("matches and notMatches are for filters alone")
    return _read(criterion)


def filter_criteria(given: Given) -> dict[str, object]:
    """The criteria of a filter in the wire's form. Raises BadRequest.

    There must be some: a rule without any would archive everything.
    """
    criterion = wire_criterion(given.get("FindingCriteria"))
    if not criterion or not all(criterion.values()):
        raise invalid("findingCriteria must hold at least one condition for each attribute")
    _read(criterion)
    return {"criterion": criterion}


def wire_criterion(criteria_: Mapping[str, Any] | None) -> dict[str, dict[str, object]]:
    """The wire's `criterion` of criteria under the model's names."""
    criterion: Mapping[str, Mapping[str, object]] = (criteria_ or {}).get("Criterion") or {}
    return {
        attribute: {_NAMES[name]: value for name, value in tests.items()}
        for attribute, tests in criterion.items()
    }


def model_criteria(wire: Mapping[str, object]) -> dict[str, object]:
    """The model's form of criteria that `filter_criteria` made."""
    back = {short: name for name, short in _NAMES.items()}
    criterion = wire.get("criterion")
    return {
        "Criterion": {
            attribute: {back[name]: value for name, value in tests.items()}
            for attribute, tests in (criterion.items() if isinstance(criterion, dict) else ())
        }
    }


def _read(criterion: Mapping[str, Mapping[str, object]]) -> Criteria:
    try:
        return criteria(criterion)
    except BadCriteria as error:
        raise invalid(f"findingCriteria: {error}") from error
