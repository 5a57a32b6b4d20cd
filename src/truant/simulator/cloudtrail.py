"""A record as CloudTrail writes it.

Fields and the versions that brought them:
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
"""

from datetime import datetime

from msgspec import Struct

from truant.simulator.actions import Action, Json
from truant.simulator.identity import stamp
from truant.simulator.services import Habit, host_of
from truant.simulator.way_out import Origin


class Delivered(Struct, frozen=True):
    """One record with the trail it goes to: recipient account, region, time."""

    account: str
    region: str
    time: datetime
    record: Json

    @property
    def event_id(self) -> str:
        """The record's eventID."""
        return str(self.record["eventID"])

    @property
    def access_key(self) -> str:
        """The access key that signed the call, or nothing."""
        identity = self.record["userIdentity"]
        return str(identity.get("accessKeyId", "")) if isinstance(identity, dict) else ""


def record(
    action: Action,
    identity: Json,
    origin: Origin,
    agent: str,
    *,
    time: datetime,
    region: str,
    recipient: str,
    request_id: str,
    event_id: str,
    habit: Habit,
    tls: bool = True,
    shared: str | None = None,
    event_type: str = "AwsApiCall",
    from_console: bool = False,
) -> Json:
    """Write one record, with the fields that the service's version knows."""
    found: Json = {
        "eventVersion": habit.version_text,
        "userIdentity": identity,
        "eventTime": stamp(time),
        "eventSource": f"{action.service}.amazonaws.com",
        "eventName": action.name,
        "awsRegion": region,
        "sourceIPAddress": origin.address,
        "userAgent": f"[{agent}]" if action.service == "s3" else agent,
    }
    if action.error is not None:
        found["errorCode"], found["errorMessage"] = action.error
    found["requestParameters"] = action.parameters
    found["responseElements"] = action.response
    if action.additional is not None:
        found["additionalEventData"] = action.additional
    found["requestID"] = request_id
    found["eventID"] = event_id
    found["readOnly"] = action.read_only
    if action.resources:
        found["resources"] = action.resources
    found["eventType"] = event_type
    if habit.version >= (1, 6):
        found["managementEvent"] = not action.data
    found["recipientAccountId"] = recipient
    if shared is not None:
        found["sharedEventID"] = shared
    found |= _endpoint(origin, habit)
    if habit.version >= (1, 7):
        found["eventCategory"] = "Data" if action.data else "Management"
    if habit.version >= (1, 8) and tls:
        found["tlsDetails"] = _tls(action, region)
    if from_console and habit.version >= (1, 8):
        found["sessionCredentialFromConsole"] = "true"
    return dict(sorted(found.items())) if habit.sorted_fields else found


def _endpoint(origin: Origin, habit: Habit) -> Json:
    if origin.endpoint is None:
        return {}
    found: Json = {"vpcEndpointId": origin.endpoint}
    if habit.names_endpoint_account and origin.endpoint_account is not None:
        found["vpcEndpointAccountId"] = origin.endpoint_account
    return found


def _tls(action: Action, region: str) -> Json:
    host = action.parameters.get("Host") if action.parameters else None
    return {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": host or host_of(action.service, region),
    }
