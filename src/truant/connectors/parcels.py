"""Parcels: what an inlet hands over to be taken in, whatever it comes from.

An inlet looks for what is new in one source. What it finds is named, fetched, folded and committed
by `runners.intake`; only then is the inlet told, and acknowledges or goes on from there.
"""

import re
from collections.abc import Callable, Collection, Iterable
from io import BytesIO
from typing import Protocol

from msgspec import Struct, field

from truant.connectors.sources import Holds
from truant.connectors.trail_files import Content

# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
# and https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-path.html
_STAMP = re.compile(r"_(\d{8}T\d{4}Z)_[^/]*$")


class Unfetchable(Exception):
    """An item's content cannot be had; the message says why. Another item's may be.

    `gone`: it is not there, and trying again is of no use.
    """

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.gone = gone


class Item(Struct, frozen=True):
    """Something to be read. `name` is what the store remembers it by.

    `fetch` gives its content; it raises Unfetchable, or whatever the source as a whole fails with.
    `once`: it is never taken in twice under its name. `message`: it exists nowhere else.
    """

    name: str
    fetch: Callable[[], Content]
    holds: Holds = Holds.TRAIL
    once: bool = True
    message: bool = False


def message(name: str, content: bytes, holds: Holds = Holds.TRAIL) -> Item:
    """An item whose content came with a message."""
    return Item(
        name, lambda: Content(name, len(content), BytesIO(content)), holds, once=False, message=True
    )


class Poison(Struct, frozen=True):
    """A message of which nothing can be made: its name, why, and its content."""

    name: str
    reason: str
    content: bytes


class Parcel(Struct):
    """What an inlet found at one look.

    `positions`: how far its shards have come when all of this is kept; `expected`: how far they had
    come before, where two workers could read the same. `ignored` counts messages by why they are
    left. `receipt` is the inlet's own.
    """

    items: list[Item] = field(default_factory=list)
    positions: dict[str, str] = field(default_factory=dict)
    expected: dict[str, str | None] = field(default_factory=dict)
    ignored: dict[str, int] = field(default_factory=dict)
    poison: list[Poison] = field(default_factory=list)
    receipt: object = None
    more: bool = False  # there is more to be had at once


class Known(Protocol):
    """What the store knows of a source."""

    def position(self, shard: str) -> str | None:
        """How far a shard has come; None at the beginning."""

    def untaken(self, names: Iterable[str]) -> list[str]:
        """Of these items, those that have not been taken in yet."""

    def keep(self, names: Iterable[str]) -> None:
        """Go on remembering items that are still there."""


class Inlet(Protocol):
    """A source, looked at again and again by one thread."""

    def look(self, known: Known) -> Parcel | None:
        """What is new; None where nothing is. Returns within some seconds."""

    def done(self, parcel: Parcel, failed: Collection[str]) -> None:
        """A parcel is kept, but for the items that `failed`, by name: they are to come again."""

    def again(self, name: str) -> Item:
        """The item of a name that was refused before. Raises Unfetchable where there is none."""


def stamp(name: str) -> str:
    """When a log file was delivered, `20261124T0015Z`, by the name that AWS gave it; "" if untold.

    Texts that sort as times do.
    """
    found = _STAMP.search(name)
    return found[1] if found else ""
