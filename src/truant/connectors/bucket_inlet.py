"""The inlet of a bucket that is listed: history day by day over all accounts, then what is new.

Days come in their order, because what is much older than the newest call changes nothing any more.
Objects are listed behind the newest one known, with a margin, because they do not appear in the
order of their names; each hour the last two days are listed as a whole, for those that come late.
What day it is, S3 itself says: the clock of this machine may be wrong.
"""

import re
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from msgspec import Struct

from truant.connectors.aws_clients import client, told
from truant.connectors.parcels import Item, Known, Parcel, stamp
from truant.connectors.s3_layout import days, folder_of, shards
from truant.connectors.s3_objects import S3Objects, name_of
from truant.connectors.sources import Holds, Source
from truant.connectors.trail_files import looks_like_log

OBJECTS_MAX, BYTES_MAX = 200, 32 * 1024 * 1024  # of one parcel, as they lie in S3
HISTORY_HOURS = 36  # as far back as the store keeps sessions
LATE_MINUTES = 20  # by so much objects may appear behind newer ones before the hour is over
DEEP_SECONDS, SHARDS_SECONDS, KEEP_SECONDS = 3600.0, 600.0, 86_400.0
LISTERS = 8
_FLOW_LOG_ENDINGS = (".log.gz", ".log", ".parquet", ".txt", ".gz")
_STAMPED = re.compile(r"(.*_)(\d{8}T\d{4}Z)_[^/]*$")


class Listed(Struct, frozen=True):
    """An object: its key, size, and when it was last written (epoch seconds)."""

    key: str
    size: int
    written: float


class Reached(Struct, frozen=True):
    """All that stands in the folders of days before this one has been given."""

    day: date


Found = Listed | Reached


class BucketInlet:
    """Lists one bucket. `steady`: a clock that only ever goes on, in seconds."""

    def __init__(self, source: Source, steady: Callable[[], float] = time.monotonic) -> None:
        """Look at the source's bucket. Raises BadSource where AWS cannot be asked."""
        self._source, self._steady = source, steady
        self._bucket, self._prefix = source.bucket
        self._client = client("s3", source)
        self._objects = S3Objects(self._client, source.holds)
        self._pool = ThreadPoolExecutor(LISTERS, thread_name_prefix="list")
        self._shards: tuple[float, list[str]] | None = None
        self._marks: dict[str, str] = {}  # by folder of a day: begin to list behind this
        self._deep_at: float | None = None
        self._walk: Iterator[Found] | None = None
        self._handed: Parcel | None = None

    def look(self, known: Known) -> Parcel | None:
        """The next objects that are new. Raises AwsFailed."""
        if self._handed is not None:
            self._begin_again()  # it was not kept: whatever has been given since is given again
        if self._walk is None:
            self._walk = self._all(known)
        parcel, size = Parcel(more=True), 0
        while len(parcel.items) < OBJECTS_MAX and size < BYTES_MAX:
            found = self._next()
            if found is None:
                self._walk, parcel.more = None, False
                break
            if isinstance(found, Reached):
                parcel.positions = {"": found.day.isoformat()}
            else:
                parcel.items.append(self._item(found))
                size += found.size
        if parcel.positions and known.position("") == parcel.positions[""]:
            parcel.positions = {}
        if not (parcel.items or parcel.positions or parcel.more):
            return None
        self._handed = parcel
        return parcel

    def done(self, parcel: Parcel, failed: Collection[str]) -> None:  # noqa: ARG002
        """Go on behind these; what failed is listed again."""
        self._handed = None
        if failed:
            self._begin_again()

    def again(self, name: str) -> Item:
        """An object by its name. Raises Unfetchable."""
        return self._objects.named(name)

    def _begin_again(self) -> None:
        self._walk, self._handed, self._deep_at = None, None, None
        self._marks.clear()

    def _next(self) -> Found | None:
        try:
            return next(self._walk, None) if self._walk is not None else None
        except BaseException:
            self._begin_again()
            raise

    def _item(self, found: Listed) -> Item:
        return self._objects.item(self._bucket, found.key)

    def _all(self, known: Known) -> Iterator[Found]:
        """What is to be taken now: history that is left, and then what is new."""
        now = self._now()
        found = self._known_shards()
        if not found:
            yield from self._flat(known, now)
            return
        today = now.date()
        start = min(self._start(known, now), today - timedelta(days=1))
        if self._deep_at is None:
            yield from self._history(found, start, today, known)
        is_deep = self._deep_at is None or self._steady() - self._deep_at > DEEP_SECONDS
        if is_deep:
            self._marks.clear()
            self._deep_at = self._steady()
        is_early = now.hour < 1
        recent = [today - timedelta(days=1), today] if is_deep or is_early else [today]
        for day in recent:
            yield from self._day(found, day, known)
        yield Reached(today - timedelta(days=1))

    def _start(self, known: Known, now: datetime) -> date:
        reached = known.position("")
        if reached:
            return date.fromisoformat(reached)
        if self._source.since is not None:
            return datetime.fromtimestamp(self._source.since, UTC).date()
        return (now - timedelta(hours=HISTORY_HOURS)).date()

    def _history(self, found: list[str], start: date, today: date, known: Known) -> Iterator[Found]:
        """The days that are over, but for yesterday: all shards of one before those of the next."""
        by_shard = self._pool.map(lambda shard: list(days(shard, start, self._folders)), found)
        every = {day for some in by_shard for day in some}
        for day in sorted(day for day in every if day < today - timedelta(days=1)):
            yield Reached(day)
            yield from self._day(found, day, known)

    def _day(self, found: list[str], day: date, known: Known) -> Iterator[Listed]:
        folders = [folder_of(shard, day) for shard in found]
        for at in range(0, len(folders), 2 * LISTERS):  # not all at once: lists take memory
            some = folders[at : at + 2 * LISTERS]
            for folder, listed in zip(some, self._pool.map(self._list, some), strict=True):
                yield from self._new(listed, known)
                if listed:
                    self._marks[folder] = _mark(listed[-1].key)

    def _flat(self, known: Known, now: datetime) -> Iterator[Listed]:
        """A bucket in no layout of AWS's: every object that was written lately, or since."""
        lately = (now - timedelta(hours=HISTORY_HOURS)).timestamp()
        since = lately if self._source.since is None else self._source.since
        listed = [one for one in self._pages(self._prefix, "") if one.written >= since]
        if self._deep_at is None or self._steady() - self._deep_at > KEEP_SECONDS:
            # What lies here is remembered for as long as it does; the store forgets the rest.
            known.keep(name_of(self._bucket, one.key) for one in listed)
            self._deep_at = self._steady()
        yield from self._new(sorted(listed, key=lambda one: (one.written, one.key)), known)

    def _new(self, listed: list[Listed], known: Known) -> Iterator[Listed]:
        by_name = {name_of(self._bucket, one.key): one for one in listed if self._is_log(one)}
        yield from (by_name[name] for name in known.untaken(by_name))

    def _is_log(self, one: Listed) -> bool:
        if self._source.holds is Holds.FLOW_LOGS:
            return one.key.lower().endswith(_FLOW_LOG_ENDINGS)
        return looks_like_log(one.key)

    def _list(self, folder: str) -> list[Listed]:
        return list(self._pages(folder, self._marks.get(folder, "")))

    def _pages(self, prefix: str, after: str) -> Iterator[Listed]:
        given = {"StartAfter": after} if after else {}
        pages = self._client.get_paginator("list_objects_v2")
        with told(f"listing s3://{self._bucket}/{prefix}"):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix, **given):
                for one in page.get("Contents", ()):
                    yield Listed(one["Key"], one["Size"], one["LastModified"].timestamp())

    def _folders(self, prefix: str) -> Iterable[str]:
        pages = self._client.get_paginator("list_objects_v2")
        with told(f"listing s3://{self._bucket}/{prefix}"):
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix, Delimiter="/"):
                yield from (one["Prefix"] for one in page.get("CommonPrefixes", ()))

    def _known_shards(self) -> list[str]:
        """Accounts and regions, looked for again from time to time: they appear with use."""
        now = self._steady()
        if self._shards is None or now - self._shards[0] > SHARDS_SECONDS:
            found = shards(self._prefix, self._source.holds, self._folders)
            self._shards = (now, found)
        return self._shards[1]

    def _now(self) -> datetime:
        """S3's own time."""
        with told(f"asking for s3://{self._bucket}"):
            answer = self._client.list_objects_v2(Bucket=self._bucket, MaxKeys=1)
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        return parsedate_to_datetime(headers["date"]).astimezone(UTC)


def _mark(key: str) -> str:
    """Behind what to list next in a folder of which `key` is the last: a margin before it.

    Names begin alike up to the time at which they were delivered.
    """
    found = _STAMPED.match(key)
    if found is None:
        return ""
    last = datetime.strptime(stamp(key), "%Y%m%dT%H%MZ").replace(tzinfo=UTC)
    before = last - timedelta(minutes=LATE_MINUTES)
    return f"{found[1]}{before:%Y%m%dT%H%MZ}"
