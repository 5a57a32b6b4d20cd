"""Keeps the last versions of each downloaded feed in a folder; a crash leaves the old or the new.

`<folder>/<feed>/<version>.gz` are the contents, `<folder>/<feed>/state.json` says which one is
current and when it was fetched. Times are epoch seconds that the caller gives.
"""

import gzip
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from truant.connectors import feed_files
from truant.model.bad_feed import BadFeed

STATE = "state.json"
STATE_BYTES_MAX = 65_536

# A version's name comes from the feed: it may not leave the folder or hide in it.
UNSAFE = re.compile(r"[^A-Za-z0-9_-]+")


class Current(msgspec.Struct, frozen=True):
    """What `state.json` holds of the current version. Unknown is None."""

    version: str
    entries: int
    fetched_at: int
    checked_at: int  # when the source last said that this is still the newest
    sha256: str = ""  # of the file as kept
    etag: str | None = None
    last_modified: str | None = None

    def age_seconds(self, now: int) -> int:
        """How long ago the source last confirmed this version."""
        return max(now - self.checked_at, 0)


@dataclass(frozen=True, slots=True)
class FeedCache:
    """One feed's folder in the cache."""

    folder: Path
    feed: str
    keep: int

    @property
    def place(self) -> Path:
        """Where this feed's versions lie."""
        return self.folder / self.feed

    def path(self, version: str) -> Path:
        """The file of a version."""
        return self.place / f"{UNSAFE.sub('-', version)[:100] or 'unnamed'}.gz"

    def current(self) -> Current | None:
        """The current version; None if there is none, or if its file is not what was written."""
        try:
            state = feed_files.read(self.place / STATE, STATE_BYTES_MAX)
            current = msgspec.json.decode(state, type=Current)
            kept = self.path(current.version).read_bytes()
        except (BadFeed, OSError, msgspec.DecodeError, UnicodeDecodeError):
            return None
        return current if _digest(kept) == current.sha256 else None

    def versions(self) -> tuple[Path, ...]:
        """The files of all kept versions, the one written last at the end."""
        try:
            return tuple(sorted(self.place.glob("*.gz"), key=_written))
        except OSError:
            return ()

    def put(self, content: bytes, state: Current) -> Current:
        """Write a version and make it current; drop the oldest past `keep`. Raises OSError.

        Of `state` all but the digest counts; what was really written is given back.
        """
        kept = gzip.compress(content, mtime=0)
        state = msgspec.structs.replace(state, sha256=_digest(kept))
        path = self.path(state.version)
        self.place.mkdir(parents=True, exist_ok=True)
        _replace(path, kept)
        self.remember(state)
        others = [version for version in self.versions() if version != path]
        for old in others[: max(len(others) - self.keep + 1, 0)]:
            old.unlink(missing_ok=True)
        return state

    def remember(self, current: Current) -> None:
        """Write what is known of the current version. Raises OSError."""
        _replace(self.place / STATE, msgspec.json.encode(current))


def default_folder() -> Path:
    """The user's cache folder for Truant, by the conventions of the operating system."""
    return platformdirs.user_cache_path("truant")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _written(path: Path) -> tuple[int, str]:
    return path.stat().st_mtime_ns, path.name


def _replace(path: Path, content: bytes) -> None:
    """Put the content at the path at once: readers see the old or the new, never a part."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
