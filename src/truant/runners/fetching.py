"""Fetching: the contents of some items, a few of them ahead of whoever reads them.

What has been fetched is held until the end, because a batch that turns out broken in the middle is
read once more.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future

from truant.connectors.parcels import Item, Unfetchable
from truant.connectors.sources import Holds
from truant.connectors.trail_files import Content

AHEAD = 16


class Fetching:
    """Contents in the order of their items. Those that cannot be had are `lost`, with the reason.

    Iterating raises whatever a source as a whole fails with.
    """

    def __init__(self, pool: Executor, items: Sequence[Item]) -> None:
        """`pool` does the fetching."""
        self._pool, self._items = pool, list(items)
        self._begun: dict[str, Future[Content]] = {}
        self.contents: dict[str, Content] = {}
        self.lost: dict[str, Unfetchable] = {}

    def has(self, holds: Holds) -> bool:
        """Whether some of the items hold this."""
        return any(item.holds is holds for item in self._items)

    def of(self, holds: Holds) -> "Part":
        """Of these items, those that hold this: to be gone through again and again."""
        return Part(self, holds)

    def part(self, holds: Holds) -> Iterator[Content]:
        """Every content of one kind that can be had."""
        items = [item for item in self._items if item.holds is holds]
        for number, item in enumerate(items):
            for ahead in items[number : number + AHEAD]:
                if ahead.name not in self._begun:
                    self._begun[ahead.name] = self._pool.submit(ahead.fetch)
            if item.name in self.lost:
                continue
            try:
                self.contents[item.name] = self._begun[item.name].result()
            except Unfetchable as error:
                self.lost[item.name] = error
            else:
                yield self.contents[item.name]

    def close(self) -> None:
        """Let everything go."""
        for future in self._begun.values():
            if not future.cancel() and future.exception() is None:
                future.result().stream.close()


class Part:
    """The contents of one kind."""

    def __init__(self, fetching: Fetching, holds: Holds) -> None:
        """Of what is fetched, what holds this."""
        self._fetching, self._holds = fetching, holds

    def __iter__(self) -> Iterator[Content]:
        """Every content that can be had."""
        return self._fetching.part(self._holds)
