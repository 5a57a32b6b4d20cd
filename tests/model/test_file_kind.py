"""Files that are no trail files: told by AWS's names for them, or by what is in them."""

import pytest

from tests.trail_records import AGGREGATED, DIGEST, INSIGHT, record
from truant.model.file_kind import Kind, kind_by_content, kind_by_name

BUCKET = "logs/AWSLogs/o-a1b2c3d4e5/111122223333"
DAY = "eu-west-1/2026/01/09"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        (
            f"{BUCKET}/CloudTrail-Digest/{DAY}/111122223333_CloudTrail-Digest_eu-west-1_all_x.json.gz",
            Kind.DIGEST,
        ),
        ("111122223333_CloudTrail-Digest_eu-west-1_all_us-east-1_x.json.gz", Kind.DIGEST),
        (f"{BUCKET}/CloudTrail-Digest/{DAY}/renamed.json", Kind.DIGEST),
        (f"{BUCKET}/CloudTrail-Insight/{DAY}/1_CloudTrail-Insight_x.json.gz", Kind.INSIGHT),
        (f"{BUCKET}/CloudTrail-Aggregated/{DAY}/x.json.gz", Kind.AGGREGATED),
        (f"{BUCKET}/CloudTrail/{DAY}/111122223333_CloudTrail_eu-west-1_x.json.gz", None),
        (f"AWSLogs/111122223333/CloudTrail/{DAY}/111122223333_CloudTrail_x.json.gz", None),
        (f"{BUCKET}/CloudTrail-NetworkActivity/{DAY}/x.json.gz", None),
        ("about CloudTrail-Digest.json", None),
        ("", None),
    ],
)
def test_a_name_tells_the_kind(name: str, kind: Kind | None) -> None:
    assert kind_by_name(name) is kind


def test_the_content_tells_the_kind() -> None:
    assert kind_by_content(DIGEST) is Kind.DIGEST
    assert kind_by_content(INSIGHT) is Kind.INSIGHT
    assert kind_by_content(AGGREGATED) is Kind.AGGREGATED
    category: object
    for category in ("Management", "Data", "NetworkActivity", None, 5, [], "insight"):
        assert kind_by_content({"eventCategory": category}) is None
    assert kind_by_content({}) is None


def test_a_call_is_never_left_out_for_what_else_it_says() -> None:
    for more in ({"digestStartTime": "x"}, {"eventCategory": "Insight"}):
        assert kind_by_content(record(1) | more) is None
