"""Trail files on disk: found under folders, read whole, inflated within bounds, decoded."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from truant.model.inflate import CannotInflate, inflate
from truant.model.record_file import Decoded, Kind, decode, kind_by_name

# CloudTrail's own files stay under 50 MB inflated; larger ones are somebody's collection.
FILE_BYTES_MAX = 512 * 1024 * 1024
INFLATED_BYTES_MAX = 1024 * 1024 * 1024
_ENDINGS = (".json", ".jsonl", ".ndjson", ".log", ".cloudtrail")


class Unreadable(OSError):
    """A path of the command line cannot be read; the message says which and what to do."""


class Refusal(Struct, frozen=True):
    """A piece of a trail that could not be taken in: file, position (0: the whole file), reason.

    `unreadable`: the system gave no content, as for want of permission; else the content is broken.
    """

    file: str
    position: int
    reason: str
    unreadable: bool = False


class TrailFile(Struct):
    """One file, decoded: its calls, what was refused, and its size on disk and inflated."""

    path: str
    decoded: Decoded
    refusals: list[Refusal]
    size: int = 0
    inflated: int = 0


def find(paths: Iterable[Path]) -> tuple[list[Path], int]:
    """Every file that may be a trail, each once, in a fixed order, and how many others there were.

    A path that is a file is taken whatever its name. Folders that cannot be listed are among the
    files, so that `read` refuses them by name. Raises Unreadable for a path that is not there.
    """
    found: dict[Path, None] = {}
    others = 0
    for path in paths:
        if _kind_is_folder(path):
            for inner, is_file in walk(path):
                if not is_file or _looks_like_log(inner.name):
                    found[inner] = None
                else:
                    others += 1
        else:
            found[path] = None
    return sorted(found), others


def _kind_is_folder(path: Path) -> bool:
    """Whether it is a folder, not a file. Raises Unreadable for what is neither."""
    try:
        if path.is_dir():
            return True
        if path.is_file():
            return False
        problem = "is neither a file nor a folder" if path.exists() else "no such file or folder"
    except OSError as error:
        problem = error.strerror or str(error)
    raise Unreadable(f"{path}: {problem}. Name a CloudTrail file, or a folder that holds some.")


def walk(top: Path) -> Iterator[tuple[Path, bool]]:
    """What lies below a folder, links followed, each folder once: files, marked True.

    Folders that cannot be listed are given too, marked False.
    """
    waiting, seen = [top], set()
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
            if (status.st_dev, status.st_ino) in seen:
                continue
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            yield folder, False
            continue
        seen.add((status.st_dev, status.st_ino))
        for entry in entries:
            if _leads_to_folder(entry):
                waiting.append(folder / entry.name)
            elif entry.is_symlink() or entry.is_file():
                yield folder / entry.name, True


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link into a place that is closed to us
        return False


def _looks_like_log(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(_ENDINGS)


def read(path: Path) -> TrailFile:
    """Read and decode one file. Never raises: what cannot be read is refused, with the reason."""
    left_out = kind_by_name(path.as_posix())
    if left_out is not None:
        return TrailFile(str(path), Decoded(left_out, [], []), [])
    try:
        if path.is_dir():
            os.scandir(path).close()
        if (size := path.stat().st_size) > FILE_BYTES_MAX:
            return _refused(path, f"larger than {FILE_BYTES_MAX:,} bytes: split it")
        content = inflate(path.read_bytes(), INFLATED_BYTES_MAX)
    except OSError as error:
        return _refused(path, f"cannot be read: {error.strerror or error}", unreadable=True)
    except (CannotInflate, MemoryError) as error:
        return _refused(path, str(error) or "takes more memory than there is")
    decoded = decode(content)
    if decoded.kind is Kind.UNKNOWN:
        return _refused(path, "holds no CloudTrail records")
    refusals = [Refusal(str(path), one.position, one.reason) for one in decoded.refused]
    return TrailFile(str(path), decoded, refusals, size, len(content))


def _refused(path: Path, reason: str, *, unreadable: bool = False) -> TrailFile:
    refusal = Refusal(str(path), 0, reason, unreadable)
    return TrailFile(str(path), Decoded(Kind.UNKNOWN, [], []), [refusal])
