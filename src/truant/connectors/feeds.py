"""Public feeds of what networks are, from files or from the cache; downloaded only when asked.

FEEDS says what can be downloaded, FILE_NAMES how a file of one's own is recognised. A feed that is
given as a file is not also taken from the cache.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from truant.connectors import feed_files, mmdb
from truant.connectors.download import Checked, Failed, Source, download
from truant.connectors.feed_cache import FeedCache
from truant.model.address_lists import AddressList
from truant.model.bad_feed import BadFeed
from truant.model.feed_forms import FORMS
from truant.model.network_feeds import NetworkFeed, NetworkFeeds

MIB = 1024 * 1024
HOUR_SECONDS = 3_600
DAY_SECONDS = 24 * HOUR_SECONDS
X4B = "https://raw.githubusercontent.com/X4BNet/lists_vpn/main/output"


@dataclass(frozen=True, slots=True)
class PublicFeed:
    """A feed that anybody may fetch: its form (a key of FORMS), and how often it is worth it."""

    name: str
    address: str
    licence: str
    form: str
    refresh_seconds: int
    bytes_max: int = 16 * MIB
    shrink_percent_max: int = 50


FEEDS = (
    PublicFeed(
        "ip2asn",
        "https://iptoasn.com/data/ip2asn-combined.tsv.gz",
        "PDDL-1.0",
        "asn-ranges",
        DAY_SECONDS,
        bytes_max=256 * MIB,
        shrink_percent_max=20,
    ),
    PublicFeed(
        "tor-exits",
        "https://check.torproject.org/exit-addresses",
        "published by the Tor Project, no licence named",
        "tor-exits",
        HOUR_SECONDS,
    ),
    PublicFeed("x4b-hosting-v4", f"{X4B}/datacenter/ipv4.txt", "MIT", "hosting-cidrs", DAY_SECONDS),
    PublicFeed("x4b-hosting-v6", f"{X4B}/datacenter/ipv6.txt", "MIT", "hosting-cidrs", DAY_SECONDS),
    PublicFeed("x4b-vpn-v4", f"{X4B}/vpn/ipv4.txt", "MIT", "vpn-cidrs", DAY_SECONDS),
    PublicFeed("x4b-vpn-v6", f"{X4B}/vpn/ipv6.txt", "MIT", "vpn-cidrs", DAY_SECONDS),
    PublicFeed(
        "bad-asn-list",
        "https://raw.githubusercontent.com/brianhama/bad-asn-list/master/bad-asn-list.csv",
        "MIT",
        "hosting-asns",
        7 * DAY_SECONDS,
    ),
)

MMDB = "mmdb"

# The first word of these that stands in a file's name says its form.
FILE_NAMES = (
    ("mmdb", MMDB),
    ("ip2asn", "asn-ranges"),
    ("country", "countries"),
    ("tor", "tor-exits"),
    ("vpn", "vpn-cidrs"),
    ("asn", "hosting-asns"),
    ("hosting", "hosting-cidrs"),
    ("datacenter", "hosting-cidrs"),
)
# Where two feeds differ, the form that stands earlier here counts.
TRUST_ORDER = (MMDB, *FORMS)
ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz", ".txt", ".txt.gz", ".mmdb")
FILE_BYTES_MAX = 256 * MIB


@dataclass(frozen=True, slots=True)
class LoadedFeeds:
    """The feeds, a sentence for each of where it came from, and what was wrong on the way.

    `ages_seconds`: for each feed from the cache, since its source last confirmed it.
    """

    feeds: NetworkFeeds
    origins: tuple[str, ...]
    warnings: tuple[str, ...]
    ages_seconds: dict[str, int]


@dataclass(slots=True)
class _Gathered:
    """What has been loaded so far."""

    feeds: list[tuple[str, NetworkFeed]]  # each with its form
    origins: list[str]
    warnings: list[str]
    ages_seconds: dict[str, int]


def load(
    paths: Iterable[Path],
    cache_dir: Path,
    *,
    download: bool,
    now: int,
    lists: Sequence[AddressList] = (),
    public: Sequence[PublicFeed] = FEEDS,
) -> LoadedFeeds:
    """Feeds from `paths` (files, or folders of them), and of the other forms from the cache.

    `download`: bring what is due in the cache up to date first. `now`: epoch seconds. Raises
    BadFeed for a path that is named and cannot be used; all else that is wrong is a warning.
    """
    gathered = _Gathered([], [], [], {})
    for path in paths:
        if path.is_dir():
            _from_folder(path, gathered)
        else:
            _from_file(path, gathered)
    given = {form for form, _ in gathered.feeds}
    for feed in public:
        if feed.form not in given:
            _from_cache(feed, cache_dir, gathered, fetch=download, now=now)
    in_order = sorted(gathered.feeds, key=lambda one: TRUST_ORDER.index(one[0]))
    return LoadedFeeds(
        NetworkFeeds(tuple(feed for _, feed in in_order), tuple(lists)),
        tuple(gathered.origins),
        tuple(gathered.warnings),
        gathered.ages_seconds,
    )


def source_of(feed: PublicFeed) -> Source:
    """How the downloader fetches and checks a feed; a version is named by its content."""
    check = partial(_check, feed)
    return Source(feed.name, feed.address, check, feed.bytes_max, feed.shrink_percent_max, keep=2)


def _check(feed: PublicFeed, content: bytes) -> Checked:
    count = FORMS[feed.form](content, feed.address).count
    return Checked(hashlib.sha256(content).hexdigest()[:16], count)


def _from_folder(folder: Path, gathered: _Gathered) -> None:
    """Every file that is recognised; one broken file never stops the rest."""
    for path in feed_files.listing(folder, ENDINGS):
        try:
            _from_file(path, gathered)
        except BadFeed as error:
            gathered.warnings.append(str(error))


def _from_file(path: Path, gathered: _Gathered) -> None:
    form = form_of(path.name)
    if form is None:
        known = ", ".join(word for word, _ in FILE_NAMES)
        remedy = f"Name it after what it holds, by one of the words {known}"
        raise BadFeed(str(path), "", "is no known feed by its name", remedy)
    if form == MMDB:
        feed = mmdb.load(path, path.name)
    else:
        feed = FORMS[form](feed_files.read(path, FILE_BYTES_MAX), path.name)
    _add(gathered, form, feed, str(path))


def form_of(name: str) -> str | None:
    """The form of a file by its name; None if it is not recognised."""
    words = set(re.split(r"[^a-z0-9]+", name.lower()))
    return next((form for word, form in FILE_NAMES if word in words), None)


def _from_cache(
    public: PublicFeed, folder: Path, gathered: _Gathered, *, fetch: bool, now: int
) -> None:
    source = source_of(public)
    cache = FeedCache(folder, public.name, source.keep)
    current = cache.current()
    if fetch and (current is None or current.age_seconds(now) >= public.refresh_seconds):
        outcome = download(source, folder, now=now)
        current = outcome.current
        if isinstance(outcome, Failed):
            gathered.warnings.append(f"{public.name} not updated: {outcome.reason}")
    if current is None:
        return
    try:
        content = feed_files.read(cache.path(current.version), public.bytes_max)
        feed = FORMS[public.form](content, public.name)
    except BadFeed as error:
        gathered.warnings.append(str(error))
        return
    age = current.age_seconds(now)
    gathered.ages_seconds[public.name] = age
    _add(gathered, public.form, feed, f"the cache, last confirmed {age // HOUR_SECONDS} hours ago")


def _add(gathered: _Gathered, form: str, feed: NetworkFeed, origin: str) -> None:
    gathered.feeds.append((form, feed))
    gathered.origins.append(f"{feed.name}: {feed.count:,} entries, from {origin}")
    if feed.refused:
        first = feed.refused[0]
        gathered.warnings.append(
            f"{feed.name}: {len(feed.refused):,} lines left out, the first is line {first.line} "
            f"({first.reason})"
        )
