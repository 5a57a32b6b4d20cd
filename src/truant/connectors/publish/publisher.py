"""What a place to which findings are sent is to its sender."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from truant.formats.forms import Message


class NotDelivered(Exception):
    """The place did not take it now; what is sent is to be tried again.

    The message is shown and logged: it holds no secret. `after`: seconds for which it asks.
    """

    def __init__(self, why: str, after: float | None = None) -> None:
        """Say why."""
        super().__init__(why)
        self.after = after


class Publisher(Protocol):
    """One place; for one thread at a time."""

    @property
    def most(self) -> int:
        """How many messages one call of `send` takes."""

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Send messages in their order; gives those that were refused, by key, with why.

        Raises NotDelivered where the place as a whole took nothing more.
        """
