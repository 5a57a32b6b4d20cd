"""Trail files on disk: found under folders, read whole, inflated within bounds, decoded."""

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
    """A piece of a trail that could not be taken in: file, position (0: the whole file), reason."""

    file: str
    position: int
    reason: str


class TrailFile(Struct):
    """One file, decoded: its calls, what was refused, and its size on disk and inflated."""

    path: str
    decoded: Decoded
    refusals: list[Refusal]
    size: int = 0
    inflated: int = 0


def find(paths: Iterable[Path]) -> tuple[list[Path], int]:
    """Every file that may be a trail, each once, in a fixed order, and how many others there were.

    A path that is a file is taken whatever its name. Raises Unreadable for a path that is not
    there.
    """
    found: dict[Path, None] = {}
    others = 0
    for path in paths:
        if path.is_file():
            found[path] = None
        elif path.is_dir():
            for inner in _walk(path):
                if _looks_like_log(inner.name):
                    found[inner] = None
                else:
                    others += 1
        else:
            raise Unreadable(
                f"{path}: there is no such file or folder. Name a CloudTrail file, or a folder "
                "that holds some."
            )
    return sorted(found), others


def _walk(folder: Path) -> Iterator[Path]:
    try:
        yield from (path for path in folder.rglob("*") if path.is_file())
    except OSError as error:
        raise Unreadable(f"{folder}: {error.strerror}. Check its permissions.") from error


def _looks_like_log(name: str) -> bool:
    return name.lower().removesuffix(".gz").endswith(_ENDINGS)


def read(path: Path) -> TrailFile:
    """Read and decode one file. Never raises: what cannot be read is refused, with the reason."""
    left_out = kind_by_name(path.as_posix())
    if left_out is not None:
        return TrailFile(str(path), Decoded(left_out, [], []), [])
    try:
        if (size := path.stat().st_size) > FILE_BYTES_MAX:
            return _refused(path, f"larger than {FILE_BYTES_MAX:,} bytes: split it")
        content = inflate(path.read_bytes(), INFLATED_BYTES_MAX)
    except (OSError, CannotInflate, MemoryError) as error:
        return _refused(path, str(getattr(error, "strerror", None) or error))
    decoded = decode(content)
    if decoded.kind is Kind.UNKNOWN:
        return _refused(path, "holds no CloudTrail records")
    refusals = [Refusal(str(path), one.position, one.reason) for one in decoded.refused]
    return TrailFile(str(path), decoded, refusals, size, len(content))


def _refused(path: Path, reason: str) -> TrailFile:
    return TrailFile(str(path), Decoded(Kind.UNKNOWN, [], []), [Refusal(str(path), 0, reason)])
