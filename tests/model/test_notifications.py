"""Tests of `notifications`: what each form of message says, raw and in the envelope of a topic."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.notifications import (
    IGNORED_OTHER,
    IGNORED_TEST,
    Notification,
    read,
)

KEY = "AWSLogs/111111111111/CloudTrail/eu-west-1/2026/01/09/a b+cé.json.gz"
ENCODED = "AWSLogs/111111111111/CloudTrail/eu-west-1/2026/01/09/a+b%2Bc%C3%a9.json.gz"
OBJECT = Notification(objects=(("trail", KEY),))
S3 = {
    "Records": [
        {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "trail"}, "object": {"key": ENCODED, "size": 1}},
        }
    ]
}
TRAIL = {"s3Bucket": "trail", "s3ObjectKey": [KEY]}
CREATED = {
    "version": "0",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "detail": {"bucket": {"name": "trail"}, "object": {"key": KEY, "size": 1}},
}
CALL = {
    "version": "0",
    "id": "e",
    "detail-type": "AWS API Call via CloudTrail",
    "source": "aws.s3",
    "detail": {"eventVersion": "1.09", "eventName": "ListBuckets"},
}


def enveloped(body: str) -> str:
    topic = "arn:aws:sns:eu-west-1:111111111111:trail"
    return json.dumps({"Type": "Notification", "TopicArn": topic, "Message": body})


@pytest.mark.parametrize("form", [S3, TRAIL, CREATED], ids=["s3", "trail", "eventbridge"])
@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_new_object_in_every_form(form: object, depth: int) -> None:
    body = json.dumps(form)
    for _ in range(depth):
        body = enveloped(body)
    assert read(body) == OBJECT


@pytest.mark.parametrize(
    "kind",
    ["AWS API Call", "AWS Console Sign In", "AWS Service Event", "AWS Console Action"],
)
def test_a_call_itself(kind: str) -> None:
    body = json.dumps({**CALL, "detail-type": f"{kind} via CloudTrail"})
    for text in (body, enveloped(body)):
        assert read(text) == Notification(is_record=True, body=body)


def test_many_objects_in_one_message() -> None:
    both = {"Records": [*S3["Records"], {"eventName": "ObjectRemoved:Delete"}, *S3["Records"]]}
    assert read(json.dumps(both)).objects == (("trail", KEY),) * 2
    many = {**TRAIL, "s3ObjectKey": ["a", "b"]}
    assert read(json.dumps(many)).objects == (("trail", "a"), ("trail", "b"))


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "trail"}, IGNORED_TEST),
        ({"Records": [{"eventName": "ObjectRemoved:Delete"}]}, IGNORED_OTHER),
        ({"detail-type": "Object Deleted", "detail": {}}, IGNORED_OTHER),
        ({"detail-type": "EC2 Instance State-change Notification", "detail": {}}, IGNORED_OTHER),
    ],
)
def test_what_tells_of_no_object_is_ignored_for_a_reason(body: object, why: str) -> None:
    assert read(json.dumps(body)) == Notification(ignored=why)


def test_cloudtrails_own_test_is_known() -> None:
    assert read(enveloped("CloudTrail validation message.")) == Notification(ignored=IGNORED_TEST)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "7",
        '"x"',
        "{}",
        '{"a": 1}',
        '{"Records": 3}',
        '{"Records": [3]}',
        '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": [], "object": {}}}]}',
        '{"s3Bucket": "b", "s3ObjectKey": [1]}',
        '{"s3ObjectKey": ["k"]}',
        '{"detail-type": "Object Created"}',
        '{"detail-type": "AWS API Call via CloudTrail"}',
        "[" * 100_000,
        enveloped(enveloped(enveloped(enveloped("{}")))),
    ],
)
def test_what_says_nothing_is_an_error(body: str) -> None:
    said = read(body)
    assert said.error
    assert len(said.error) <= 200
    assert not said.objects


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Records", "s3", "detail", "detail-type", "s3ObjectKey", "Message", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON | st.text())
def test_it_never_raises(value: object) -> None:
    read(value if isinstance(value, str) else json.dumps(value))
