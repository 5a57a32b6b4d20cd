"""Tests of `sources`: a location says what it is; what is wrong is told by name and remedy."""

from datetime import UTC, date, datetime

import pytest

from truant.connectors.sources import BadSource, Holds, Kind, Source, parse, source

QUEUE = "https://sqs.eu-west-1.amazonaws.com/111111111111/trail"
STREAM = "arn:aws:kinesis:us-east-1:111111111111:stream/trail"


@pytest.mark.parametrize(
    ("location", "kind", "region"),
    [
        ("/var/log/trail", Kind.FOLDER, None),
        ("trail", Kind.FOLDER, None),
        ("s3://org-trail", Kind.BUCKET, None),
        ("s3://org-trail/a/b/", Kind.BUCKET, None),
        (QUEUE, Kind.QUEUE, "eu-west-1"),
        ("http://127.0.0.1:5000/111111111111/trail.fifo", Kind.QUEUE, None),
        (STREAM, Kind.STREAM, "us-east-1"),
        ("arn:aws-cn:kinesis:cn-north-1:111111111111:stream/t", Kind.STREAM, "cn-north-1"),
    ],
)
def test_a_location_says_what_it_is(location: str, kind: Kind, region: str | None) -> None:
    found = source(location)
    assert (found.kind, found.region, found.name) == (kind, region, location)


@pytest.mark.parametrize(
    "location",
    ["", "  ", "s3://", "s3://UPPER", "https://example.com/x", "arn:aws:sqs:x:1:y", "a\0b"],
)
def test_what_is_no_source_is_refused(location: str) -> None:
    with pytest.raises(BadSource, match=r"is no source\. Give a folder, s3://"):
        source(location)


def test_a_bucket_has_a_name_and_a_prefix() -> None:
    assert source("s3://b-1").bucket == ("b-1", "")
    assert source("s3://b-1/a/b/").bucket == ("b-1", "a/b/")
    with pytest.raises(BadSource):
        _ = source("x").bucket


def test_a_table_says_more() -> None:
    table = {
        "from": QUEUE,
        "holds": "flow-logs",
        "name": "logs",
        "since": date(2026, 1, 9),
        "profile": "archive",
        "region": "eu-central-1",
        "every": 2,
    }
    start = int(datetime(2026, 1, 9, tzinfo=UTC).timestamp())
    assert parse(table, "x") == Source(
        QUEUE, Kind.QUEUE, Holds.FLOW_LOGS, "logs", start, "archive", "eu-central-1", 2.0
    )
    at = datetime(2026, 1, 9, 1, tzinfo=UTC)
    assert parse({"from": "x", "since": at}, "x").since == start + 3600


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ([], "must be a table"),
        ({"from": "x", "bucket": "y"}, r"unknown key at\.bucket; known are every, from, holds"),
        ({}, "at.from must say where to read"),
        ({"from": 3}, "at.from must be a text"),
        (
            {"from": "x", "holds": "trails"},
            "holds must be one of trail, flow-logs, not 'trails'",
        ),
        ({"from": "x", "since": "2026"}, "at.since must be a date"),
        ({"from": "x", "every": 0}, "at.every must be seconds between 0.1 and 3600"),
        ({"from": "x", "every": True}, "at.every"),
        ({"from": "x", "name": " "}, "at.name must be a text"),
    ],
)
def test_mistakes_are_told_by_key_and_remedy(table: object, said: str) -> None:
    with pytest.raises(BadSource, match=said):
        parse(table, "at")
