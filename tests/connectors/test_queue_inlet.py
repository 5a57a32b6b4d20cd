"""Tests of `queue_inlet`, against a real SQS, S3, SNS and EventBridge."""

import gzip
import json

import pytest

from tests.aws_server import REGION, Aws
from tests.intakes import bodies, few, intake_of, judged, prepared, records, run_dry, scanned, trail
from truant.connectors import queue_inlet
from truant.connectors.queue_inlet import QueueInlet
from truant.connectors.sources import source
from truant.connectors.store import accounting, quarantine
from truant.connectors.store.database import Store
from truant.runners.crew import Stop
from truant.runners.intake import Intake

SOME = 14


@pytest.fixture(autouse=True)
def _short_polls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue_inlet, "WAIT_SECONDS", 1)


def of(store: Store, url: str) -> Intake:
    return intake_of(store, source(url), QueueInlet(source(url)))


def some() -> dict[str, bytes]:
    return dict(list(trail("demo").items())[:SOME])


def counted(files: dict[str, bytes]) -> int:
    return sum(len(json.loads(gzip.decompress(data))["Records"]) for data in files.values())


def notify(aws: Aws, bucket: str, arn: str) -> None:
    aws.client("s3").put_bucket_notification_configuration(
        Bucket=bucket,
        NotificationConfiguration={
            "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]
        },
    )


def test_objects_that_s3_tells_of_give_the_findings_of_a_scan(aws: Aws, lite: Store) -> None:
    made = prepared(lite, "demo")
    url, arn = aws.queue()
    bucket = aws.bucket()
    notify(aws, bucket, arn)
    aws.put(bucket, few("demo"))
    run_dry(of(lite, url))
    judged(lite, made)
    assert bodies(lite) == scanned(made)
    assert records(lite) == made.seen
    assert aws.left(url) == 0


@pytest.mark.parametrize("raw", ["true", "false"])
def test_the_trails_own_topic(aws: Aws, lite: Store, raw: str) -> None:
    url, arn = aws.queue()
    sns, bucket = aws.client("sns"), aws.bucket()
    topic = sns.create_topic(Name=aws.name("trail"))["TopicArn"]
    sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": raw}
    )
    files = some()
    aws.put(bucket, files)
    for keys in (list(files)[:9], list(files)[9:]):
        told = {"s3Bucket": bucket, "s3ObjectKey": keys}
        sns.publish(TopicArn=topic, Message=json.dumps(told))
    sns.publish(TopicArn=topic, Message="CloudTrail validation message.")
    run_dry(of(lite, url))
    assert sum(records(lite).values()) == counted(files)
    assert aws.left(url) == 0


def test_calls_that_eventbridge_sends(aws: Aws, lite: Store) -> None:
    made = prepared(lite, "demo")
    url, arn = aws.queue()
    events = aws.client("events")
    rule = aws.name("rule")
    pattern = {"detail-type": ["AWS API Call via CloudTrail"]}
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))
    events.put_targets(Rule=rule, Targets=[{"Id": "q", "Arn": arn}])
    calls = [r for data in some().values() for r in json.loads(gzip.decompress(data))["Records"]]
    calls = calls[:60]
    for at in range(0, len(calls), 10):
        entries = [
            {
                "Source": "aws." + one["eventSource"].split(".")[0],
                "DetailType": "AWS API Call via CloudTrail",
                "Detail": json.dumps(one),
            }
            for one in calls[at : at + 10]
        ]
        assert events.put_events(Entries=entries)["FailedEntryCount"] == 0
    run_dry(of(lite, url))
    events.remove_targets(Rule=rule, Ids=["q"])
    judged(lite, made)
    assert sum(records(lite).values()) == len(calls)
    assert aws.left(url) == 0


def test_one_object_told_of_five_times_counts_once(aws: Aws, lite: Store) -> None:
    url, _ = aws.queue()
    bucket, files = aws.bucket(), dict(list(some().items())[:2])
    aws.put(bucket, files)
    sqs = aws.client("sqs")
    intake = of(lite, url)
    for _ in range(5):
        for _ in range(2):
            body = json.dumps({"s3Bucket": bucket, "s3ObjectKey": list(files)})
            sqs.send_message(QueueUrl=url, MessageBody=body)
        created = {"bucket": {"name": bucket}, "object": {"key": next(iter(files))}}
        event = {"detail-type": "Object Created", "detail": created}
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps(event))
        intake.step(Stop())
    run_dry(intake)
    assert sum(records(lite).values()) == counted(files)
    assert aws.left(url) == 0


def test_a_message_is_shown_again_until_it_is_kept(aws: Aws, lite: Store) -> None:
    url, _ = aws.queue(visibility=1)
    bucket, files = aws.bucket(), dict(list(some().items())[:2])
    aws.put(bucket, files)
    body = json.dumps({"s3Bucket": bucket, "s3ObjectKey": list(files)})
    aws.client("sqs").send_message(QueueUrl=url, MessageBody=body)
    died = QueueInlet(source(url))
    assert died.look(intake_of(lite, source(url), died)._known) is not None
    assert aws.left(url) == 1
    intake = of(lite, url)
    while aws.left(url):
        intake.step(Stop())
    assert sum(records(lite).values()) == counted(files)


def test_poison_goes_to_the_quarantine_and_keeps_nothing_else(aws: Aws, lite: Store) -> None:
    url, _ = aws.queue()
    bucket = aws.bucket()
    aws.put(bucket, {"good.json": b'{"Records":[]}', "broken.json.gz": gzip.compress(b"{}")[:9]})
    sqs = aws.client("sqs")
    for body in (
        "no JSON",
        json.dumps({"s3Bucket": bucket, "s3ObjectKey": ["good.json", "broken.json.gz", "none"]}),
        json.dumps({"Event": "s3:TestEvent"}),
        json.dumps({"detail-type": "AWS API Call via CloudTrail", "detail": {"x": 1}}),
    ):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    run_dry(of(lite, url))
    assert aws.left(url) == 0
    with lite.read() as conn:
        told = {(one.item.split(" ")[0], one.reason) for one in quarantine.latest(conn)}
        totals = accounting.counts(conn, accounting.TOTALS)
    assert totals["messages: a test event of S3 or CloudTrail"] == 1
    reasons = {item: reason for item, reason in told if item != "message"}
    assert "cut off" in reasons[f"s3://{bucket}/broken.json.gz"]
    assert "NoSuchKey" in reasons[f"s3://{bucket}/none"]
    assert sum(item == "message" for item, _ in told) == 2


def test_the_region_is_the_queues_own(aws: Aws) -> None:
    url = aws.queue()[0]
    assert REGION  # the environment's, where the URL names none
    assert QueueInlet(source(url))._client.meta.region_name == REGION
