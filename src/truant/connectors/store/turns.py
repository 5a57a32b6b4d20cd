"""Turns: who writes next, in the order of asking.

SQLite lets one write at a time, and whoever waits looks again after pauses that grow. A judge who
has one round after another would be in before the intake looks, again and again.
"""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """A lock that is handed on to whoever has waited longest. Not to be taken twice by a thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        """Wait for one's turn."""
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        mine.wait()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hand on."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._taken = False
