"""Times as records write them: datetime as the oracle, and what is no time."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.event_time import DAY, SLOT, SLOTS_A_DAY, any_form, clock, epoch, iso

FIRST, END = datetime(2006, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2006, 1, 1), datetime(2099, 12, 31, 23, 59, 59)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
)
ENDS = st.sampled_from(["Z", "", "+00:00", "-00:00", "+0000", ".5Z", ".123456789Z", ".000"])


@given(MOMENTS, st.sampled_from("T "), ENDS)
def test_a_time_in_utc_is_what_datetime_says(moment: datetime, between: str, end: str) -> None:
    text = moment.strftime(f"%Y-%m-%d{between}%H:%M:%S{end}")
    assert epoch(text) == any_form(text) == int(moment.timestamp())


@given(MOMENTS)
def test_what_is_printed_is_read_back(moment: datetime) -> None:
    time = int(moment.timestamp())
    assert epoch(iso(time)) == any_form(iso(time)) == time
    assert epoch(clock(time).removesuffix(" UTC")) == time


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "redacted",
        "2026-01-09",
        "2026-01-09T00:15Z",
        "2026-01-09T00:15:04+05:00",  # another zone: never guessed to be UTC
        "2026-01-09T00:15:04-08:00",
        "2026-01-09T00:15:04 PST",
        "2026-01-09T00:15:04ZZ",
        "2026-01-09T24:00:00Z",
        "2026-01-09T23:60:00Z",
        "2026-01-09T23:59:60Z",
        "2026-01-09T23:59:99Z",
        "2026-01-09T-5:00:00Z",
        "2026-01-09T+5:00:00Z",
        "2026-01-09T 5:00:00Z",
        "2026-+1-09T05:00:00Z",
        "2026-02-30T05:00:00Z",
        "2026-1-009T05:00:00Z",
        "٢٠٢٦-01-09T05:00:00Z",
        "2026-01-09T05:00:٠٤Z",
        "2026-01-09t05:00:00Z",
        "2026-01-09T05:00:00\n",
        "20260109T050000Z",
        "1767917704",
        "2005-12-31T23:59:59Z",
        "2100-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "2026-01-09T00:15:04" + "0" * 100_000,
    ],
)
def test_what_is_no_usable_time_is_none(text: str | None) -> None:
    assert epoch(text) is None


@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.{0,8}"))
def test_no_text_crashes_and_no_time_leaves_its_bounds(text: str) -> None:
    for time in (epoch(text), any_form(text)):
        assert time is None or FIRST.timestamp() <= time < END.timestamp()


@given(MOMENTS, MOMENTS, ENDS, ENDS)
def test_texts_of_one_form_sort_as_their_dates_do(
    one: datetime, other: datetime, end: str, another: str
) -> None:
    texts = [iso(int(one.timestamp()))[:19] + end, iso(int(other.timestamp()))[:19] + another]
    times = [epoch(text) or 0 for text in texts]
    assert [epoch(text) for text in sorted(texts)] == sorted(times)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("Jul 4, 2019 4:29:29 PM", "2019-07-04T16:29:29Z"),
        ("Jul 10, 2023, 6:30:22 PM", "2023-07-10T18:30:22Z"),
        ("Jul 10, 2023, 6:30:22\u202fPM", "2023-07-10T18:30:22Z"),
        ("Dec 31, 2025 12:00:00 AM", "2025-12-31T00:00:00Z"),
        ("Jan 1, 2026 12:00:00 PM", "2026-01-01T12:00:00Z"),
        (1_767_917_704, "2026-01-09T00:15:04Z"),
        (1_767_917_704_999, "2026-01-09T00:15:04Z"),
        (1_767_917_704.9, "2026-01-09T00:15:04Z"),
        ("2026-01-09T05:15:04+05:00", "2026-01-09T00:15:04Z"),
        ("2026-01-09T00:15:04", "2026-01-09T00:15:04Z"),
    ],
)
def test_every_form_that_aws_prints_is_read(text: object, time: str) -> None:
    assert any_form(text) == epoch(time)


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        [],
        {},
        "",
        "Foo 4, 2019 4:29:29 PM",
        "Feb 30, 2019 4:29:29 PM",
        "Jul 4, 2019 13:29:29 PM",
        "Jul 4, 2019 0:29:29 AM",
        "Jul 4, 1999 4:29:29 PM",
        "9999-12-31T23:59:59-23:59",
        "0001-01-01T00:00:00+23:59",
        0,
        -1,
        10**400,
        float("inf"),
        float("nan"),
    ],
)
def test_what_is_no_time_in_any_form_is_none(value: object) -> None:
    assert any_form(value) is None


def test_slots_fill_the_day() -> None:
    assert SLOT * SLOTS_A_DAY == DAY
