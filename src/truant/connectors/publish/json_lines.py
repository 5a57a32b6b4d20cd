"""A file to which each message is added as a line; a log shipper or a person reads on in it."""

import fcntl
import os
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.forms import FORMS, Message, written

MESSAGES_MAX = 100
LINE_BYTES_MAX = 1024 * 1024


class LinesFile:
    """A file, opened anew each time: one that was moved away is made again."""

    most = MESSAGES_MAX

    def __init__(self, path: Path, form: str) -> None:
        """Its folder must be there when something is sent."""
        self._path, self._form = path, form

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Add the lines, all of them or none."""
        lines = (written(one, self._form, LINE_BYTES_MAX, version("truant")) for one in messages)
        content = "".join(f"{line}\n" for line in lines).encode()
        try:
            handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX)
                _append(handle, content)
            finally:
                os.close(handle)
        except OSError as error:
            raise NotDelivered(f"{self._path.name}: {error.strerror}") from None
        return {}


def _append(handle: int, content: bytes) -> None:
    before = os.fstat(handle).st_size
    try:
        written_bytes = 0
        while written_bytes < len(content):
            written_bytes += os.write(handle, content[written_bytes:])
        os.fsync(handle)
    except OSError:
        os.ftruncate(handle, before)  # half a line would spoil the next
        raise


def make(settings: Settings) -> tuple[LinesFile, str]:
    """A file, and what people are shown of it. Raises BadConfig."""
    path = settings.path("file")
    return LinesFile(path, settings.choice("form", FORMS, "guardduty")), path.name
