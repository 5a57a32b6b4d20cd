"""Tests of `bucket`: objects as GuardDuty lays them, encrypted with the key that is named."""

import gzip
import json
import re
from typing import Any

import pytest

from tests.messages import AT, message, messages, place
from tests.told_findings import HOSTILE, hostile, told
from truant.connectors.publish.bucket import Bucket
from truant.connectors.publish.publisher import NotDelivered

KEY = "arn:aws:kms:eu-west-1:123456789012:key/0123"
OBJECT = re.compile(
    r"p/AWSLogs/(\d{12})/GuardDuty/([a-z0-9-]+)/2027/01/15/[0-9a-f-]{36}\.jsonl\.gz"
)


def made(aws: Any) -> Any:
    client = aws("s3")
    client.create_bucket(
        Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    return client


def objects(client: Any) -> dict[str, bytes]:
    listed = client.list_objects_v2(Bucket="findings").get("Contents", [])
    return {
        one["Key"]: client.get_object(Bucket="findings", Key=one["Key"])["Body"].read()
        for one in listed
    }


def test_findings_lie_as_guardduty_lays_them(aws: Any) -> None:
    client = made(aws)
    bucket = place("s3", bucket="arn:aws:s3:::findings/p", kms_key=KEY).publisher
    many = messages()
    assert bucket.send(many) == {}
    assert bucket.send(many) == {}, "what is sent again lies where it lay"
    found = []
    for key, content in objects(client).items():
        match = OBJECT.fullmatch(key)
        assert match is not None
        lines = [json.loads(line) for line in gzip.decompress(content).splitlines()]
        assert {(one["accountId"], one["region"]) for one in lines} == {match.groups()}
        found += lines
        head = client.head_object(Bucket="findings", Key=key)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", KEY)
    assert sorted(found, key=str) == sorted(told(), key=str)


def test_a_destination_is_verified_by_an_object_without_findings(aws: Any) -> None:
    client = made(aws)
    bucket = Bucket("arn:aws:s3:::findings/p", None, "eu-west-1")
    bucket.verify("111111111111", "eu-west-1", AT)
    ((key, content),) = objects(client).items()
    assert OBJECT.fullmatch(key)
    assert gzip.decompress(content) == b""


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_findings_are_whole(aws: Any, text: str) -> None:
    client = made(aws)
    place("s3", bucket="findings").publisher.send([message(hostile(text))])
    (content,) = objects(client).values()
    assert json.loads(gzip.decompress(content)) == hostile(text)


def test_no_bucket_and_no_aws_are_said(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    del aws
    with pytest.raises(NotDelivered, match="S3 says NoSuchBucket"):
        place("s3", bucket="none").publisher.send([message()])
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(NotDelivered, match="S3 was not reached"):
        place("s3", bucket="none").publisher.send([message()])
