"""The file in which a scan keeps what it has folded, frame by frame; replaced as a whole.

A line of text names the file's kind and the number of its form. Frames follow, each behind its
length in four bytes; a length of zero ends them, and the xxh3 (64 bits) of all before ends the
file. Frames are of some thousand entries, so that a large state is never in memory twice.
"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeAlias

from xxhash import xxh3_64

FORM = 1
FRAME_BYTES_MAX = 1 << 30
_KIND = b"truant scan state, form "
_LINE_MAX = 64
_ANOTHER = "Name another file, or delete it and scan everything again."

# What tells one writing of the file from another: inode, size, time of the last change.
Stamp: TypeAlias = tuple[int, int, int]


class BadState(ValueError):
    """The file cannot be used; the message says which, why, and what to do."""


class CannotKeep(OSError):
    """The file cannot be written; the message says which, why, and what to do."""


def stamp(path: Path) -> Stamp | None:
    """What is there now; None for nothing. Raises BadState."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadState(f"{path}: {error.strerror}. {_ANOTHER}") from error
    if not path.is_file():
        raise BadState(f"{path}: is no file. Name a file to keep the state in.")
    return (status.st_ino, status.st_size, status.st_mtime_ns)


def frames(path: Path) -> Iterator[bytes]:
    """The frames of a file. Nothing of them is vouched for before the last has come.

    Raises BadState, at the end at the latest.
    """
    try:
        with path.open("rb") as stream:
            yield from _frames(path, stream)
    except OSError as error:
        raise BadState(f"{path}: {error.strerror or error}. {_ANOTHER}") from error


def _frames(path: Path, stream: BinaryIO) -> Iterator[bytes]:
    line = stream.readline(_LINE_MAX)
    check = xxh3_64(line)
    _check_form(path, line)
    while True:
        head = stream.read(4)
        check.update(head)
        length = int.from_bytes(head)
        if len(head) < 4 or length > FRAME_BYTES_MAX:
            raise _broken(path)
        if not length:
            break
        frame = stream.read(length)
        check.update(frame)
        if len(frame) < length:
            raise _broken(path)
        yield frame
    if stream.read() != check.digest():
        raise _broken(path)


def _check_form(path: Path, line: bytes) -> None:
    number = line.removeprefix(_KIND).strip()
    if not line.startswith(_KIND) or not number.isdigit():
        raise BadState(f"{path}: is no state of a scan. {_ANOTHER}")
    if int(number) != FORM:
        raise BadState(
            f"{path}: was written by another version of Truant (form {int(number)}; this one "
            f"writes form {FORM}). Use that version. {_ANOTHER}"
        )


def _broken(path: Path) -> BadState:
    return BadState(f"{path}: is damaged or cut off. {_ANOTHER}")


def write(path: Path, some: Iterable[bytes], before: Stamp | None) -> None:
    """Put the frames into the file: the whole of it or, if that fails, the old file stays.

    It is readable by its owner alone, and on disk when this returns. `before` is the stamp of what
    was read: where another scan has written since, its work would be lost. Raises CannotKeep.
    """
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".truant-state-")
        try:
            with os.fdopen(handle, "wb") as stream:
                _put(stream, some)
                stream.flush()
                os.fsync(handle)
            _check_unchanged(path, before)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except CannotKeep:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotKeep(f"{path}: {reason}. The state was not kept; scan again.") from error


def _check_unchanged(path: Path, before: Stamp | None) -> None:
    if stamp(path) != before:
        raise CannotKeep(
            f"{path}: another scan has changed it meanwhile, so that it was left alone. "
            "Scan again: what is new is then added to that."
        )


def _put(stream: BinaryIO, some: Iterable[bytes]) -> None:
    check = xxh3_64()
    for part in _laid(some):
        check.update(part)
        stream.write(part)
    stream.write(check.digest())


def _laid(some: Iterable[bytes]) -> Iterator[bytes]:
    yield _KIND + b"%d\n" % FORM
    for frame in some:
        yield len(frame).to_bytes(4)
        yield frame
    yield bytes(4)
