"""Minted: a set of mints that keeps the most of them as bytes, as `sessions` does with sessions."""

from collections.abc import Callable, Iterable, Iterator, MutableSet

from truant.detection.compact import Texts, compact_mint, opened_mint
from truant.model.fact import Mint

OPEN_MAX = 8_000  # about 6 MB


class Minted(MutableSet[Mint]):
    """Mints, each once."""

    def __init__(self, some: Iterable[Mint] = (), open_max: int = OPEN_MAX) -> None:
        self._open: set[Mint] = set()
        self._compact: set[bytes] = set()
        self._texts = Texts()
        self._open_max = open_max
        self.update(some)

    def __contains__(self, mint: object) -> bool:
        if mint in self._open or not self._compact:
            return mint in self._open
        return isinstance(mint, Mint) and compact_mint(mint, self._texts) in self._compact

    def __iter__(self) -> Iterator[Mint]:
        yield from self._open
        for kept in self._compact:
            yield opened_mint(kept, self._texts)

    def __len__(self) -> int:
        return len(self._open) + len(self._compact)

    def __reduce__(self) -> tuple[Callable[[list[Mint]], "Minted"], tuple[list[Mint]]]:
        return Minted, (list(self),)

    def add(self, mint: Mint) -> None:
        """Add one."""
        if mint not in self:
            self._open.add(mint)
            if len(self._open) > self._open_max:
                self.make_compact()

    def discard(self, mint: Mint) -> None:
        """Take one out, if it is there."""
        self._open.discard(mint)
        self._compact.discard(compact_mint(mint, self._texts))

    def update(self, some: Iterable[Mint]) -> None:
        """Add several."""
        for mint in some:
            self.add(mint)

    def make_compact(self) -> None:
        """Make every mint compact."""
        self._compact.update(compact_mint(mint, self._texts) for mint in self._open)
        self._open.clear()
