"""OCSF's Detection Finding, class 2004: https://schema.ocsf.io/1.7.0/classes/detection_finding."""

from collections.abc import Iterator

from truant.formats.document import Document
from truant.formats.size import Json
from truant.model.event_time import milliseconds

VERSION = "1.7.0"
CLASS, CATEGORY = 2004, 2
# activity_id: 1 create, 2 update, 3 close.
_ACTIVITIES = {"created": (1, "Create"), "withdrawn": (3, "Close")}
_UPDATE = (2, "Update")
_NEW, _ARCHIVED = (1, "New"), (5, "Archived")
_SEVERITIES = {"Low": 2, "Medium": 3, "High": 4, "Critical": 5}
_AWS_ACCOUNT, _OTHER = 10, 99  # account.type_id, and user.type_id: a role is none of its kinds
_RULE = 1  # analytic.type_id
_IP, _INSTANCE, _KEY = 2, 10, 19  # observable.type_id: address, resource UID, credential UID
# https://attack.mitre.org/techniques/T1552/005/ and T1078/004.
_ATTACKS = (
    ("T1552", "Unsecured Credentials", "T1552.005", "Cloud Instance Metadata API"),
    ("T1078", "Valid Accounts", "T1078.004", "Cloud Accounts"),
)
_TACTICS = ("TA0006", "Credential Access"), ("TA0001", "Initial Access")


def ocsf(document: Document, change: str, at: int, product_version: str) -> Json:
    """The finding as an OCSF event. `at`: epoch milliseconds of the change."""
    activity, activity_name = _ACTIVITIES.get(change, _UPDATE)
    info = document.service.additional_info
    status, status_name = _ARCHIVED if document.service.archived else _NEW
    told: Json = {
        "activity_id": activity,
        "activity_name": activity_name,
        "category_uid": CATEGORY,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + activity,
        "type_name": f"Detection Finding: {activity_name}",
        "time": at,
        "severity_id": _SEVERITIES[document.band],
        "severity": document.band,
        "status_id": status,
        "status": status_name,
        "confidence_score": max(0, min(100, round(document.confidence))),
        "count": document.service.count,
        "is_alert": not document.service.archived,
        "message": document.description,
        "metadata": _metadata(product_version),
        "cloud": {
            "provider": "AWS",
            "region": document.region,
            "cloud_partition": document.partition,
            "account": _account(document.account_id),
        },
        "finding_info": _finding_info(document),
        "evidences": [_evidence(document)],
        "resources": _resources(document),
        "observables": list(_observables(document)),
        "unmapped": {"evidence": [f"{o.weight:+g} {o.sentence}" for o in info.evidence[:20]]},
    }
    if info.archived_because:
        told["status_detail"] = info.archived_because
    return told


def _metadata(version: str) -> Json:
    return {
        "version": VERSION,
        "profiles": ["cloud"],
        "product": {"name": "Truant", "vendor_name": "Truant", "version": version},
        "log_name": "findings",
    }


def _account(account: str) -> Json:
    return {"uid": account, "type_id": _AWS_ACCOUNT, "type": "AWS Account"}


def _finding_info(document: Document) -> Json:
    service = document.service
    times = {
        "first_seen_time": service.event_first_seen,
        "last_seen_time": service.event_last_seen,
        "created_time": document.created_at,
        "modified_time": document.updated_at,
    }
    return {
        "uid": document.id,
        "uid_alt": document.arn,
        "title": document.title,
        "desc": document.description,
        "types": [document.type],
        "analytic": {"name": document.type, "type_id": _RULE, "type": "Rule"},
        "data_sources": ["AWS CloudTrail"],
        "attacks": [_attack(*one, tactic) for one, tactic in zip(_ATTACKS, _TACTICS, strict=True)],
        **{name: time for name, text in times.items() if (time := milliseconds(text))},
    }


def _attack(uid: str, name: str, sub_uid: str, sub_name: str, tactic: tuple[str, str]) -> Json:
    return {
        "technique": {"uid": uid, "name": name},
        "sub_technique": {"uid": sub_uid, "name": sub_name},
        "tactic": {"uid": tactic[0], "name": tactic[1]},
    }


def _evidence(document: Document) -> Json:
    key, call = document.resource.access_key_details, document.call
    evidence: Json = {
        "actor": {
            "user": {
                "name": key.user_name,
                "uid": key.principal_id,
                "credential_uid": key.access_key_id,
                "type_id": _OTHER,
                "type": key.user_type,
                "account": _account(document.account_id),
            }
        },
        "api": {"operation": call.api, "service": {"name": call.service_name}},
    }
    remote = call.remote_ip_details
    if remote.address:
        endpoint: Json = {"ip": remote.address}
        asn = remote.organization.asn
        if asn and asn.isascii() and asn.isdigit():
            named = {"name": remote.organization.asn_org} if remote.organization.asn_org else {}
            endpoint["autonomous_system"] = {"number": int(asn[:10]), **named}
        if remote.country.country_code:
            endpoint["location"] = {"country": remote.country.country_code}
        evidence["src_endpoint"] = endpoint
    if call.user_agent:
        evidence["http_request"] = {"user_agent": call.user_agent}
    return evidence


def _resources(document: Document) -> list[Json]:
    key, instance = document.resource.access_key_details, document.resource.instance_details
    where = {"region": document.region, "cloud_partition": document.partition}
    return [
        {"type": "AWS::IAM::AccessKey", "uid": key.access_key_id, "name": key.user_name, **where},
        {"type": "AWS::EC2::Instance", "uid": instance.instance_id, **where},
    ]


def _observables(document: Document) -> Iterator[Json]:
    for type_id, name, value in (
        (_IP, "evidences[].src_endpoint.ip", document.call.remote_ip_details.address),
        (_INSTANCE, "resources[].uid", document.resource.instance_details.instance_id),
        (_KEY, "evidences[].actor.user.credential_uid", _key_id(document)),
    ):
        if value:
            yield {"type_id": type_id, "name": name, "value": value}


def _key_id(document: Document) -> str:
    return document.resource.access_key_details.access_key_id
