"""Settings: filters and suppression rules, lists of addresses, and where findings are sent."""

import msgspec
from starlette.responses import Response

from truant.api import destinations as api_destinations
from truant.api import filters as api_filters
from truant.api import samples
from truant.api import sets as api_sets
from truant.connectors.store import (
    address_sets,
    channels,
    destinations,
    detectors,
    filters,
    findings,
    members,
    outbox,
)
from truant.connectors.store.address_sets import Kind
from truant.connectors.store.detectors import Detector
from truant.connectors.store.history import Change
from truant.connectors.store.outbox import Notice
from truant.console import as_api
from truant.console.views import selection
from truant.console.visit import Visit, not_there, refused
from truant.detection.findings import detector_id
from truant.model.finding import FindingType

SETS_MAX = 100
KINDS = {
    Kind.TRUSTED_IP: (
        "trusted addresses",
        api_sets.create_ip_set,
        api_sets.delete_ip_set,
        "IpSetId",
    ),
    Kind.THREAT_IP: (
        "threat addresses",
        api_sets.create_threat_intel_set,
        api_sets.delete_threat_intel_set,
        "ThreatIntelSetId",
    ),
}
FORMATS = ("TXT", "STIX", "OTX_CSV", "ALIEN_VAULT", "PROOF_POINT", "FIRE_EYE")


def show(visit: Visit) -> Response:
    """The page of settings."""
    own = _detectors(visit)
    conn = visit.conn
    rules = [(d.region, one, _words(one)) for d in own for one in filters.of_detector(conn, d.id)]
    lists = [
        (d.region, one, KINDS[kind][0])
        for d in own
        for kind in KINDS
        for one in address_sets.page(conn, d.id, kind, "", SETS_MAX)
    ]
    regions = {d.id: d.region for d in own}
    sent = destinations.of_detectors(conn, regions)
    known = {one.channel: (regions[one.detector_id], one.id, one.arn) for one in sent}
    return visit.page(
        "settings.html",
        rules=rules,
        lists=lists,
        channels=channels.all_of(conn),
        own=known,
        waiting=outbox.waiting(conn),
        regions=sorted(regions.values()) or ["us-east-1"],
        kinds={kind.value: words for kind, (words, *_) in KINDS.items()},
        formats=FORMATS,
        chief=members.administrator(conn),
    )


def _detectors(visit: Visit) -> list[Detector]:
    chief = members.administrator(visit.conn)
    found = detectors.of_account(visit.conn, chief) if chief else []
    return [one for one in found if one.status is not detectors.Status.DELETED]


def _words(one: filters.Filter) -> list[str]:
    criterion = one.criteria.get("criterion")
    return selection.words_of(criterion) if isinstance(criterion, dict) else []


def delete_filter(visit: Visit) -> Response:
    """Delete a filter or suppression rule."""
    name = visit.sent("name")
    as_api.ask(visit, api_filters.delete_filter, visit.sent("region"), {"FilterName": name})
    visit.note("filter deleted", name)
    return visit.go("/settings", "deleted")


def add_list(visit: Visit) -> Response:
    """Name a list of addresses; it is read soon after."""
    kind = next((one for one in KINDS if one.value == visit.sent("kind")), None)
    name, where, format_ = visit.sent("name"), visit.sent("location"), visit.sent("format")
    if kind is None or format_ not in FORMATS:
        raise refused("Choose what the list is, and its format.")
    if not 0 < len(name) <= 300 or not 0 < len(where) <= 300:
        raise refused("Give the list a name, and say where it lies.")
    given = {"Name": name, "Format": format_, "Location": where, "Activate": True}
    as_api.ask(visit, KINDS[kind][1], visit.sent("region"), given)
    visit.note("list added", name, {"kind": KINDS[kind][0], "location": where})
    return visit.go("/settings", "saved")


def delete_list(visit: Visit) -> Response:
    """Delete a list of addresses."""
    kind = next((one for one in KINDS if one.value == visit.sent("kind")), None)
    if kind is None:
        raise not_there("list")
    given = {KINDS[kind][3]: visit.sent("id")}
    as_api.ask(visit, KINDS[kind][2], visit.sent("region"), given)
    visit.note("list deleted", visit.sent("name"), {"kind": KINDS[kind][0]})
    return visit.go("/settings", "deleted")


def add_destination(visit: Visit) -> Response:
    """Name a bucket to which findings are written."""
    given = {
        "DestinationType": "S3",
        "DestinationProperties": {
            "DestinationArn": visit.sent("arn"),
            "KmsKeyArn": visit.sent("key") or None,
        },
    }
    as_api.ask(visit, api_destinations.create_publishing_destination, visit.sent("region"), given)
    visit.note("destination added", visit.sent("arn"))
    return visit.go("/settings", "saved")


def delete_destination(visit: Visit) -> Response:
    """Delete a destination."""
    given = {"DestinationId": visit.sent("id")}
    as_api.ask(visit, api_destinations.delete_publishing_destination, visit.sent("region"), given)
    visit.note("destination deleted", visit.sent("arn"))
    return visit.go("/settings", "deleted")


def test_destination(visit: Visit) -> Response:
    """Send a sample finding to a place, and to no other: whether it arrives, its row will say."""
    name = visit.sent("channel")
    one = next((each for each in channels.all_of(visit.conn) if each.name == name), None)
    if one is None:
        raise not_there("destination")
    chief, region = as_api.chief(visit), visit.sent("region")
    kind = FindingType.OUTSIDE_AWS
    as_api.ask(visit, samples.create_sample_findings, region, {"FindingTypes": [kind.value]})
    id_ = samples.sample_id(detector_id(chief, region), kind)
    row = findings.by_ids(visit.conn, findings.EVERYTHING, [id_])[0]
    body = msgspec.json.encode(row.document()).decode()
    notice = Notice(name, id_, Change.CREATED.value, body, visit.now)
    outbox.put(visit.conn, [notice], visit.now)
    visit.note("destination tested", one.place)
    return visit.go("/settings", "tested")
