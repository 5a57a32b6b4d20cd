"""The one downloader for every feed: asks only for what is new, and never trades good for bad.

Whatever goes wrong is an answer, not an exception: the cached version stays, and the answer says
why. TLS is always checked; plain HTTP is allowed only to this machine itself.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from truant.connectors.feed_cache import Current, FeedCache
from truant.connectors.feed_files import inflated
from truant.model.bad_feed import BadFeed

REDIRECTS_MAX = 5

# The last two are how Python's resolver takes host names and ports that a redirect made up.
NETWORK_ERRORS = (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OverflowError)


class Checked(NamedTuple):
    """What a feed's check found in its content: a name for the version, and how many entries."""

    version: str
    entries: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a feed comes from, and what is accepted from there.

    `check` raises BadFeed for content that is not the feed's.
    """

    name: str
    address: str
    check: Callable[[bytes], Checked]
    bytes_max: int = 64 * 1024 * 1024
    shrink_percent_max: int = 20
    keep: int = 3
    timeout_seconds: float = 20.0  # for each step of a connection
    total_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A new version was downloaded and kept."""

    path: Path
    current: Current


@dataclass(frozen=True, slots=True)
class NotModified:
    """The source says that the cached version is still the newest."""

    path: Path
    current: Current


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing new, and why, in words; the cached version, if any, is to be used."""

    reason: str
    path: Path | None
    current: Current | None


Outcome = Fetched | NotModified | Failed


class _Refused(Exception):
    """The answer cannot be used; the text is the reason."""


def download(source: Source, folder: Path, *, now: int) -> Outcome:
    """Bring the feed's cached version up to date. `now`: epoch seconds. Never raises for the
    network's, the server's, the content's or the disk's faults.
    """
    cache = FeedCache(folder, source.name, source.keep)
    current = cache.current()
    path = cache.path(current.version) if current else None
    try:
        response, content = _get(source, current)
        if response.status_code != httpx.codes.OK:
            return _without_content(source, cache, current, response.status_code, now)
        return _keep(source, cache, current, response.headers, content, now)
    except _Refused as error:
        return Failed(f"{source.address}: {error}", path, current)
    except BadFeed as error:
        return Failed(str(error), path, current)
    except NETWORK_ERRORS as error:
        reason = f"{source.address}: {type(error).__name__} {_printable(str(error))}".rstrip()
        return Failed(reason, path, current)
    except OSError as error:
        return Failed(
            f"{cache.place}: cannot be written ({error.strerror or error})", path, current
        )


def _without_content(
    source: Source, cache: FeedCache, current: Current | None, status: int, now: int
) -> Outcome:
    """What an answer other than 200 means."""
    path = cache.path(current.version) if current else None
    if status == httpx.codes.NOT_MODIFIED and current and path:
        current = msgspec.structs.replace(current, checked_at=now)
        cache.remember(current)
        return NotModified(path, current)
    return Failed(f"{source.address}: the server answered {status}", path, current)


def _keep(
    source: Source,
    cache: FeedCache,
    before: Current | None,
    headers: httpx.Headers,
    content: bytes,
    now: int,
) -> Fetched:
    """Check the content, refuse a great shrink, put it in the cache."""
    content = inflated(content, source.bytes_max, source.address)  # a .gz file as such
    version, entries = source.check(content)
    if before and entries * 100 < before.entries * (100 - source.shrink_percent_max):
        raise _Refused(
            f"shrank from {before.entries:,} to {entries:,} entries, more than "
            f"{source.shrink_percent_max} %; delete {cache.place} to accept it"
        )

    state = Current(
        version=version,
        entries=entries,
        fetched_at=now,
        checked_at=now,
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
    )
    return Fetched(cache.path(version), cache.put(content, state))


def _get(source: Source, current: Current | None) -> tuple[httpx.Response, bytes]:
    """One conditional GET, redirects followed only to where they may lead."""
    headers = {"user-agent": "truant", "accept-encoding": "gzip"}
    if current and current.etag:
        headers["if-none-match"] = current.etag
    if current and current.last_modified:
        headers["if-modified-since"] = current.last_modified
    deadline = time.monotonic() + source.total_seconds
    address = httpx.URL(source.address)
    with httpx.Client(timeout=source.timeout_seconds, headers=headers) as client:
        for _ in range(REDIRECTS_MAX + 1):
            _check_address(address, httpx.URL(source.address))
            with client.stream("GET", address) as response:
                if not response.has_redirect_location:
                    return response, _body(response, source.bytes_max, deadline)
                address = address.join(response.headers["location"])
    raise _Refused(f"more than {REDIRECTS_MAX} redirects")


def _check_address(address: httpx.URL, first: httpx.URL) -> None:
    """HTTPS, or this machine itself when the feed's own address is there, too."""
    if address.scheme == "https" and not (_is_local(address) and not _is_local(first)):
        return
    if address.scheme == "http" and _is_local(address) and _is_local(first):
        return
    raise _Refused(f"leads to {_printable(str(address))}; only HTTPS is used, and not to localhost")


def _is_local(address: httpx.URL) -> bool:
    try:
        return ip_address(address.host).is_loopback
    except ValueError:
        return address.host == "localhost"


def _body(response: httpx.Response, bytes_max: int, deadline: float) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > bytes_max:
            raise _Refused(f"sent more than {bytes_max:,} bytes")
        if time.monotonic() > deadline:
            raise _Refused("took too long")
    return bytes(content)


def _printable(text: str) -> str:
    """A text from outside, made safe to print and short."""
    return "".join(c if c.isprintable() else "?" for c in text[:200])
