"""The service reads a bucket, a queue and a stream with nothing but the shipped policy."""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.moto_aws import REGION, Moto, moto
from tests.trail_records import record
from truant.connectors import policies, queue_inlet
from truant.connectors.sources import source
from truant.connectors.store import accounting
from truant.connectors.store.database import Store
from truant.runners.crew import Stop
from truant.runners.service import Setup, tasks

# Delivered today: without a word, a bucket's history is read from some days ago on.
FILE = "AWSLogs/{0}/CloudTrail/{1}/%Y/%m/%d/{0}_CloudTrail_{1}_%Y%m%dT0000Z_x.json.gz"
KEY = time.strftime(FILE.format("111122223333", REGION), time.gmtime())


@pytest.fixture
def aws() -> Iterator[Moto]:
    """AWS, with nothing in it."""
    with moto() as running:
        yield running


def trail(number: int) -> bytes:
    return gzip.compress(json.dumps({"Records": [record(number)]}).encode())


def test_the_shipped_policy_is_all_that_reading_needs(
    aws: Moto, lite: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_inlet, "WAIT_SECONDS", 1)
    s3, sqs, kinesis = (aws.client(name) for name in ("s3", "sqs", "kinesis"))
    here = {"LocationConstraint": REGION}
    s3.create_bucket(Bucket="org-trail", CreateBucketConfiguration=here)
    s3.put_object(Bucket="org-trail", Key=KEY, Body=trail(1))
    queue = sqs.create_queue(QueueName="trail")["QueueUrl"]
    event = {"detail-type": "AWS API Call via CloudTrail", "detail": record(2)}
    sqs.send_message(QueueUrl=queue, MessageBody=json.dumps(event))
    kinesis.create_stream(StreamName="trail", ShardCount=1)
    stream = kinesis.describe_stream(StreamName="trail")["StreamDescription"]["StreamARN"]
    line = json.dumps(record(3)).encode()
    kinesis.put_record(StreamARN=stream, Data=line, PartitionKey="a")

    document = json.loads(policies.read("intake"))
    for statement in document["Statement"]:
        statement["Resource"] = "*"  # moto asks SQS and Kinesis about no resource of its own
    # AWS asks for sqs:DeleteMessage where moto asks for the operation's own name.
    more = {"Effect": "Allow", "Action": "sqs:DeleteMessageBatch", "Resource": "*"}
    document["Statement"].append(more)
    user = aws.user("intake", json.dumps(document))
    for name, value in aws.environment(user).items():
        monkeypatch.setenv(name, value)
    wanted = tuple(map(source, ("s3://org-trail", queue, stream)))
    aws.enforce()
    for task in tasks(lite, Setup(tmp_path, sources=wanted), []):
        if task.name.startswith("intake"):
            for _ in range(4):  # a stream's shards are looked for first, and read then
                task.step(Stop())
    with lite.read() as conn:
        assert sum(accounting.counts(conn, accounting.RECORDS).values()) == 3
