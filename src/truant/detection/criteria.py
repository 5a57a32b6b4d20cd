"""Criteria: which findings a filter, a suppression rule or a search means.

The wire's `findingCriteria`, matched against findings in the wire's own JSON. An attribute is a
path of member names; arrays on the way are gone through, each element counts. Semantics:
https://docs.aws.amazon.com/guardduty/latest/APIReference/API_Condition.html and the user guide's
pages "Filtering findings" and "Suppression rules".
"""

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from truant.detection.wildcard import matches_wildcard
from truant.model.event_time import milliseconds

ATTRIBUTES_MAX, VALUES_MAX, WILDCARDS_MAX = 50, 50, 5
PATH_MAX, DEPTH_MAX, VALUE_MAX = 300, 32, 2048

SEVERITY = "severity"
_TIMES = frozenset({"createdAt", "updatedAt", "service.eventFirstSeen", "service.eventLastSeen"})
_ADDRESSES = (
    "ipAddressV4",
    "ipAddressV6",
    "ipv6Addresses",
    "privateIpAddress",
    "publicIp",
)
_OLD_NAMES = {
    "eq": "equals",
    "neq": "notEquals",
    "gt": "greaterThan",
    "gte": "greaterThanOrEqual",
    "lt": "lessThan",
    "lte": "lessThanOrEqual",
}
_COMPARE: Mapping[str, Callable[[float, float], bool]] = {
    "greaterThan": lambda one, other: one > other,
    "greaterThanOrEqual": lambda one, other: one >= other,
    "lessThan": lambda one, other: one < other,
    "lessThanOrEqual": lambda one, other: one <= other,
}
_LISTS = ("equals", "notEquals", "matches", "notMatches")


class BadCriteria(ValueError):
    """The criteria cannot be used; the message says which attribute and why."""


class Condition(Struct, frozen=True):
    """One test of one attribute: `operator` in its new name, and a list of texts or a number."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()
    number: int = 0


Criteria = tuple[Condition, ...]


def criteria(wire: Mapping[str, object]) -> Criteria:
    """Read the wire's `criterion`, attribute to conditions. Raises BadCriteria."""
    if len(wire) > ATTRIBUTES_MAX:
        raise BadCriteria(f"{len(wire)} attributes, more than {ATTRIBUTES_MAX}")
    return tuple(
        condition
        for attribute, tests in wire.items()
        for condition in _conditions(attribute, tests)
    )


def _conditions(attribute: str, tests: object) -> Iterator[Condition]:
    if not 0 < len(attribute) <= PATH_MAX or attribute.count(".") >= DEPTH_MAX:
        raise BadCriteria("an attribute's name is empty, too long or too deep")
    if not isinstance(tests, Mapping):
        raise BadCriteria(f"{attribute}: its condition is no object")
    for name, value in tests.items():
        operator = _OLD_NAMES.get(str(name), str(name))
        if operator in _LISTS:
            yield Condition(attribute, operator, _texts(attribute, operator, value))
        elif operator in _COMPARE and isinstance(value, int) and not isinstance(value, bool):
            yield Condition(attribute, operator, number=value)
        else:
            raise BadCriteria(f"{attribute}: {str(name)[:40]} is no condition with such a value")


def _texts(attribute: str, operator: str, value: object) -> tuple[str, ...]:
    most = WILDCARDS_MAX if "atches" in operator else VALUES_MAX
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > most:
        raise BadCriteria(f"{attribute}: {operator} takes a list of at most {most} values")
    if not all(isinstance(one, str) and len(one) <= VALUE_MAX for one in value):
        raise BadCriteria(f"{attribute}: {operator} takes texts of at most {VALUE_MAX} characters")
    return tuple(value)


def meets(finding: Mapping[str, object], wanted: Criteria) -> bool:
    """Whether a finding meets all conditions; no condition at all is met by every finding."""
    return all(_holds(finding, condition) for condition in wanted)


def _holds(finding: Mapping[str, object], condition: Condition) -> bool:
    found = list(values_at(finding, condition.attribute))
    operator = condition.operator
    if operator in _COMPARE:
        compare = _COMPARE[operator]
        numbers = (number_of(condition.attribute, value) for value in found)
        return any(one is not None and compare(one, condition.number) for one in numbers)
    same = matches_wildcard if "atches" in operator else _is_same(condition.attribute)
    hit = any(same(wanted, _text(value)) for value in found for wanted in condition.values)
    return hit is not operator.startswith("not")


def values_at(document: object, attribute: str) -> Iterator[object]:
    """All values at a path of member names, through arrays; objects and nulls are none."""
    pending: list[object] = [document]
    for name in attribute.split("."):
        held = [one for some in pending for one in _elements(some)]
        pending = [one[name] for one in held if isinstance(one, Mapping) and name in one]
    for some in pending:
        for value in _elements(some):
            if value is not None and not isinstance(value, Mapping | list):
                yield value


def _elements(value: object) -> Iterator[object]:
    if isinstance(value, list):
        for one in value:
            yield from _elements(one)
    else:
        yield value


def number_of(attribute: str, value: object) -> float | None:
    """A value as it is compared: numbers, times as epoch milliseconds; None for other texts."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if attribute in _TIMES or (isinstance(value, str) and value.endswith("Z")):
        return milliseconds(value)
    return None


def _text(value: object) -> str:
    """A value as criteria write it: booleans in lower case, whole numbers without a point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_same(attribute: str) -> Callable[[str, str], bool]:
    if attribute == SEVERITY:
        return _same_severity
    if attribute in _TIMES:
        return _same_time
    if attribute.rsplit(".", 1)[-1] in _ADDRESSES:
        return _same_address
    return lambda wanted, found: wanted == found


def _same_severity(wanted: str, found: str) -> bool:
    """`8` means 8.0 to 8.9, as the console's bands do; `8.5` means itself."""
    try:
        one, other = float(wanted), float(found)
    except ValueError:
        return False
    return one == other or (wanted.isascii() and wanted.isdigit() and int(other) == one)


def _same_time(wanted: str, found: str) -> bool:
    """A time may be given as it stands in the finding, or in epoch milliseconds."""
    return wanted == found or (
        wanted.isascii() and wanted.isdigit() and wanted == str(milliseconds(found))
    )


def _same_address(wanted: str, found: str) -> bool:
    """An address, or a network in CIDR notation that holds it."""
    if wanted == found:
        return True
    try:
        return ipaddress.ip_address(found) in ipaddress.ip_network(wanted, strict=False)
    except ValueError:
        return False


def sort_value(finding: Mapping[str, object], attribute: str) -> tuple[int, float, str]:
    """Where a finding stands in the order of an attribute: numbers and times, texts, the rest."""
    value = next(values_at(finding, attribute), None)
    if value is None:
        return (2, 0.0, "")
    number = number_of(attribute, value)
    return (1, 0.0, _text(value)) if number is None else (0, float(number), "")
