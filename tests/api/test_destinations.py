"""Tests of `destinations`: made, shown, changed, deleted."""

from typing import Any

import pytest

BUCKET = {"DestinationArn": "arn:aws:s3:::findings-of-ours/prefix"}


def test_the_life_of_a_destination(client: Any, detector: str) -> None:
    key = "arn:aws:kms:eu-west-1:111111111111:key/0123"
    made = client.create_publishing_destination(
        DetectorId=detector,
        DestinationType="S3",
        DestinationProperties={**BUCKET, "KmsKeyArn": key},
        Tags={"a": "b"},
    )["DestinationId"]
    (listed,) = client.list_publishing_destinations(DetectorId=detector)["Destinations"]
    assert (listed["DestinationId"], listed["Status"]) == (made, "PENDING_VERIFICATION")
    shown = client.describe_publishing_destination(DetectorId=detector, DestinationId=made)
    assert shown["DestinationProperties"] == {**BUCKET, "KmsKeyArn": key}
    assert shown["Tags"] == {"a": "b"}
    client.update_publishing_destination(
        DetectorId=detector,
        DestinationId=made,
        DestinationProperties={"DestinationArn": "arn:aws:s3:::elsewhere"},
    )
    shown = client.describe_publishing_destination(DetectorId=detector, DestinationId=made)
    assert shown["DestinationProperties"]["DestinationArn"] == "arn:aws:s3:::elsewhere"
    client.delete_publishing_destination(DetectorId=detector, DestinationId=made)
    assert client.list_publishing_destinations(DetectorId=detector)["Destinations"] == []


@pytest.mark.parametrize(
    "properties",
    [
        {},
        {"DestinationArn": "bucket"},
        {"DestinationArn": "arn:aws:s3:::a"},
        {**BUCKET, "KmsKeyArn": "k"},
    ],
)
def test_what_is_no_bucket_is_refused(
    client: Any, detector: str, properties: dict[str, str]
) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="Arn"):
        client.create_publishing_destination(
            DetectorId=detector, DestinationType="S3", DestinationProperties=properties
        )


def test_a_bucket_stands_once(client: Any, detector: str) -> None:
    given = {"DetectorId": detector, "DestinationType": "S3", "DestinationProperties": BUCKET}
    client.create_publishing_destination(**given)
    with pytest.raises(client.exceptions.BadRequestException, match="exists already"):
        client.create_publishing_destination(**given)
