"""AWS Security Finding Format: what Security Hub imports.

Members and their bounds: https://docs.aws.amazon.com/securityhub/latest/userguide/
securityhub-findings-format-syntax.html. A finding of one's own is of the account's default
product, and of the account that imports it: whose it is stands in its resources.
"""

from collections.abc import Iterator, Mapping

from truant.formats.document import Document
from truant.formats.size import Json

SCHEMA_VERSION = "2018-10-08"
TITLE_MAX, DESCRIPTION_MAX, FIELD_MAX, FIELDS_MAX = 256, 1024, 2048, 50
_LABELS = {"Critical": "CRITICAL", "High": "HIGH", "Medium": "MEDIUM", "Low": "LOW"}
# As Security Hub names GuardDuty's; the impostor's is ours in the same manner.
_NAMESPACES = (("UnauthorizedAccess", "Effects/Data Exfiltration"), ("", "TTPs/Defense Evasion"))


def asff(document: Document, importer: str, region: str) -> Json:
    """The finding, to be imported by an account in a region."""
    service = document.service
    types = [_type(document.type)]
    severity = {"Label": _LABELS[document.band], "Original": str(document.severity)}
    confidence = max(0, min(100, round(document.confidence)))
    return {
        "SchemaVersion": SCHEMA_VERSION,
        "Id": document.arn,
        "ProductArn": (
            f"arn:{document.partition}:securityhub:{region}:{importer}:product/{importer}/default"
        ),
        "ProductName": "Truant",
        "CompanyName": "Truant",
        "GeneratorId": document.arn.partition("/finding/")[0],
        "AwsAccountId": importer,
        "Region": region,
        "Types": types,
        "FirstObservedAt": service.event_first_seen,
        "LastObservedAt": service.event_last_seen,
        "CreatedAt": document.created_at,
        "UpdatedAt": document.updated_at,
        "Severity": {**severity, "Normalized": round(document.severity * 10)},
        "FindingProviderFields": {"Severity": severity, "Types": types, "Confidence": confidence},
        "Confidence": confidence,
        "Title": document.title[:TITLE_MAX],
        "Description": document.description[:DESCRIPTION_MAX],
        "ProductFields": _fields(document),
        "Resources": _resources(document),
        "Action": {"ActionType": "AWS_API_CALL", "AwsApiCallAction": _action(document)},
        "RecordState": "ARCHIVED" if service.archived else "ACTIVE",
        "Sample": service.additional_info.sample,
    }


def _type(name: str) -> str:
    namespace = next(space for start, space in _NAMESPACES if name.startswith(start))
    return f"{namespace}/{name.replace('/', '-')}"


def _resources(document: Document) -> list[Json]:
    key, instance = document.resource.access_key_details, document.resource.instance_details
    where = {"Partition": document.partition, "Region": document.region}
    arn = (
        f"arn:{document.partition}:ec2:{document.region}:{document.account_id}:"
        f"instance/{instance.instance_id}"
    )
    details = {"ImageId": instance.image_id, "Type": instance.instance_type}
    return [
        {
            "Type": "AwsIamAccessKey",
            "Id": f"AWS::IAM::AccessKey:{key.access_key_id}",
            **where,
            "Details": {
                "AwsIamAccessKey": {
                    "PrincipalId": key.principal_id,
                    "PrincipalName": key.user_name,
                    "PrincipalType": key.user_type,
                    "AccountId": document.account_id,
                }
            },
        },
        {
            "Type": "AwsEc2Instance",
            "Id": arn[:512],
            **where,
            "Details": {"AwsEc2Instance": {k: v for k, v in details.items() if v}},
        },
    ]


def _action(document: Document) -> Json:
    call, service = document.call, document.service
    action: Json = {
        "Api": call.api,
        "ServiceName": call.service_name,
        "CallerType": "remoteIp",
        "FirstSeen": service.event_first_seen,
        "LastSeen": service.event_last_seen,
    }
    remote = call.remote_ip_details
    if remote.v4:
        details: Json = {"IpAddressV4": remote.v4}
        asn = remote.organization.asn
        if asn and asn.isascii() and asn.isdigit():
            owner = {"AsnOrg": remote.organization.asn_org or ""}
            details["Organization"] = {"Asn": int(asn[:10]), **owner}
        if remote.country.country_code:
            details["Country"] = {"CountryCode": remote.country.country_code}
        action["RemoteIpDetails"] = details
    return action


def _fields(document: Document) -> Mapping[str, str]:
    told = {name: text[:FIELD_MAX] for name, text in _told(document) if text}
    return dict(list(told.items())[:FIELDS_MAX])


def _told(document: Document) -> Iterator[tuple[str, str]]:
    service, info, call = document.service, document.service.additional_info, document.call
    start = "aws/guardduty/service"
    yield f"{start}/archived", str(service.archived).lower()
    yield f"{start}/count", str(service.count)
    yield f"{start}/detectorId", service.detector_id
    yield f"{start}/eventFirstSeen", service.event_first_seen
    yield f"{start}/eventLastSeen", service.event_last_seen
    yield f"{start}/action/actionType", "AWS_API_CALL"
    yield f"{start}/action/awsApiCallAction/api", call.api
    yield f"{start}/action/awsApiCallAction/serviceName", call.service_name
    address = call.remote_ip_details.address or ""
    yield f"{start}/action/awsApiCallAction/remoteIpDetails/ipAddress", address
    remote = call.remote_account_details.account_id or ""
    yield f"{start}/action/awsApiCallAction/remoteAccountDetails/accountId", remote
    yield "truant/type", document.type
    yield "truant/accountId", document.account_id
    yield "truant/archivedBecause", info.archived_because or ""
    for number, one in enumerate(info.evidence[:20]):
        yield f"truant/evidence/{number}", f"{one.weight:+g} {one.sentence}"
