"""A finding that is none: what a test of a destination sends."""

from truant.formats.size import Json
from truant.model.event_time import iso_milliseconds

TITLE = "This is a test of a destination. Nothing happened."


def trial(at: int) -> Json:
    """A sample in GuardDuty's form, said to be one. `at`: epoch milliseconds.

    Its names are those of GuardDuty's own samples, its address nobody's (RFC 5737).
    """
    time, account, region = iso_milliseconds(at), "123456789012", "us-east-1"
    id_, detector = f"{0:032x}", f"{0:032x}"
    return {
        "schemaVersion": "2.0",
        "accountId": account,
        "region": region,
        "partition": "aws",
        "id": id_,
        "arn": f"arn:aws:guardduty:{region}:{account}:detector/{detector}/finding/{id_}",
        "type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
        "resource": {
            "resourceType": "AccessKey",
            "accessKeyDetails": {
                "accessKeyId": "GeneratedFindingAccessKeyId",
                "principalId": "GeneratedFindingPrincipalId",
                "userName": "GeneratedFindingUserName",
                "userType": "AssumedRole",
            },
            "instanceDetails": {"instanceId": "i-99999999"},
        },
        "service": {
            "serviceName": "guardduty",
            "detectorId": detector,
            "action": {
                "actionType": "AWS_API_CALL",
                "awsApiCallAction": {
                    "api": "GeneratedFindingAPIName",
                    "callerType": "Remote IP",
                    "serviceName": "generatedfinding.amazonaws.com",
                    "remoteIpDetails": {"ipAddressV4": "198.51.100.0"},
                    "affectedResources": {},
                },
            },
            "resourceRole": "TARGET",
            "additionalInfo": {"sample": True, "type": "default", "value": '{"sample":true}'},
            "eventFirstSeen": time,
            "eventLastSeen": time,
            "archived": False,
            "count": 1,
        },
        "severity": 2.0,
        "confidence": 0.0,
        "createdAt": time,
        "updatedAt": time,
        "title": TITLE,
        "description": TITLE,
    }
