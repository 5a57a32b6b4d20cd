"""Records and findings without what others must not see: secrets never, our network unless asked.

A record's secrets are the credentials that an answer gave, wherever they stand; a stranger, who may
be handed what AWS is sent, sees of a record who called what from where, and of a finding the same.
"""

from collections.abc import Mapping

REMOVED = "(removed by Truant)"
# In small letters, without separators.
_SECRETS = frozenset(
    {"sessiontoken", "secretaccesskey", "secretkey", "password", "signintoken", "accesstoken"}
    | {"idtoken", "refreshtoken", "xamzsecuritytoken", "authorization", "privatekey", "token"}
    | {"keymaterial", "userdata", "plaintext", "secretstring", "webidentitytoken", "samlassertion"}
    | {"xamzsignature", "oldpassword", "newpassword", "masteruserpassword"}
)
_OF_RECORD = (
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "errorCode",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "requestID",
    "eventID",
    "recipientAccountId",
)
_OF_IDENTITY = ("type", "principalId", "accountId", "accessKeyId")
_OF_FINDING = (
    "schemaVersion",
    "accountId",
    "region",
    "partition",
    "id",
    "arn",
    "type",
    "severity",
    "confidence",
    "createdAt",
    "updatedAt",
    "title",
    "description",
)
_OF_SERVICE = ("action", "count", "eventFirstSeen", "eventLastSeen", "resourceRole", "serviceName")
_OF_ORIGIN = (
    "address",
    "vpcEndpointId",
    "vpcEndpointAccountId",
    "via",
    "place",
    "accessKeyId",
    "principalId",
    "firstSeen",
    "lastSeen",
    "count",
    "apis",
    "regions",
    "userAgents",
    "errorCodes",
    "calls",
)


def without_secrets(value: object) -> object:
    """The value with every secret replaced. What holds none comes back equal."""
    if isinstance(value, Mapping):
        return {
            name: REMOVED if _is_secret(str(name)) and one else without_secrets(one)
            for name, one in value.items()
        }
    return [without_secrets(one) for one in value] if isinstance(value, list) else value


def _is_secret(name: str) -> bool:
    return "".join(char for char in name.lower() if char.isalnum()) in _SECRETS


def record_for_strangers(record: Mapping[str, object]) -> dict[str, object]:
    """Of a record: who called what, when, from where, and the ids by which AWS finds it."""
    kept = _some(record, _OF_RECORD)
    identity = record.get("userIdentity")
    if isinstance(identity, Mapping):
        kept["userIdentity"] = _some(identity, _OF_IDENTITY)
    return kept


def finding_for_strangers(finding: Mapping[str, object]) -> dict[str, object]:
    """Of a finding: all but our network, our instance's details, and the reasons that name them."""
    kept = _some(finding, _OF_FINDING)
    resource = finding.get("resource")
    if isinstance(resource, Mapping):
        key, instance = resource.get("accessKeyDetails"), resource.get("instanceDetails")
        own = instance.get("instanceId") if isinstance(instance, Mapping) else None
        kept["resource"] = {
            "resourceType": resource.get("resourceType"),
            "accessKeyDetails": key,
            "instanceDetails": {"instanceId": own},
        }
    service = finding.get("service")
    if isinstance(service, Mapping):
        info = service.get("additionalInfo")
        kept["service"] = _some(service, _OF_SERVICE) | {"additionalInfo": _info(info)}
    return kept


def _info(info: object) -> dict[str, object]:
    if not isinstance(info, Mapping):
        return {}
    origins = info.get("origins")
    listed = origins if isinstance(origins, list) else []
    return {
        **_some(info, ("probability", "eventIds", "exactCount")),
        "origins": [_some(one, _OF_ORIGIN) for one in listed if isinstance(one, Mapping)],
    }


def _some(value: Mapping[str, object], names: tuple[str, ...]) -> dict[str, object]:
    return {name: value[name] for name in names if name in value}
