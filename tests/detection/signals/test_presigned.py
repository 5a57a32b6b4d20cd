"""Presigned URLs are sent by whoever was given them."""

from tests.detection.records import (
    AWS,
    DAY,
    HOME,
    INSTANCE,
    MAC,
    OUTSIDE,
    Json,
    call,
    found,
    judged,
    network,
    said,
    verdict_at,
)
from truant.model.fact import Fact, Mode

ENDED = Fact(INSTANCE, "ended", DAY, Mode.BEGINS, (str(DAY),), "test")


def fetched(source: str, minute: float, how: str = "QueryString") -> Json:
    extra = {"AuthenticationMethod": how}
    return call(source, minute, "s3:GetObject", userAgent=MAC, additionalEventData=extra)


def test_downloads_by_customers_are_no_finding_whatever_they_look_like() -> None:
    """From anywhere, with any client, while the instance works, and when it is gone."""
    records = [call(HOME, 60), fetched(OUTSIDE, 61), fetched(AWS, 300, "HtmlForm")]
    for facts in (network(), {*network(), ENDED}, set[Fact]()):
        verdicts = judged(records, facts)
        assert not [v for v in found(records, facts) if v.strays[0].origin.address != HOME]
        assert said("presigned", verdict_at(OUTSIDE, verdicts))
        assert verdict_at(OUTSIDE, verdicts).probability < 0.05


def test_a_signed_call_beside_them_is_a_finding() -> None:
    records = [fetched(OUTSIDE, 1), fetched(OUTSIDE, 2, "AuthHeader")]
    (verdict,) = found(records, network())
    assert not said("presigned", verdict)
    assert sum(stray.count for stray in verdict.strays) == 2


def test_only_s3_takes_signatures_in_urls_for_others() -> None:
    record = fetched(OUTSIDE, 1) | {"eventSource": "sts.amazonaws.com"}
    assert found([record], network())
