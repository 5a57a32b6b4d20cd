"""Detectors: created, switched on and off, deleted."""

from truant.api.call import Call, Given, Output
from truant.api.errors import BadRequest
from truant.api.tags import keep_tags
from truant.connectors.store import (
    address_sets,
    channels,
    destinations,
    detectors,
    filters,
    findings,
    members,
    settings,
    tags,
)
from truant.connectors.store.address_sets import Kind
from truant.connectors.store.detectors import Detector, Status
from truant.detection.findings import partition
from truant.model.event_time import iso_milliseconds

# What Truant reads is on while its detector is; what it does not do is off, whatever is asked.
READ = ("CLOUD_TRAIL", "S3_DATA_EVENTS")
OPTIONAL = (
    "EKS_AUDIT_LOGS",
    "EBS_MALWARE_PROTECTION",
    "RDS_LOGIN_EVENTS",
    "LAMBDA_NETWORK_LOGS",
    "EKS_RUNTIME_MONITORING",
    "RUNTIME_MONITORING",
    "AI_PROTECTION",
    "AI_ANALYST",
)
FEATURES = (*READ, "FLOW_LOGS", "DNS_LOGS", *OPTIONAL)


def create_detector(call: Call, given: Given) -> Output:
    """Make the account's detector of the region; one that was deleted comes back."""
    known = detectors.find(call.conn, call.account, call.region)
    if known is not None and known.status is not Status.DELETED:
        raise BadRequest(
            "The request is rejected because a detector already exists for the current account."
        )
    detector = detectors.new(call.account, call.region, call.now)
    _change(detector, given)
    detectors.keep(call.conn, detector)
    settings.grow(call.conn, settings.WORLD)
    keep_tags(call, call.arn(detector.id), given)
    return {"DetectorId": detector.id}


def list_detectors(call: Call, _: Given) -> Output:
    """The account's detector of the region, if there is one."""
    found = detectors.find(call.conn, call.account, call.region)
    shown = found is not None and found.status is not Status.DELETED
    return {"DetectorIds": [found.id] if found is not None and shown else []}


def get_detector(call: Call, given: Given) -> Output:
    """A detector, with what it reads, in the old form and in the new."""
    detector = call.detector(given)
    role = (
        f"arn:{partition(call.region)}:iam::{call.account}:role/aws-service-role/"
        "guardduty.amazonaws.com/AWSServiceRoleForAmazonGuardDuty"
    )
    return {
        "CreatedAt": iso_milliseconds(detector.created_at),
        "UpdatedAt": iso_milliseconds(detector.updated_at),
        "FindingPublishingFrequency": detector.frequency,
        "ServiceRole": role,
        "Status": detector.status.value,
        "DataSources": data_sources(is_on=detector.is_on),
        "Features": [
            {
                "Name": name,
                "Status": _state(name, is_on=detector.is_on),
                "UpdatedAt": detector.updated_at,
            }
            for name in FEATURES
        ],
        "Tags": tags.of(call.conn, call.arn(detector.id)) or None,
    }


def _state(feature: str, *, is_on: bool) -> str:
    return "ENABLED" if is_on and feature in READ else "DISABLED"


def data_sources(*, is_on: bool) -> dict[str, object]:
    """What is read, in the old form: CloudTrail and its data events, and nothing else."""
    states = {name: _state(name, is_on=is_on) for name in FEATURES}
    return {
        "CloudTrail": {"Status": states["CLOUD_TRAIL"]},
        "DNSLogs": {"Status": states["DNS_LOGS"]},
        "FlowLogs": {"Status": states["FLOW_LOGS"]},
        "S3Logs": {"Status": states["S3_DATA_EVENTS"]},
        "Kubernetes": {"AuditLogs": {"Status": states["EKS_AUDIT_LOGS"]}},
        "MalwareProtection": {
            "ScanEc2InstanceWithFindings": {
                "EbsVolumes": {"Status": states["EBS_MALWARE_PROTECTION"]}
            },
        },
    }


def update_detector(call: Call, given: Given) -> Output:
    """Switch a detector on or off, or tell updates more often or less."""
    detector = call.detector(given)
    if "FindingPublishingFrequency" in given:
        call.only_administrator()
    _change(detector, given)
    detector.updated_at = call.now
    detectors.keep(call.conn, detector)
    settings.grow(call.conn, settings.WORLD)
    return {}


def _change(detector: Detector, given: Given) -> None:
    if "Enable" in given:
        detector.status = Status.ENABLED if given["Enable"] else Status.DISABLED
    detector.frequency = given.get("FindingPublishingFrequency", detector.frequency)


def delete_detector(call: Call, given: Given) -> Output:
    """Delete a detector with its findings, filters, lists and destinations.

    It stays known as deleted, so that later findings of its account are kept archived, not lost.
    """
    detector = call.detector(given)
    if call.is_administrator and members.associated(call.conn):
        raise BadRequest(
            "The request is rejected because the account has member accounts. Disassociate them "
            "first."
        )
    detector.status, detector.updated_at = Status.DELETED, call.now
    detectors.keep(call.conn, detector)
    findings.delete_of(call.conn, detector.account, detector.region)
    _delete_parts(call, detector)
    settings.grow(call.conn, settings.WORLD)
    return {}


def _delete_parts(call: Call, detector: Detector) -> None:
    arn = call.arn(detector.id)
    for one in filters.of_detector(call.conn, detector.id):
        filters.remove(call.conn, detector.id, one.name)
    for kind in Kind:
        for held in address_sets.page(call.conn, detector.id, kind, "", 1_000):
            address_sets.remove(call.conn, held.id)
    for destination in destinations.of_detectors(call.conn, [detector.id]):
        destinations.remove(call.conn, destination.id)
        channels.remove(call.conn, [destination.channel])
    tags.remove_under(call.conn, arn)
