"""Tests of `export`: GuardDuty's key, and lines of findings."""

import gzip
import json
import re

import pytest

from tests.told_findings import HOSTILE, hostile, told
from truant.formats.export import bucket_and_prefix, content, object_key

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@pytest.mark.parametrize(
    ("prefix", "start"), [("", ""), ("a/b", "a/b/"), ("a/b/", "a/b/"), ("/", "")]
)
def test_the_key_is_guardduty_s(prefix: str, start: str) -> None:
    key = object_key(prefix, "111111111111", "eu-west-1", "2026-11-25", ["k"])
    folder = "AWSLogs/111111111111/GuardDuty/eu-west-1/2026/11/25"
    assert re.fullmatch(rf"{start}{folder}/{UUID}\.jsonl\.gz", key)


def test_what_is_written_again_lies_where_it_lay() -> None:
    one = object_key("", "1", "r", "2026-11-25", ["a", "b"])
    assert one == object_key("", "1", "r", "2026-11-25", ["a", "b"])
    assert one != object_key("", "1", "r", "2026-11-25", ["a", "c"])


def test_a_finding_is_a_line() -> None:
    documents = [*told(), *map(hostile, HOSTILE)]
    packed = content(documents)
    assert [json.loads(line) for line in gzip.decompress(packed).splitlines()] == documents
    assert content(documents) == packed
    assert gzip.decompress(content([])) == b""


def test_an_arn_names_bucket_and_prefix() -> None:
    assert bucket_and_prefix("arn:aws:s3:::b/p/q") == ("b", "p/q")
    assert bucket_and_prefix("arn:aws-cn:s3:::b") == ("b", "")
