"""What a list of findings is narrowed by, read from a link and written into one.

A condition in a link is `where=attribute|operator|value`; the same conditions become GuardDuty's
criteria, so that a list, a saved filter and a suppression rule mean the same.
"""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from msgspec import Struct

from truant.model.event_time import milliseconds

Query = Mapping[str, Sequence[str]]
CONDITIONS_MAX, VALUE_MAX = 20, 400

_ACTION = "service.action.awsApiCallAction"
ATTRIBUTES = {
    "resource.instanceDetails.instanceId": "Instance",
    "resource.accessKeyDetails.userName": "Role",
    "resource.accessKeyDetails.accessKeyId": "Access key",
    "resource.accessKeyDetails.principalId": "Principal",
    f"{_ACTION}.remoteIpDetails.ipAddressV4": "Address or network, IPv4",
    f"{_ACTION}.remoteIpDetails.ipAddressV6": "Address or network, IPv6",
    f"{_ACTION}.remoteAccountDetails.accountId": "Remote account",
    f"{_ACTION}.remoteAccountDetails.affiliated": "Affiliated (true, false)",
    f"{_ACTION}.remoteIpDetails.country.countryCode": "Country",
    f"{_ACTION}.remoteIpDetails.organization.asn": "Network’s number (ASN)",
    f"{_ACTION}.api": "API",
    f"{_ACTION}.serviceName": "Service",
    f"{_ACTION}.userAgent": "Client",
    "resource.instanceDetails.imageId": "Image",
    "resource.instanceDetails.networkInterfaces.vpcId": "VPC",
    "resource.instanceDetails.networkInterfaces.subnetId": "Subnet",
    "resource.instanceDetails.tags.key": "Tag’s key",
    "resource.instanceDetails.tags.value": "Tag’s value",
    "type": "Type",
    "accountId": "Account",
    "region": "Region",
    "severity": "Severity",
    "confidence": "Confidence, per cent",
    "service.count": "Number of calls",
    "service.eventFirstSeen": "First seen",
    "service.eventLastSeen": "Last seen",
    "updatedAt": "Updated",
    "id": "Finding id",
}
OPERATORS = {
    "equals": ("is", "Equals"),
    "notEquals": ("is not", "NotEquals"),
    "greaterThanOrEqual": ("at least", "GreaterThanOrEqual"),
    "lessThanOrEqual": ("at most", "LessThanOrEqual"),
}
BANDS = {"high": (7, None), "medium": (4, 7), "low": (None, 4)}
STATUSES = {"open": False, "archived": True, "all": None}
SORTS = {
    "last-seen": "Last seen",
    "severity": "Severity",
    "updated": "Updated",
    "created": "Created",
    "type": "Type",
}
_KEPT = ("severity", "type", "account", "region", "status", "q", "sort", "order", "where")
_SIMPLE = {"type": "type", "account": "accountId", "region": "region"}


class Chip(Struct, frozen=True):
    """One condition that holds, in words, and the link without it."""

    words: str
    without: str


class Selection(Struct, frozen=True):
    """What a link asks for. `criterion`: GuardDuty's criteria, under the model's names."""

    criterion: dict[str, dict[str, object]]
    status: str
    text: str
    sort: str
    descending: bool
    chips: tuple[Chip, ...]
    pairs: tuple[tuple[str, str], ...]
    bad: str = ""

    def link(self, **changed: str) -> str:
        """The query of a link with some of it changed; an empty value takes it away."""
        kept = [(name, value) for name, value in self.pairs if name not in changed]
        return "?" + urlencode([*kept, *((n, v) for n, v in changed.items() if v)])

    def value(self, name: str) -> str:
        """The value of one of the simple filters."""
        return next((value for each, value in self.pairs if each == name), "")


def read(query: Query) -> Selection:
    """What a query asks for. What cannot be read is left out, and told in `bad`."""
    pairs = [
        (name, value[:VALUE_MAX])
        for name in _KEPT
        for value in query.get(name, ())
        if value.strip()
    ]
    pairs += [("where", one) for one in _apart(query)]
    criterion: dict[str, dict[str, object]] = {}
    chips, good, bad = [], [], ""
    for pair in pairs[: CONDITIONS_MAX + len(_KEPT)]:
        try:
            words = _take(*pair, criterion)
        except ValueError as error:
            bad = str(error)
            continue
        good.append(pair)
        if words:
            rest = [one for one in pairs if one is not pair]
            chips.append(Chip(words, "?" + urlencode(rest)))
    last = dict(good)
    return Selection(
        criterion=criterion,
        status=last.get("status", "open"),
        text=last.get("q", ""),
        sort=last.get("sort", "last-seen"),
        descending=last.get("order", "desc") == "desc",
        chips=tuple(chips),
        pairs=tuple(good),
        bad=bad,
    )


def _apart(query: Query) -> list[str]:
    """A condition whose parts a form sent apart, without a script to put them together."""
    names = ("attribute", "operator", "value")
    parts = [next(iter(query.get(name, ())), "")[:VALUE_MAX] for name in names]
    return ["|".join(parts)] if all(parts) else []


def _take(name: str, value: str, criterion: dict[str, dict[str, object]]) -> str:
    """Add a pair to the criteria; gives its words for a chip. Raises ValueError."""
    if name == "severity":
        least, below = BANDS.get(value, (0, 0))
        if (least, below) == (0, 0):
            raise ValueError(f"There is no severity {value}: it is high, medium or low.")
        tests = criterion.setdefault("severity", {})
        tests |= {"GreaterThanOrEqual": least} if least is not None else {}
        tests |= {"LessThan": below} if below is not None else {}
        return f"Severity is {value}"
    if name in _SIMPLE:
        _add(criterion, _SIMPLE[name], "Equals", value)
        return f"{name.capitalize()} is {value}"
    if name == "where":
        return _where(value, criterion)
    allowed = {"status": tuple(STATUSES), "sort": tuple(SORTS), "order": ("asc", "desc")}
    if value not in allowed.get(name, (value,)):
        raise ValueError(f"There is no {name} {value}.")
    return f"Contains “{value}”" if name == "q" else ""


def _where(text: str, criterion: dict[str, dict[str, object]]) -> str:
    attribute, _, rest = text.partition("|")
    operator, _, value = rest.partition("|")
    if operator not in OPERATORS or not value or not attribute:
        raise ValueError("A condition names an attribute, how to compare it, and a value.")
    words, member = OPERATORS[operator]
    if member in ("Equals", "NotEquals"):
        _add(criterion, attribute, member, value)
    else:
        criterion.setdefault(attribute, {})[member] = _number(value)
    return f"{ATTRIBUTES.get(attribute, attribute)} {words} {value}"


def _add(criterion: dict[str, dict[str, object]], attribute: str, member: str, value: str) -> None:
    values = criterion.setdefault(attribute, {}).setdefault(member, [])
    if isinstance(values, list) and value not in values:
        values.append(value)


def _number(value: str) -> int:
    """A number, or a date or time in UTC as epoch milliseconds. Raises ValueError."""
    text = value.strip()
    if text.removeprefix("-").isascii() and text.removeprefix("-").isdigit():
        return int(text[:18])
    moment = milliseconds(text if "T" in text else f"{text}T00:00:00Z")
    if moment is None:
        raise ValueError(f"{value}: give a whole number, or a day as 2026-01-31.")
    return moment


def words_of(criterion: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Criteria in words, under the names of the wire or the model."""
    found = []
    for attribute, tests in criterion.items():
        for name, value in tests.items():
            how = _WORDS.get(name[:1].lower() + name[1:], name)
            values = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
            found.append(f"{ATTRIBUTES.get(attribute, attribute)} {how} {values}")
    return found


_WORDS = {
    "eq": "is",
    "equals": "is",
    "neq": "is not",
    "notEquals": "is not",
    "gt": "over",
    "greaterThan": "over",
    "gte": "at least",
    "greaterThanOrEqual": "at least",
    "lt": "under",
    "lessThan": "under",
    "lte": "at most",
    "lessThanOrEqual": "at most",
    "matches": "matches",
    "notMatches": "does not match",
}
