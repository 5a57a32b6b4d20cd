"""A finding's JSON made to fit where sizes are bounded: details go first, and it is said.

EventBridge takes 256 KB, SNS 256 KB, Security Hub 240 KB, a syslog receiver often 8 KB.
"""

import json
from collections.abc import Callable, Iterator, Mapping

Json = dict[str, object]


def encoded(document: Mapping[str, object]) -> str:
    """JSON in one line of ASCII: whatever stands in a text, it ends no line and moves no cursor."""
    return json.dumps(document, separators=(",", ":"), ensure_ascii=True).replace("\x7f", "\\u007f")


def fitted(document: Mapping[str, object], most: int) -> Json:
    """The finding in at most `most` bytes of JSON, whole where it fits.

    One that was cut says so: `service.additionalInfo.cut`. `most`: at least 6144.
    """
    cut: Json = dict(document)
    if len(encoded(cut)) <= most:
        return cut
    for lessen in _STEPS:
        cut = lessen(cut)
        if len(encoded(cut)) <= most:
            break
    return cut


def _info(document: Mapping[str, object]) -> Json:
    service = document.get("service")
    info = service.get("additionalInfo") if isinstance(service, Mapping) else None
    return dict(info) if isinstance(info, Mapping) else {}


def _with_info(document: Json, info: Json) -> Json:
    service = document.get("service")
    held = dict(service) if isinstance(service, Mapping) else {}
    return {**document, "service": {**held, "additionalInfo": {**info, "cut": True}}}


def _once(document: Json) -> Json:
    """Without the second telling of the reasons, which is for SDKs."""
    return _with_info(document, {**_info(document), "value": "{}"})


def _fewer(most: int) -> Callable[[Json], Json]:
    def lessen(document: Json) -> Json:
        info = _info(document)
        origins = [
            {key: value for key, value in one.items() if key != "calls"}
            for one in _dicts(info.get("origins"))
        ]
        shorter = {
            key: value[:most] if isinstance(value, list) else value for key, value in info.items()
        }
        return _with_info(document, {**shorter, "origins": origins[:most]})

    return lessen


def _dicts(value: object) -> Iterator[Json]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def _plainest(most: int) -> Callable[[Json], Json]:
    """The members that say what happened, texts that others chose cut to so many characters."""

    def lessen(document: Json) -> Json:
        info = _info(document)
        told: Json = {"sample": True} if info.get("sample") is True else {}
        if "archivedBecause" in info:
            told["archivedBecause"] = _short(info["archivedBecause"], most)
        kept = {key: _short(value, most) for key, value in document.items() if key not in _OURS}
        return _with_info({**kept, **{key: document.get(key) for key in _OURS}}, told)

    return lessen


# Never cut: they hold no text of others, and half of them is worth nothing.
_OURS = ("schemaVersion", "accountId", "region", "partition", "id", "arn", "type", "severity")
# Of GuardDuty's many members those that are needed to act.
_NEEDED = frozenset(
    {
        *("accessKeyDetails", "accessKeyId", "principalId", "userName", "userType"),
        *("instanceDetails", "instanceId", "resourceType"),
        *("action", "actionType", "awsApiCallAction", "api", "serviceName"),
        *("remoteIpDetails", "ipAddressV4", "ipAddressV6"),
        *("remoteAccountDetails", "accountId", "affiliated"),
        *("archived", "count", "detectorId", "eventFirstSeen", "eventLastSeen"),
    }
)


def _short(value: object, most: int) -> object:
    if isinstance(value, Mapping):
        return {key: _short(inner, most) for key, inner in value.items() if key in _NEEDED}
    if isinstance(value, str):
        return value[:most]
    return value if isinstance(value, int | float | bool) else None


_STEPS: tuple[Callable[[Json], Json], ...] = (
    *(_once, _fewer(20), _fewer(5), _fewer(1)),
    *(_plainest(200), _plainest(40)),
)
