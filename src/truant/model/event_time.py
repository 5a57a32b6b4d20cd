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
_US_ENGLISH = re.compile(
    r"([A-Z][a-z]{2}) (\d{1,2}), (\d{4}),? (\d{1,2}):(\d\d):(\d\d)\s([AP]M)", re.ASCII
)
_MINUTE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d", re.ASCII)
_SECONDS = {f":{second:02}": second for second in range(60)}
_UTC = re.compile(r"(?:\.\d+)?(?:Z|[+-]00:?00)?", re.ASCII)


@lru_cache(maxsize=16_384)
def _minute(text: str) -> int:
    if _MINUTE.fullmatch(text) is None:
        raise ValueError(text)
    return int(datetime.fromisoformat(f"{text}+00:00").timestamp())


def epoch(text: str | None) -> int | None:
    """Epoch seconds of `2026-01-09T00:15:04Z`, fractions cut off; None for what is no such time.

    A space may stand for the T, and +00:00 or nothing for the Z. A time of another zone is none:
    CloudTrail writes UTC. Of texts of one date, those with a space sort first, whatever the hour.
    """
    if text is None:
        return None
    second = _SECONDS.get(text[16:19])
    if second is None or not (text[19:] == "Z" or _UTC.fullmatch(text, 19)):
        return None
    try:
        return _sound(_minute(text[:16]) + second)
    except ValueError:
        return None


def _sound(time: float) -> int | None:
    return int(time) if _EARLIEST <= time < _LATEST else None


def any_form(value: object) -> int | None:
    """Epoch seconds from any form that AWS prints: ISO 8601, US English, seconds, milliseconds."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _sound(value / 1000 if _LATEST < value < _LATEST * 1000 else value)
    if not isinstance(value, str):
        return None
    us_english = _US_ENGLISH.fullmatch(value.replace("\u202f", " "))
    if us_english is not None:
        return _from_us_english(*us_english.groups())
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return _sound((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _from_us_english(*parts: str) -> int | None:
    month, day, year, hour, minute, second, half = parts
    if not 1 <= int(hour) <= 12:
        return None
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
    return _sound(moment.timestamp())


def iso(time: int) -> str:
    """ISO 8601 in UTC as GuardDuty writes it, `2026-01-09T00:15:04.000Z`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def iso_milliseconds(time: int) -> str:
    """ISO 8601 in UTC of epoch milliseconds, `2026-01-09T00:15:04.123Z`."""
    seconds, milliseconds = divmod(time, 1000)
    return f"{iso(seconds)[:-5]}.{milliseconds:03}Z"


def milliseconds(text: object) -> int | None:
    """Epoch milliseconds of an ISO 8601 text with a zone; None for anything else."""
    if not isinstance(text, str) or len(text) < 20 or text[10] != "T":
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return round(moment.timestamp() * 1000) if moment.tzinfo else None


def clock(time: int) -> str:
    """A time in a sentence: `2026-01-09 00:15:04 UTC`."""
    return datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
