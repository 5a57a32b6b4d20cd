"""The inlet of a folder: files that appear below it, in the order in which they were delivered.

Whoever writes there had best write aside and rename. A file that is found half written is left
until it is whole, or has not changed for a minute. One that grows later is read again as a whole:
what was known of it counts once.
"""

import re
import time
from collections.abc import Callable, Collection
from pathlib import Path

from truant.connectors.flow_log_files import looks_like_flow_log
from truant.connectors.parcels import Item, Known, Parcel, Unfetchable, stamp
from truant.connectors.sources import Holds, Source
from truant.connectors.trail_files import Content, looks_like_log, walk
from truant.model.inflate import GZIP_MAGIC, CannotInflate, inflate_blocks

FILES_MAX = 200
BYTES_MAX = 32 * 1024 * 1024  # of one parcel, on disk
SETTLED_SECONDS = 60.0
BLOCK_BYTES = 64 * 1024
KEEP_SECONDS = 86_400.0
_INFLATED = 1 << 30  # the most of a file that is looked at while it may still be written
_WHOLE_ENDS, _END_BYTES = (b"}", b"]"), 64
_STATE = re.compile(r"@\d+\.\d+$")

Seen = tuple[int, int]  # size, time of change in nanoseconds


class Missing(OSError):
    """The folder is not there, or cannot be listed."""


class FolderInlet:
    """Looks through a folder. `clock`: the wall clock in seconds, as files are dated by."""

    def __init__(self, source: Source, clock: Callable[[], float] = time.time) -> None:
        """Look at the source's folder."""
        self._source, self._clock = source, clock
        self._top = Path(source.location)
        self._seen: dict[Path, Seen] = {}
        self._waiting: list[Path] = []
        self._kept_at: float | None = None

    def look(self, known: Known) -> Parcel | None:
        """The next files that are new. Raises Missing."""
        if not self._waiting:
            self._find(known)
        items: list[Item] = []
        size = 0
        while self._waiting and len(items) < FILES_MAX and size < BYTES_MAX:
            path = self._waiting.pop()
            seen = _state(path)
            if seen is None or self._seen.get(path) == seen or not self._is_whole(path, seen):
                continue
            items.append(self._item(path, seen))
            size += seen[0]
        fresh = set(known.untaken([item.name for item in items]))
        parcel = Parcel([one for one in items if one.name in fresh], more=bool(self._waiting))
        for item in items:
            if item.name not in fresh:
                self._note(item.name)
        return parcel if parcel.items or parcel.more else None

    def done(self, parcel: Parcel, failed: Collection[str]) -> None:
        """Look at these no more, unless they change."""
        for item in parcel.items:
            if item.name not in failed:
                self._note(item.name)

    def again(self, name: str) -> Item:
        """The file of a name, as it is now. Raises Unfetchable."""
        path = Path(_STATE.sub("", name))
        seen = _state(path)
        if seen is None or not path.is_relative_to(self._top):
            raise Unfetchable("the file is no longer there", gone=True)
        return self._item(path, seen)

    def _find(self, known: Known) -> None:
        if not self._top.is_dir():
            raise Missing(f"{self._top}: there is no such folder.")
        looks_right = (
            looks_like_flow_log if self._source.holds is Holds.FLOW_LOGS else looks_like_log
        )
        found = {path for path, is_file in walk(self._top) if is_file and looks_right(path.name)}
        self._seen = {path: seen for path, seen in self._seen.items() if path in found}
        now = self._clock()
        if self._kept_at is None or abs(now - self._kept_at) > KEEP_SECONDS:
            # What lies here is remembered for as long as it does; the store forgets the rest.
            names = [_name(path, seen) for path in found if (seen := _state(path)) is not None]
            known.keep(names)
            self._kept_at = now
        changed = [path for path in found if self._seen.get(path) != _state(path)]
        wanted = [path for path in changed if self._is_of_time(path)]
        # The last is taken first.
        self._waiting = sorted(wanted, key=_order, reverse=True)

    def _is_of_time(self, path: Path) -> bool:
        since = self._source.since
        if since is None:
            return True
        told = stamp(path.name)
        if told:
            return told >= time.strftime("%Y%m%dT%H%MZ", time.gmtime(since))
        seen = _state(path)
        return seen is not None and seen[1] >= since * 1_000_000_000

    def _is_whole(self, path: Path, seen: Seen) -> bool:
        """Whether it is written to its end, as far as can be told. Old files are taken as they are.

        A clock that jumps must not keep a file waiting for ever: a date ahead counts as old.
        """
        age = self._clock() - seen[1] / 1e9
        if not 0 <= age < SETTLED_SECONDS:
            return True
        try:
            with path.open("rb") as file:
                is_gzip = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
                file.seek(0 if is_gzip else max(0, seen[0] - _END_BYTES))
                if is_gzip:
                    for _ in inflate_blocks(iter(lambda: file.read(BLOCK_BYTES), b""), _INFLATED):
                        pass
                    return True
                end = file.read()
                return end.endswith(b"\n") or end.rstrip().endswith(_WHOLE_ENDS)
        except (CannotInflate, OSError):
            return False

    def _item(self, path: Path, seen: Seen) -> Item:
        return Item(_name(path, seen), lambda: _content(path, seen), self._source.holds)

    def _note(self, name: str) -> None:
        path, _, state = name.rpartition("@")
        size, _, changed = state.partition(".")
        self._seen[Path(path)] = (int(size), int(changed))


def _state(path: Path) -> Seen | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _name(path: Path, seen: Seen) -> str:
    return f"{path}@{seen[0]}.{seen[1]}"


def _order(path: Path) -> tuple[str, str]:
    return stamp(path.name), str(path)


def _content(path: Path, seen: Seen) -> Content:
    try:
        stream = path.open("rb")
    except OSError as error:
        gone = isinstance(error, FileNotFoundError)
        raise Unfetchable(f"cannot be read: {error.strerror}", gone=gone) from error
    return Content(str(path), seen[0], stream)
