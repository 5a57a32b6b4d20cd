"""Trail files on disk: found under folders, read whole, inflated within bounds, decoded."""

import os
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from truant.model.file_kind import Kind, kind_by_name
from truant.model.inflate import CannotInflate, inflate, inflate_blocks
from truant.model.record_file import Decoded, decode
from truant.model.record_pieces import TooLarge, parts

# CloudTrail's own files stay under 50 MB inflated; larger ones are somebody's collection.
FILE_BYTES_MAX = 512 * 1024 * 1024
# Records shrink to a tenth or a thirtieth. What shrinks to less is a bomb, or small.
INFLATION_MAX = 128
INFLATED_BYTES_SURE = 64 * 1024 * 1024
# Bytes on disk read at a time: they inflate to some 130 KB, which the processor's cache holds
# together with all that is made of them. 8 or 32 KB take as long, 128 KB a fifth more.
BLOCK_BYTES = 16 * 1024
AHEAD_BYTES = 8 * 1024 * 1024  # on disk, of the file that is read next
UNCUT_BYTES_MAX = 256 * 1024 * 1024  # of text in a form that cannot be read in parts
_ENDINGS = (".json", ".jsonl", ".ndjson", ".log", ".cloudtrail")


class Unreadable(OSError):
    """A path of the command line cannot be read; the message says which and what to do."""


class Refusal(Struct, frozen=True):
    """A piece of a trail that could not be taken in: file, position, reason.

    The position is the number of the record in its file, from 1 (see `model.record_file`); 0 stands
    for the whole file.
    `unreadable`: the system gave no content, as for want of permission; else the content is broken.
    """

    file: str
    position: int
    reason: str
    unreadable: bool = False


class Content(Struct, frozen=True):
    """What was fetched from somewhere else than a disk. `stream` can be read again and again."""

    name: str
    size: int
    stream: BinaryIO


class TrailFile(Struct):
    """One file, decoded: its calls, what was refused, and its size on disk and inflated."""

    path: str
    decoded: Decoded
    refusals: list[Refusal]
    size: int = 0
    inflated: int = 0
    position: int = 0  # of a part: how many records of the file stand before it
    is_void: bool = False  # the file is broken: nothing that was read of it before is to be used


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
                if not is_file or looks_like_log(inner.name):
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


def looks_like_log(name: str) -> bool:
    """Whether a file of this name may be a trail."""
    return name.lower().removesuffix(".gz").endswith(_ENDINGS)


def want(path: Path) -> None:
    """Have the system begin to read a file that is read next, beside whatever is done meanwhile.

    What it reads waits in its own cache, and takes no memory of this process. Never raises, nor
    waits: a file that cannot be read says so when it is.
    """
    with suppress(OSError, AttributeError):  # not every system can be asked
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        try:
            os.posix_fadvise(handle, 0, AHEAD_BYTES, os.POSIX_FADV_WILLNEED)
        finally:
            os.close(handle)


def read_parts(path: Path | Content, *, sure: bool = False) -> Iterator[TrailFile]:
    """Read one file of any size part by part; each tells its own share of the sizes.

    Never raises. A file that turns out broken as a whole ends with a part that `is_void`: what was
    read of it before is not to be used, because no checksum has vouched for it. To be `sure` of
    that before the first part, the file is read through once more.
    """
    void = TrailFile(_name(path), Decoded(Kind.UNKNOWN, []), [])
    left_out = kind_by_name(path.as_posix() if isinstance(path, Path) else path.name)
    if left_out is not None:
        void.decoded = Decoded(left_out, [])
        yield void
        return
    try:
        if isinstance(path, Path) and path.is_dir():
            os.scandir(path).close()
        if sure:
            for _ in _texts(path):
                pass
        yield from _parts(path)
    except CannotInflate as error:
        _refuse_whole(void, str(error))
    except MemoryError:
        _refuse_whole(void, "takes more memory than there is: split it")
    except OSError as error:
        _refuse_whole(void, f"cannot be read: {error.strerror or error}", unreadable=True)
    else:
        return
    void.is_void = True
    yield void


def _parts(path: Path | Content) -> Iterator[TrailFile]:
    at, size = 0, _size(path)
    found = parts(_texts(path), UNCUT_BYTES_MAX)
    while True:
        file = TrailFile(_name(path), Decoded(Kind.UNKNOWN, []), [], size, position=at)
        try:
            part = next(found, None)
        except TooLarge as error:
            file.refusals = [Refusal(file.path, at and at + 1, str(error))]
            yield file
            return
        if part is None:
            return
        file.inflated, file.decoded = part.size, part.decoded
        _refuse(file)
        yield file
        at += len(part.decoded.calls) + len(part.decoded.refused) + len(part.decoded.left_out)
        size = 0


def _texts(path: Path | Content) -> Iterator[bytes]:
    limit = max(INFLATED_BYTES_SURE, INFLATION_MAX * _size(path))
    with _opened(path) as stream:
        yield from inflate_blocks(iter(lambda: stream.read(BLOCK_BYTES), b""), limit)


def _opened(path: Path | Content) -> AbstractContextManager[BinaryIO]:
    if isinstance(path, Path):
        return path.open("rb")
    path.stream.seek(0)
    return nullcontext(path.stream)


def _size(path: Path | Content) -> int:
    return path.stat().st_size if isinstance(path, Path) else path.size


def _name(path: Path | Content) -> str:
    return shown(path) if isinstance(path, Path) else path.name


def _refuse(file: TrailFile) -> None:
    """Name what was refused of a part, by position in the whole file."""
    refused, start = file.decoded.refused, file.position
    if file.decoded.kind is not Kind.UNKNOWN or start:
        file.refusals = [Refusal(file.path, start + one.position, one.reason) for one in refused]
    else:
        _refuse_whole(file, f"holds no CloudTrail records (at record 1: {refused[0].reason})")


def read(path: Path) -> TrailFile:
    """Read and decode one file. Never raises: what cannot be read is refused, with the reason."""
    file = TrailFile(shown(path), Decoded(Kind.UNKNOWN, []), [])
    left_out = kind_by_name(path.as_posix())
    if left_out is not None:
        file.decoded = Decoded(left_out, [])
        return file
    try:
        _read_into(file, path)
    except CannotInflate as error:
        _refuse_whole(file, str(error))
    except MemoryError:
        _refuse_whole(file, "takes more memory than there is: split it")
    except OSError as error:
        _refuse_whole(file, f"cannot be read: {error.strerror or error}", unreadable=True)
    return file


def _read_into(file: TrailFile, path: Path) -> None:
    if path.is_dir():
        os.scandir(path).close()
    file.size = path.stat().st_size
    if file.size > FILE_BYTES_MAX:
        raise CannotInflate(f"larger than {FILE_BYTES_MAX:,} bytes: split it")
    content = inflate(path.read_bytes(), inflated_bytes_max(file.size))
    file.inflated = len(content)
    file.decoded = decode(content)
    _refuse(file)


def inflated_bytes_max(size: int) -> int:
    """The most bytes to which a file of so many bytes may inflate."""
    return min(FILE_BYTES_MAX, max(INFLATED_BYTES_SURE, INFLATION_MAX * size))


def _refuse_whole(file: TrailFile, reason: str, *, unreadable: bool = False) -> None:
    file.decoded = Decoded(Kind.UNKNOWN, [])
    file.refusals = [Refusal(file.path, 0, reason, unreadable)]


def shown(path: Path) -> str:
    """The path as text that can be written in UTF-8, whatever bytes stand in the name."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
