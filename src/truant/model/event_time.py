"""Times as records write them, in epoch seconds: ISO 8601, and the US-English form of issuance."""

import re
from datetime import UTC, datetime
from functools import lru_cache

DAY = 86_400
SLOT = 300  # a sighting is kept in slots of five minutes
SLOTS_A_DAY = DAY // SLOT
# AWS opened in 2006, and a role session lasts hours: any other time is a mistake or a lie.
_EARLIEST, _LATEST = 1_136_073_600, 4_102_444_800  # 2006-01-01, 2100-01-01
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
# "Jul 4, 2019 4:29:29 PM" and "Jul 10, 2023, 6:30:22 PM" (with a narrow space since some JDKs).
_US_ENGLISH = re.compile(r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)\s([AP]M)")


@lru_cache(maxsize=4096)
def _midnight(date: str) -> int:
    if len(date) != 10 or date[4] != "-" or date[7] != "-":
        raise ValueError(date)
    year, month, day = int(date[:4]), int(date[5:7]), int(date[8:])
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def epoch(text: str | None) -> int | None:
    """Epoch seconds of `2026-01-09T00:15:04Z` (fractions and +00:00 allowed); None for others."""
    if text is None or len(text) < 19 or text[10] not in "T ":
        return None
    try:
        time = (
            _midnight(text[:10])
            + int(text[11:13]) * 3600
            + int(text[14:16]) * 60
            + int(text[17:19])
        )
    except ValueError:
        return None
    return time if _EARLIEST <= time < _LATEST else None


def any_form(value: object) -> int | None:
    """Epoch seconds from any form that AWS prints: ISO, US English, numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = int(value / 1000 if value > _LATEST else value)
        return seconds if _EARLIEST <= seconds < _LATEST else None
    if not isinstance(value, str):
        return None
    us_english = _US_ENGLISH.fullmatch(value.replace("\u202f", " "))
    if us_english is not None:
        return _from_us_english(*us_english.groups())
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _from_us_english(*parts: str) -> int | None:
    month, day, year, hour, minute, second, half = parts
    hours = int(hour) % 12 + (12 if half == "PM" else 0)
    try:
        moment = datetime(
            int(year),
            _MONTHS.index(month) // 4 + 1,
            int(day),
            hours,
            int(minute),
            int(second),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    return int(moment.timestamp())


def iso(time: int) -> str:
    """ISO 8601 in UTC as GuardDuty writes it, `2026-01-09T00:15:04.000Z`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def clock(time: int) -> str:
    """A time in a sentence: `2026-01-09 00:15:04 UTC`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
