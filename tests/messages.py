"""Messages to send, for tests of publishers, and publishers made as truant.toml makes them."""

import hashlib
from pathlib import Path

from tests.told_findings import Json, told
from truant.connectors.publish.config import Place, parse
from truant.formats.forms import Message

AT = 1_800_000_000_123  # 2027-01-15T08:00:00.123Z


def message(document: Json | None = None, change: str = "created", number: int = 0) -> Message:
    """A change of a finding; the same number has the same key."""
    key = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    return Message(key, change, AT, told()[0] if document is None else document)


def messages() -> list[Message]:
    """One of each finding of the simulated thefts."""
    return [message(one, number=number) for number, one in enumerate(told())]


def place(
    kind: str,
    environment: dict[str, str] | None = None,
    folder: Path = Path(),
    more: Json | None = None,
    **keys: object,
) -> Place:
    """A place as a table of truant.toml names it."""
    (found,) = parse(
        [{"name": "here", "kind": kind, **keys, **(more or {})}], environment or {}, folder
    )
    return found
