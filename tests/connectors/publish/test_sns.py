"""Tests of `sns`: notifications as subscribers get them."""

import json
from typing import Any

import pytest

from tests.messages import message, place
from tests.told_findings import HOSTILE, hostile, told
from truant.connectors.config import BadConfig
from truant.connectors.publish.publisher import NotDelivered


def subscribed(aws: Any, name: str = "t", **attributes: str) -> tuple[str, str]:
    """A topic and a queue that hears it: ARN and URL."""
    sns, sqs = aws("sns"), aws("sqs")
    topic: str = sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]
    url: str = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])
    return topic, url


def received(aws: Any, url: str) -> dict[str, Any]:
    (got,) = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    found: dict[str, Any] = json.loads(got["Body"])
    return found


def test_subscribers_get_guardduty_s_event(aws: Any) -> None:
    topic, url = subscribed(aws)
    assert place("sns", topic=topic).publisher.send([message()]) == {}
    got = received(aws, url)
    event = json.loads(got["Message"])
    assert (event["source"], event["detail"]) == ("aws.guardduty", told()[0])
    assert got["Subject"].startswith("High: New: Credentials")
    assert got["MessageAttributes"]["severity"] == {"Type": "Number", "Value": "8"}
    assert got["MessageAttributes"]["change"]["Value"] == "created"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_findings_arrive(aws: Any, text: str) -> None:
    topic, url = subscribed(aws)
    place("sns", topic=topic, form="guardduty").publisher.send([message(hostile(text))])
    got = received(aws, url)
    assert json.loads(got["Message"]) == hostile(text)
    assert len(got["Subject"]) < 100
    assert got["Subject"].isascii()
    assert got["Subject"].isprintable()


def test_a_fifo_topic_keeps_a_finding_s_order_and_drops_what_came_already(aws: Any) -> None:
    topic, url = subscribed(aws, "t.fifo", FifoTopic="true", FifoQueue="true")
    queue = place("sns", topic=topic).publisher
    assert queue.send([message()]) == {}
    assert received(aws, url)["TopicArn"] == topic


def test_no_topic_is_said(aws: Any) -> None:
    del aws
    arn = "arn:aws:sns:eu-west-1:123456789012:none"
    with pytest.raises(NotDelivered, match="SNS says NotFound"):
        place("sns", topic=arn).publisher.send([message()])
    with pytest.raises(BadConfig, match="ARN"):
        place("sns", topic="none")
