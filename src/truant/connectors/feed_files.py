"""Reads a feed's file, plain or gzip, with a bound on what comes out of it."""

from pathlib import Path

from truant.model.bad_feed import BadFeed
from truant.model.inflate import CannotInflate, inflate


def read(file: Path, bytes_max: int) -> bytes:
    """The file's content, inflated if it is gzip. Raises BadFeed if it cannot be read.

    At most `bytes_max` bytes are taken in memory: a gzip bomb ends as a refusal.
    """
    try:
        with file.open("rb") as opened:
            content = opened.read(bytes_max + 1)
    except OSError as error:
        problem = f"cannot be read ({error.strerror or error})"
        raise BadFeed(str(file), "", problem, "Check the path and its permissions") from error
    return inflated(content, bytes_max, str(file))


def inflated(content: bytes, bytes_max: int, source: str) -> bytes:
    """The content, inflated if it is gzip; `source` names it in BadFeed."""
    try:
        return inflate(content, bytes_max)
    except CannotInflate as error:
        remedy = "Copy or download it again, and check that it is the feed's own file"
        raise BadFeed(source, "", str(error), remedy) from error


def listing(folder: Path, endings: tuple[str, ...]) -> tuple[Path, ...]:
    """The folder's files with one of these endings, by name. Raises BadFeed if it cannot."""
    try:
        return tuple(sorted(path for path in folder.iterdir() if path.name.endswith(endings)))
    except OSError as error:
        problem = f"cannot be listed ({error.strerror or error})"
        raise BadFeed(str(folder), "", problem, "Check the path and its permissions") from error
