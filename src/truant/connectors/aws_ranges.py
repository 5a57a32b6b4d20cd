"""AWS's published ranges from a file, a folder of snapshots, or the cache that keeps each version.

https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html: "To maintain history, save
successive versions"; that is what the cache does, so that old calls are judged by old ranges.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from truant.connectors import feed_files
from truant.connectors.download import Checked, Failed, Source, download
from truant.connectors.feed_cache import FeedCache
from truant.model.aws_ranges import AwsRanges, RangesHistory, parse
from truant.model.bad_feed import BadFeed

ADDRESS = "https://ip-ranges.amazonaws.com/ip-ranges.json"
DAY_SECONDS = 86_400


def check(content: bytes) -> Checked:
    """Name a downloaded version by its sync token. Raises BadFeed."""
    ranges = parse(content, ADDRESS)
    if ranges.prefix_count == 0:
        raise BadFeed(ADDRESS, "$.prefixes", "holds no prefix that can be read", "Try again later")
    return Checked(ranges.sync_token, ranges.prefix_count)


# Published several times a week: about half a year stays at hand, some 15 MB.
SOURCE = Source("aws-ip-ranges", ADDRESS, check, keep=100)


@dataclass(frozen=True, slots=True)
class LoadedRanges:
    """A history, where it came from in one sentence, and what was wrong on the way.

    `age_seconds`: since the source last confirmed the newest snapshot; None if that is unknown.
    """

    history: RangesHistory
    origin: str
    warnings: tuple[str, ...] = ()
    age_seconds: int | None = None


def load(
    file: Path | None,
    cache_dir: Path,
    *,
    download: bool,
    now: int,
    source: Source = SOURCE,
) -> LoadedRanges:
    """AWS's ranges from `file` (.json, .json.gz, or a folder of them), else from the cache.

    `download`: bring the cache up to date first. `now`: epoch seconds. Raises BadFeed for a `file`
    that holds no usable snapshot; trouble with the network or the cache is a warning.
    """
    if file is not None:
        return _from_files(file, source)
    return _from_cache(cache_dir, source, fetch=download, now=now)


def _from_files(file: Path, source: Source) -> LoadedRanges:
    if not file.is_dir():
        return _loaded([parse(feed_files.read(file, source.bytes_max), str(file))], str(file), ())
    files = feed_files.listing(file, (".json", ".json.gz"))
    snapshots, warnings = _read(files, source)
    if not snapshots:
        remedy = "Put AWS's ip-ranges.json into it, or name another folder"
        raise BadFeed(str(file), "", "holds no usable snapshot of AWS's ranges", remedy)
    return _loaded(snapshots, str(file), warnings)


def _from_cache(folder: Path, source: Source, *, fetch: bool, now: int) -> LoadedRanges:
    outcome = download(source, folder, now=now) if fetch else None
    failed = [f"not updated: {outcome.reason}"] if isinstance(outcome, Failed) else []
    cache = FeedCache(folder, source.name, source.keep)
    snapshots, broken = _read(cache.versions(), source)
    warnings = (*failed, *broken)
    if not snapshots:
        origin = "AWS ranges: none at hand, so the owners of AWS's addresses are unknown"
        return LoadedRanges(RangesHistory(), origin, warnings)
    current = cache.current()
    age = current.age_seconds(now) if current else None
    days = "unknown" if age is None else f"{age // DAY_SECONDS} days ago"
    return _loaded(snapshots, f"the cache {cache.place}, last confirmed {days}", warnings, age)


def _read(files: Iterable[Path], source: Source) -> tuple[list[AwsRanges], tuple[str, ...]]:
    """Every snapshot that can be read, and a sentence for each that cannot."""
    snapshots, warnings = [], []
    for file in files:
        try:
            snapshots.append(parse(feed_files.read(file, source.bytes_max), str(file)))
        except BadFeed as error:
            warnings.append(str(error))
    return snapshots, tuple(warnings)


def _loaded(
    snapshots: list[AwsRanges], origin: str, warnings: tuple[str, ...], age: int | None = None
) -> LoadedRanges:
    history = RangesHistory(snapshots)
    first, last = (_day(history.snapshots[index].created_at) for index in (0, -1))
    span = f"of {last}" if len(history) == 1 else f"from {first} to {last}"
    count = "1 snapshot" if len(history) == 1 else f"{len(history)} snapshots"
    return LoadedRanges(history, f"AWS ranges: {count} {span}, from {origin}", warnings, age)


def _day(time: int) -> str:
    return datetime.fromtimestamp(time, UTC).date().isoformat()
