"""Where the service reads from: a folder, a bucket, a queue or a stream, and what lies there.

A location says by its form which it is. Options name locations alone; `[[serve.intake]]` in
truant.toml says more of each.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import StrEnum

from msgspec import Struct

_KEYS = frozenset({"from", "holds", "name", "since", "profile", "region", "every"})
_QUEUE = re.compile(r"https?://[^/\s]+/(\d{12})/[\w-]{1,80}(\.fifo)?")
_QUEUE_REGION = re.compile(r"https?://sqs\.([a-z0-9-]+)\.")
_STREAM = re.compile(r"arn:aws[\w-]*:kinesis:([a-z0-9-]+):\d{12}:stream/[\w.-]{1,128}")
_BUCKET = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/[^\x00-\x1f]{0,900})?")
EVERY_MIN, EVERY_MAX = 0.1, 3600.0


class BadSource(ValueError):
    """A source cannot be used; the message names it and says what to do."""


class Kind(StrEnum):
    """What kind of place it is."""

    FOLDER = "folder"
    BUCKET = "bucket"
    QUEUE = "queue"
    STREAM = "stream"


class Holds(StrEnum):
    """What lies there."""

    TRAIL = "trail"
    FLOW_LOGS = "flow-logs"


# Seconds between two looks where nothing new was found. Queues are asked in long polls.
EVERY = {Kind.FOLDER: 1.0, Kind.BUCKET: 60.0, Kind.QUEUE: 0.1, Kind.STREAM: 1.0}


class Source(Struct, frozen=True):
    """A place to read from. `name` keys its positions in the store, and is its location by default.

    `since`: back-fill from this time (epoch seconds); None for what the store would keep anyway.
    `profile`: AWS's, from the user's own AWS configuration. `every`: seconds between looks.
    """

    location: str
    kind: Kind
    holds: Holds = Holds.TRAIL
    name: str = ""
    since: int | None = None
    profile: str | None = None
    region: str | None = None
    every: float = 1.0

    @property
    def bucket(self) -> tuple[str, str]:
        """Of a bucket: its name, and the prefix of its keys, which ends in a slash if there is one.

        Raises BadSource for any other kind.
        """
        found = _BUCKET.fullmatch(self.location)
        if found is None:
            raise BadSource(f"{self.location}: no bucket")
        prefix = (found[2] or "").strip("/")
        return found[1], f"{prefix}/" if prefix else ""


def source(location: str, holds: Holds = Holds.TRAIL) -> Source:
    """The source of a location. Raises BadSource."""
    kind = _kind(location)
    return Source(
        location, kind, holds, location, region=_region(location, kind), every=EVERY[kind]
    )


def _kind(location: str) -> Kind:
    for kind, form in ((Kind.BUCKET, _BUCKET), (Kind.QUEUE, _QUEUE), (Kind.STREAM, _STREAM)):
        if form.fullmatch(location):
            return kind
    scheme = re.match(r"[a-z0-9]+://|arn:", location)
    if scheme or not location.strip() or "\0" in location:
        raise BadSource(
            f"{location!r} is no source. Give a folder, s3://bucket/prefix, the URL of an SQS "
            "queue, or the ARN of a Kinesis stream."
        )
    return Kind.FOLDER


def _region(location: str, kind: Kind) -> str | None:
    forms = {Kind.QUEUE: _QUEUE_REGION, Kind.STREAM: _STREAM}
    found = forms[kind].match(location) if kind in forms else None
    return found[1] if found else None


def parse(value: object, where: str) -> Source:
    """The source of a `[[serve.intake]]` table; `where` names it in errors. Raises BadSource."""
    if not isinstance(value, Mapping):
        raise BadSource(f"{where} must be a table: write [[serve.intake]]")
    for key in value:
        if key not in _KEYS:
            raise BadSource(f"unknown key {where}.{key}; known are {', '.join(sorted(_KEYS))}")
    location = _text(value, "from", where)
    if location is None:
        raise BadSource(f"{where}.from must say where to read: a folder, s3://…, a queue, a stream")
    holds = value.get("holds", Holds.TRAIL.value)
    if holds not in set(Holds):
        raise BadSource(f"{where}.holds must be one of {', '.join(Holds)}, not {holds!r}")
    known = source(location, Holds(holds))
    return Source(
        location,
        known.kind,
        Holds(holds),
        _text(value, "name", where) or location,
        _since(value.get("since"), where),
        _text(value, "profile", where),
        _text(value, "region", where) or known.region,
        _every(value.get("every", known.every), where),
    )


def _text(table: Mapping[str, object], key: str, where: str) -> str | None:
    value = table.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise BadSource(f"{where}.{key} must be a text, not {value!r}")
    return value


def _since(value: object, where: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=UTC)
    else:
        raise BadSource(f"{where}.since must be a date like 2026-11-01, without quotes")
    return int(moment.timestamp())


def _every(value: object, where: str) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not EVERY_MIN <= float(str(value)) <= EVERY_MAX:
        raise BadSource(f"{where}.every must be seconds between {EVERY_MIN} and {EVERY_MAX:.0f}")
    return float(str(value))
