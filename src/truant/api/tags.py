"""Tags of detectors, filters, lists and destinations."""

import re

from truant.api.call import Call, Given, Output
from truant.api.errors import NO_SUCH, BadRequest, invalid
from truant.connectors.store import address_sets, destinations, detectors, filters, tags
from truant.connectors.store.address_sets import Kind
from truant.connectors.store.detectors import Status

TAGS_MAX = 50  # of one resource, as everywhere in AWS
_RESOURCE = re.compile(
    r"arn:[a-z-]{3,20}:guardduty:([a-z0-9-]+):(\d{12}):detector/([0-9a-f]{32})"
    r"(?:/([A-Za-z]+)/([A-Za-z0-9._-]+))?"
)
_KINDS = {
    "ipset": Kind.TRUSTED_IP,
    "threatintelset": Kind.THREAT_IP,
    "trustedentityset": Kind.TRUSTED_ENTITY,
    "threatentityset": Kind.THREAT_ENTITY,
}


def keep_tags(call: Call, arn: str, given: Given) -> None:
    """Keep the tags that a request creates a resource with. Raises BadRequest."""
    wanted = given.get("Tags") or {}
    _check(wanted)
    tags.remove(call.conn, arn)
    tags.add(call.conn, arn, wanted)


def _check(wanted: Given) -> None:
    if len(wanted) > TAGS_MAX:
        raise invalid(f"a resource has at most {TAGS_MAX} tags")
    if any(name.lower().startswith("aws:") for name in wanted):
        raise invalid("names of tags that begin with aws: are reserved")


def tag_resource(call: Call, given: Given) -> Output:
    """Add tags to a resource."""
    arn = _resource(call, given)
    _check({**tags.of(call.conn, arn), **given["Tags"]})
    tags.add(call.conn, arn, given["Tags"])
    return {}


def untag_resource(call: Call, given: Given) -> Output:
    """Take tags away from a resource."""
    tags.remove(call.conn, _resource(call, given), given["TagKeys"])
    return {}


def list_tags_for_resource(call: Call, given: Given) -> Output:
    """The tags of a resource."""
    return {"Tags": tags.of(call.conn, _resource(call, given))}


def _resource(call: Call, given: Given) -> str:
    """The ARN that a request names, if it is of something of the caller's. Raises BadRequest."""
    arn: str = given["ResourceArn"]
    found = _RESOURCE.fullmatch(arn)
    if found is None:
        raise invalid("resourceArn names no resource of GuardDuty")
    region, account, detector_id, kind, name = found.groups()
    mine = (account, region) == (call.account, call.region)
    if not mine or not _is_there(call, detector_id, kind, name):
        raise BadRequest(NO_SUCH)
    return arn


def _is_there(call: Call, detector_id: str, kind: str | None, name: str | None) -> bool:
    detector = detectors.find(call.conn, call.account, call.region)
    if detector is None or detector.status is Status.DELETED or detector.id != detector_id:
        return False
    if kind is None or name is None:
        return True
    if kind == "filter":
        return filters.get(call.conn, detector_id, name) is not None
    if kind == "publishingDestination":
        return destinations.get(call.conn, detector_id, name) is not None
    held = _KINDS.get(kind)
    return held is not None and address_sets.get(call.conn, detector_id, held, name) is not None
