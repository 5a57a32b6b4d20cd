"""Tests of `eventbridge`: events on a bus of one's own, as rules and their targets see them."""

import json
from typing import Any

import pytest

from tests.messages import message, messages, place
from tests.told_findings import HOSTILE, hostile, told
from truant.connectors.config import BadConfig
from truant.connectors.publish.publisher import NotDelivered


def queue_behind(aws: Any, pattern: dict[str, object]) -> str:
    """A bus, a rule, and a queue that gets what fits; its URL."""
    events, sqs = aws("events"), aws("sqs")
    events.create_event_bus(Name="findings")
    url: str = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    events.put_rule(Name="r", EventBusName="findings", EventPattern=json.dumps(pattern))
    events.put_targets(
        Rule="r", EventBusName="findings", Targets=[{"Id": "q", "Arn": arn["QueueArn"]}]
    )
    return url


def received(aws: Any, url: str) -> list[dict[str, Any]]:
    found, sqs = [], aws("sqs")
    while got := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for one in got:
            found.append(json.loads(one["Body"]))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
    return found


def test_a_rule_that_asks_for_guardduty_s_findings_gets_them(aws: Any) -> None:
    url = queue_behind(aws, {"detail-type": ["GuardDuty Finding"], "source": ["truant"]})
    told_of = messages()
    bus = place("eventbridge", bus="findings").publisher
    for start in range(0, len(told_of), bus.most):
        assert bus.send(told_of[start : start + bus.most]) == {}
    got = received(aws, url)
    assert {one["detail"]["id"] for one in got} == {one["id"] for one in told()}
    assert all(one["detail"] in told() for one in got)
    assert {(one["source"], one["detail-type"]) for one in got} == {("truant", "GuardDuty Finding")}


def test_ten_large_events_go_in_requests_that_are_not_too_large(aws: Any) -> None:
    url = queue_behind(aws, {"source": ["truant"]})
    document = told()[0]
    document["service"]["additionalInfo"]["evidence"] *= 60  # type: ignore[index]
    many = [message({**document, "id": str(n)}, number=n) for n in range(10)]
    assert place("eventbridge", bus="findings").publisher.send(many) == {}
    assert sorted(one["detail"]["id"] for one in received(aws, url)) == sorted(map(str, range(10)))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_findings_arrive(aws: Any, text: str) -> None:
    url = queue_behind(aws, {"source": ["truant"]})
    place("eventbridge", bus="findings").publisher.send([message(hostile(text))])
    (got,) = received(aws, url)
    assert got["detail"] == hostile(text)


def test_no_aws_is_said(no_aws: None) -> None:  # noqa: ARG001
    with pytest.raises(NotDelivered, match="EventBridge was not reached"):
        place("eventbridge", bus="findings").publisher.send([message()])


def test_aws_s_own_sources_are_aws_s() -> None:
    with pytest.raises(BadConfig, match="from AWS alone"):
        place("eventbridge", bus="findings", region="eu-west-1", source="aws.guardduty")
