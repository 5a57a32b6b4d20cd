"""What the console knows beside the store: the first start's token, and the inventory.

The inventory is compiled once from the store and again when it changed, at most every few seconds.
"""

import threading
import time
from collections.abc import Callable
from typing import TypeVar, cast

from sqlalchemy import Connection

from truant.connectors.store import settings
from truant.connectors.store.database import Store
from truant.console.sign_in import Setup
from truant.detection.place import Surroundings
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory
from truant.runners.world import World

FRESH_SECONDS = 5.0
_T = TypeVar("_T")


class Site:
    """Shared by all pages of a console."""

    def __init__(
        self,
        setup: Setup,
        ranges: RangesHistory | None = None,
        trust: Trust | None = None,
    ) -> None:
        """`ranges`, `trust`: what the service judges with; `trust.rules` are shown."""
        self.setup, self.trust = setup, trust or Trust()
        self.stopping = threading.Event()
        self._world = World(ranges or RangesHistory(()), self.trust)
        self._lock = threading.Lock()
        self._around: Surroundings | None = None
        self._revision, self._looked = "", 0.0
        self._kept: dict[str, tuple[float, object]] = {}

    def remember(self, name: str, seconds: float, work: Callable[[], _T]) -> _T:
        """What some work gave, at most so old: for what is long to count and little changed."""
        made_at, value = self._kept.get(name, (-seconds, None))
        now = time.monotonic()
        if name not in self._kept or now - made_at > seconds:
            value = work()
            self._kept[name] = (now, value)
        return cast("_T", value)

    def around(self, conn: Connection, *, newest: bool = False) -> Surroundings:
        """The surroundings as the store has them; a little old where somebody is at compiling.

        `newest`: as the store has them now, however long that takes.
        """
        if not self._lock.acquire(blocking=newest or self._around is None):
            return self._around or self.around(conn, newest=True)
        try:
            revision = f"{settings.get(conn, settings.WORLD)} {settings.get(conn, settings.EPOCH)}"
            is_fresh = not newest and time.monotonic() - self._looked < FRESH_SECONDS
            if self._around is None or (revision != self._revision and not is_fresh):
                self._around = self._world.around(conn)
                self._revision, self._looked = revision, time.monotonic()
            return self._around
        finally:
            self._lock.release()


def first_setup(store: Store) -> Setup:
    """A token for the first user, where there is none yet."""
    from truant.connectors.store import users

    with store.read() as conn:
        return Setup(None) if users.count(conn) else Setup.fresh()
