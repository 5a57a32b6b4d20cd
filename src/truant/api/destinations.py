"""Publishing destinations: buckets to which a detector's findings are to be written."""

import re
import uuid

from truant.api.call import Call, Given, Output
from truant.api.errors import NO_SUCH, BadRequest, invalid
from truant.api.paging import of_list
from truant.api.tags import keep_tags
from truant.connectors.store import channels, destinations, tags
from truant.connectors.store.channels import Channel
from truant.connectors.store.destinations import Destination, Status

DESTINATIONS_MAX = 10
_BUCKET = re.compile(r"arn:[a-z-]{3,20}:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:/[!-~]{0,1000})?")
_KEY = re.compile(r"arn:[a-z-]{3,20}:kms:[a-z0-9-]{1,32}:\d{12}:(?:key|alias)/[!-~]{1,256}")


def create_publishing_destination(call: Call, given: Given) -> Output:
    """Make a destination. It is verified by an object that is written there at once."""
    call.only_administrator()
    detector = call.detector(given)
    known = destinations.of_detectors(call.conn, [detector.id])
    one = Destination(
        id=uuid.uuid4().hex,
        detector_id=detector.id,
        type=given["DestinationType"],
        arn="",
        kms_key_arn="",
        status=Status.PENDING,
        created_at=call.now,
    )
    _change(one, given)
    if not one.arn:
        raise invalid("destinationProperties.destinationArn names no bucket")
    if any(other.arn == one.arn for other in known):
        raise BadRequest("The request is rejected because the destination exists already.")
    if len(known) >= DESTINATIONS_MAX:
        raise BadRequest(f"The request is rejected: there are {DESTINATIONS_MAX} destinations.")
    _keep(call, one)
    keep_tags(call, _arn(call, one), given)
    return {"DestinationId": one.id}


def _change(one: Destination, given: Given) -> None:
    properties: Given = given.get("DestinationProperties") or {}
    arn, key = properties.get("DestinationArn"), properties.get("KmsKeyArn")
    if arn is not None:
        if _BUCKET.fullmatch(arn) is None:
            raise invalid("destinationArn must be arn:aws:s3:::BUCKET, with a prefix if wanted")
        one.arn = arn
    if key is not None:
        if _KEY.fullmatch(key) is None:
            raise invalid("kmsKeyArn must be the ARN of a key")
        one.kms_key_arn = key


def _keep(call: Call, one: Destination) -> None:
    destinations.keep(call.conn, one)
    channels.verify(call.conn, Channel(one.channel, one.type, one.arn))


def list_publishing_destinations(call: Call, given: Given) -> Output:
    """A detector's destinations."""
    known = destinations.of_detectors(call.conn, [call.detector(given).id])
    page, next_token = of_list(given, known, lambda one: one.id)
    shown = [
        {"DestinationId": one.id, "DestinationType": one.type, "Status": one.status.value}
        for one in page
    ]
    return {"Destinations": shown, "NextToken": next_token}


def describe_publishing_destination(call: Call, given: Given) -> Output:
    """A destination in full."""
    one = _named(call, given)
    return {
        "DestinationId": one.id,
        "DestinationType": one.type,
        "Status": one.status.value,
        "PublishingFailureStartTimestamp": one.failing_since or 0,
        "DestinationProperties": {
            "DestinationArn": one.arn,
            "KmsKeyArn": one.kms_key_arn or None,
        },
        "Tags": tags.of(call.conn, _arn(call, one)) or None,
    }


def update_publishing_destination(call: Call, given: Given) -> Output:
    """Change a destination; it is to be verified anew."""
    call.only_administrator()
    one = _named(call, given)
    _change(one, given)
    one.status, one.failing_since = Status.PENDING, None
    _keep(call, one)
    return {}


def delete_publishing_destination(call: Call, given: Given) -> Output:
    """Delete a destination."""
    call.only_administrator()
    one = _named(call, given)
    destinations.remove(call.conn, one.id)
    channels.remove(call.conn, [one.channel])
    tags.remove(call.conn, _arn(call, one))
    return {}


def _named(call: Call, given: Given) -> Destination:
    found = destinations.get(call.conn, call.detector(given).id, given["DestinationId"])
    if found is None:
        raise BadRequest(NO_SUCH)
    return found


def _arn(call: Call, one: Destination) -> str:
    return call.arn(one.detector_id, f"/publishingDestination/{one.id}")
