"""Standard streams and consoles upon them: their width, their encoding, and their end.

A reader that has seen enough (`head`) is no error. A stream that was closed before we began is
read as empty and written to nowhere.
"""

import codecs
import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

from truant.terminal.page import put

PIPE_WIDTH = 100
WIDTH_MIN = 30
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
# What an encoding without these shows in their place.
_CLOSEST = {"•": "*", "…": "...", "“": '"', "”": '"', "’": "'", "×": "x", "–": "-", "→": "->"}


class CannotWrite(OSError):
    """Output cannot be written; the message says where, why, and what to do."""


class PlainConsole(Console):
    """A console that takes no text for markup, and leaves a broken pipe to whoever prints."""

    def on_broken_pipe(self) -> None:
        """Go on with BrokenPipeError: rich would end the program with exit code 1."""
        raise BrokenPipeError


def prepare() -> None:
    """Open standard streams that were closed; let none fail on a character that it cannot show."""
    codecs.register_error("truant", _closest)
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            # The lowest number that is free: the one that was closed.
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="truant")


def _closest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end]
    return "".join(_CLOSEST.get(char) or _code(char) for char in text), error.end


def _code(char: str) -> str:
    return char.encode("ascii", "backslashreplace").decode("ascii")


def console_on(stream: TextIO) -> Console:
    """A console on a stream: as wide as the terminal, or PIPE_WIDTH where there is none."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    made = PlainConsole(file=stream, width=width, highlight=False, markup=False, emoji=False)
    made.width = max(made.width, WIDTH_MIN)
    return made


@contextmanager
def reading_on() -> Iterator[TextIO]:
    """Standard output, as far as somebody reads it. Raises CannotWrite."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        _to_nowhere(sys.stdout)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _to_nowhere(sys.stdout)
        raise CannotWrite(
            f"standard output: {error.strerror}. Make room, or write elsewhere."
        ) from error


def tell(text: str, lead: str = "") -> None:
    """Say something on standard error, if anybody can hear it; a terminal gets it wrapped."""
    try:
        if sys.stderr.isatty():
            put(console_on(sys.stderr), text, lead)
        else:
            sys.stderr.write(f"{lead}{text}\n")
        sys.stderr.flush()
    except OSError:
        _to_nowhere(sys.stderr)


def _to_nowhere(stream: TextIO) -> None:
    """Let what is still in the stream's buffer, and all that follows, go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
