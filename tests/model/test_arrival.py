"""Tests of `arrival`: counted by account and region, whatever hostile records name."""

from truant.model.api_call import ApiCall
from truant.model.arrival import PAIRS_MAX, Arrival, Arrivals

A, B = "111111111111", "222222222222"


def call(account: str | None, region: str | None, time: str | None) -> ApiCall:
    return ApiCall(event_time=time, aws_region=region, recipient_account_id=account)


def test_counts_by_account_and_region() -> None:
    found = Arrivals()
    found.watch([call(A, "eu-west-1", f"2026-01-09T00:1{n}:00Z") for n in (5, 2, 9)])
    found.watch(
        [
            call(A, "eu-west-1", "2026-01-09T00:11:00Z"),
            call(B, "us-east-1", "2026-01-09T00:00:00Z"),
            call(B, "us-east-1", None),
        ]
    )
    start = 1767917460  # 00:11:00
    assert found == {
        (A, "eu-west-1"): Arrival(4, start, start + 480),
        (B, "us-east-1"): Arrival(1, start - 660, start - 660),
    }


def test_what_names_no_account_region_or_time_is_left() -> None:
    found = Arrivals()
    for account, region, time in (
        ("1", "eu-west-1", "2026-01-09T00:00:00Z"),
        (None, "eu-west-1", "2026-01-09T00:00:00Z"),
        (A, "x" * 33, "2026-01-09T00:00:00Z"),
        (A, "<b>", "2026-01-09T00:00:00Z"),
        (A, None, "2026-01-09T00:00:00Z"),
        (A, "eu-west-1", "yesterday"),
    ):
        found.watch([call(account, region, time)])
    found.watch([])
    assert found == {}


def test_made_up_regions_are_bounded() -> None:
    found = Arrivals()
    found.watch([call(A, f"r-{n}", "2026-01-09T00:00:00Z") for n in range(PAIRS_MAX + 9)])
    assert len(found) == PAIRS_MAX
