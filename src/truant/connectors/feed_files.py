"""Reads a feed's file, plain or gzip, with a bound on what comes out of it."""

import gzip
import zlib
from pathlib import Path

from truant.model.bad_feed import BadFeed

GZIP_MAGIC = b"\x1f\x8b"


def read(file: Path, bytes_max: int) -> bytes:
    """The file's content, inflated if it is gzip. Raises BadFeed if it cannot be read.

    At most `bytes_max` bytes are taken in memory: a gzip bomb ends as a refusal.
    """
    try:
        content = _read(file, bytes_max + 1)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise BadFeed(str(file), "", problem, "Check the path and its permissions") from error
    except (EOFError, zlib.error) as error:
        problem = f"is not whole gzip ({error})"
        raise BadFeed(str(file), "", problem, "Copy or download the file again") from error
    if len(content) > bytes_max:
        problem = f"holds more than {bytes_max:,} bytes"
        raise BadFeed(str(file), "", problem, "Give a file of the feed's own size")
    return content


def listing(folder: Path, endings: tuple[str, ...]) -> tuple[Path, ...]:
    """The folder's files with one of these endings, by name. Raises BadFeed if it cannot."""
    try:
        return tuple(sorted(path for path in folder.iterdir() if path.name.endswith(endings)))
    except OSError as error:
        problem = f"cannot be listed ({error.strerror or error})"
        raise BadFeed(str(folder), "", problem, "Check the path and its permissions") from error


def _read(file: Path, bytes_max: int) -> bytes:
    with file.open("rb") as opened:
        if opened.read(len(GZIP_MAGIC)) != GZIP_MAGIC:
            opened.seek(0)
            return opened.read(bytes_max)
    with gzip.open(file) as inflated:
        return inflated.read(bytes_max)
