"""Trusted IP sets, threat sets and entity sets: named here, read by the loader, then they count."""

import uuid

from truant.api.call import Call, Given, Output
from truant.api.errors import NO_SUCH, BadRequest, invalid
from truant.api.paging import by_name
from truant.api.tags import keep_tags
from truant.connectors.list_files import BadLocation, location
from truant.connectors.store import address_sets, tags
from truant.connectors.store.address_sets import AddressSet, Kind, Status

SETS_MAX = 10  # of a kind, in a detector
IDS = {
    Kind.TRUSTED_IP: "IpSetId",
    Kind.THREAT_IP: "ThreatIntelSetId",
    Kind.TRUSTED_ENTITY: "TrustedEntitySetId",
    Kind.THREAT_ENTITY: "ThreatEntitySetId",
}


def create_ip_set(call: Call, given: Given) -> Output:
    """Make a trusted IP list."""
    return _create(call, given, Kind.TRUSTED_IP)


def create_threat_intel_set(call: Call, given: Given) -> Output:
    """Make a threat IP list."""
    return _create(call, given, Kind.THREAT_IP)


def create_trusted_entity_set(call: Call, given: Given) -> Output:
    """Make a trusted list of addresses and names."""
    return _create(call, given, Kind.TRUSTED_ENTITY)


def create_threat_entity_set(call: Call, given: Given) -> Output:
    """Make a threat list of addresses and names."""
    return _create(call, given, Kind.THREAT_ENTITY)


def _create(call: Call, given: Given, kind: Kind) -> Output:
    call.only_administrator()
    detector = call.detector(given)
    known = address_sets.page(call.conn, detector.id, kind, "", SETS_MAX)
    if any(one.name == given["Name"] for one in known):
        raise BadRequest("The request is rejected because a list with the given name exists.")
    if len(known) >= SETS_MAX:
        raise BadRequest(f"The request is rejected because there are {SETS_MAX} such lists.")
    one = AddressSet(
        id=uuid.uuid4().hex,
        detector_id=detector.id,
        kind=kind,
        name=given["Name"],
        format=given["Format"],
        location=_location(given["Location"]),
        status=_status(activate=given["Activate"]),
        created_at=call.now,
        updated_at=call.now,
        owner=given.get("ExpectedBucketOwner"),
    )
    address_sets.keep(call.conn, one)
    keep_tags(call, _arn(call, one), given)
    return {IDS[kind]: one.id}


def _location(text: str) -> str:
    try:
        location(text)
    except BadLocation as error:
        raise invalid(str(error)) from error
    return text


def _status(*, activate: bool) -> Status:
    return Status.ACTIVATING if activate else Status.INACTIVE


def list_ip_sets(call: Call, given: Given) -> Output:
    """The ids of trusted IP lists."""
    return _list(call, given, Kind.TRUSTED_IP)


def list_threat_intel_sets(call: Call, given: Given) -> Output:
    """The ids of threat IP lists."""
    return _list(call, given, Kind.THREAT_IP)


def list_trusted_entity_sets(call: Call, given: Given) -> Output:
    """The ids of trusted entity lists."""
    return _list(call, given, Kind.TRUSTED_ENTITY)


def list_threat_entity_sets(call: Call, given: Given) -> Output:
    """The ids of threat entity lists."""
    return _list(call, given, Kind.THREAT_ENTITY)


def _list(call: Call, given: Given, kind: Kind) -> Output:
    detector = call.detector(given)
    page, next_token = by_name(
        given,
        lambda after, most: address_sets.page(call.conn, detector.id, kind, after, most),
        lambda one: one.id,
    )
    return {f"{IDS[kind]}s": [one.id for one in page], "NextToken": next_token}


def get_ip_set(call: Call, given: Given) -> Output:
    """A trusted IP list."""
    return _shown(call, _named(call, given, Kind.TRUSTED_IP))


def get_threat_intel_set(call: Call, given: Given) -> Output:
    """A threat IP list."""
    return _shown(call, _named(call, given, Kind.THREAT_IP))


def get_trusted_entity_set(call: Call, given: Given) -> Output:
    """A trusted entity list, with what went wrong in reading it."""
    return _shown_in_full(call, _named(call, given, Kind.TRUSTED_ENTITY))


def get_threat_entity_set(call: Call, given: Given) -> Output:
    """A threat entity list, with what went wrong in reading it."""
    return _shown_in_full(call, _named(call, given, Kind.THREAT_ENTITY))


def _shown(call: Call, one: AddressSet) -> dict[str, object]:
    return {
        "Name": one.name,
        "Format": one.format,
        "Location": one.location,
        "Status": one.status.value,
        "ExpectedBucketOwner": one.owner,
        "Tags": tags.of(call.conn, _arn(call, one)) or None,
    }


def _shown_in_full(call: Call, one: AddressSet) -> Output:
    times = {"CreatedAt": one.created_at, "UpdatedAt": one.updated_at}
    return {**_shown(call, one), **times, "ErrorDetails": one.error}


def update_ip_set(call: Call, given: Given) -> Output:
    """Change a trusted IP list."""
    return _update(call, given, Kind.TRUSTED_IP)


def update_threat_intel_set(call: Call, given: Given) -> Output:
    """Change a threat IP list."""
    return _update(call, given, Kind.THREAT_IP)


def update_trusted_entity_set(call: Call, given: Given) -> Output:
    """Change a trusted entity list."""
    return _update(call, given, Kind.TRUSTED_ENTITY)


def update_threat_entity_set(call: Call, given: Given) -> Output:
    """Change a threat entity list."""
    return _update(call, given, Kind.THREAT_ENTITY)


def _update(call: Call, given: Given, kind: Kind) -> Output:
    """Change what is given. A list that counts, or is told to, is read again."""
    call.only_administrator()
    one = _named(call, given, kind)
    one.name = given.get("Name", one.name)
    one.location = _location(given.get("Location", one.location))
    one.owner = given.get("ExpectedBucketOwner", one.owner)
    counts = one.status in (Status.ACTIVE, Status.ACTIVATING, Status.ERROR)
    one.status = _status(activate=given.get("Activate", counts))
    one.error, one.updated_at = None, max(call.now, one.updated_at + 1)
    address_sets.keep(call.conn, one)
    return {}


def delete_ip_set(call: Call, given: Given) -> Output:
    """Delete a trusted IP list."""
    return _delete(call, given, Kind.TRUSTED_IP)


def delete_threat_intel_set(call: Call, given: Given) -> Output:
    """Delete a threat IP list."""
    return _delete(call, given, Kind.THREAT_IP)


def delete_trusted_entity_set(call: Call, given: Given) -> Output:
    """Delete a trusted entity list."""
    return _delete(call, given, Kind.TRUSTED_ENTITY)


def delete_threat_entity_set(call: Call, given: Given) -> Output:
    """Delete a threat entity list."""
    return _delete(call, given, Kind.THREAT_ENTITY)


def _delete(call: Call, given: Given, kind: Kind) -> Output:
    call.only_administrator()
    one = _named(call, given, kind)
    address_sets.remove(call.conn, one.id)
    tags.remove(call.conn, _arn(call, one))
    return {}


def _named(call: Call, given: Given, kind: Kind) -> AddressSet:
    found = address_sets.get(call.conn, call.detector(given).id, kind, given[IDS[kind]])
    if found is None:
        raise BadRequest(NO_SUCH)
    return found


def _arn(call: Call, one: AddressSet) -> str:
    return call.arn(one.detector_id, f"/{one.kind.value}/{one.id}")
