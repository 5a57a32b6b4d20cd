"""Which listed range holds an address: flat, sorted tables for feeds of hundreds of thousands.

A prefix tree costs some 700 bytes an entry; a flat table costs 16 and is searched by bisection.
Ranges that overlap are cut: the one that starts last counts, and of two that start together the
narrower, so of nested networks the longest prefix.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, MutableSequence
from typing import Generic, TypeVar

from truant.model.prefixes import Refused, read_address, read_network

T = TypeVar("T")
_Range = tuple[int, int, T]


class AddressRanges(Generic[T]):
    """Address ranges of both families with a value each. Never changes; can be pickled.

    Made from (first address, last address, value); the last may be "" when the first is a CIDR.
    What is no range is left out and stands in `refused`.
    """

    __slots__ = ("_v4", "_v6", "count", "refused")

    def __init__(self, rows: Iterable[tuple[str, str, T]]) -> None:
        families: dict[int, list[_Range[T]]] = {4: [], 6: []}
        refused: list[Refused] = []
        for position, (first, last, value) in enumerate(rows):
            bounds = _bounds(first, last)
            if isinstance(bounds, str):
                refused.append(Refused(position, f"{first} {last}".strip(), bounds))
            else:
                version, low, high = bounds
                families[version].append((low, high, value))
        self.refused: tuple[Refused, ...] = tuple(refused)
        self.count = sum(len(ranges) for ranges in families.values())
        self._v4: _Flat[T] = _Flat(families[4], array("Q"))
        self._v6: _Flat[T] = _Flat(families[6], [])

    def value(self, address: str) -> T | None:
        """The value of the range that holds the address; None for none, and for no address."""
        parsed = read_address(address)
        if parsed is None:
            return None
        return (self._v4 if parsed.version == 4 else self._v6).value(int(parsed))


class _Flat(Generic[T]):
    """One family: where each stretch starts, and what counts from there to the next."""

    __slots__ = ("starts", "values")

    def __init__(self, ranges: list[_Range[T]], starts: MutableSequence[int]) -> None:
        self.starts = starts
        self.values: list[T | None] = []
        ranges.sort(key=lambda one: (one[0], -one[1]))
        self._cut(ranges)

    def value(self, address: int) -> T | None:
        index = bisect_right(self.starts, address)
        return self.values[index - 1] if index else None

    def _cut(self, ranges: list[_Range[T]]) -> None:
        opened: list[tuple[int, T]] = []  # last address and value, the one that counts at the end
        for first, last, value in ranges:
            self._close(opened, first)
            opened.append((last, value))
            self._start(first, value)
        self._close(opened, None)

    def _close(self, opened: list[tuple[int, T]], before: int | None) -> None:
        """End every open range that ends before an address, or all."""
        while opened and (before is None or opened[-1][0] < before):
            last, _ = opened.pop()
            while opened and opened[-1][0] <= last:
                opened.pop()
            self._start(last + 1, opened[-1][1] if opened else None)

    def _start(self, address: int, value: T | None) -> None:
        if self.starts and self.starts[-1] == address:
            self.values[-1] = value
        else:
            self.starts.append(address)
            self.values.append(value)


def _bounds(first: str, last: str) -> tuple[int, int, int] | str:
    """Family, first and last address as numbers; or the reason why this is no range."""
    if not last:
        network = read_network(first)
        if isinstance(network, str):
            return network
        packed, length = network
        low = int.from_bytes(packed, "big")
        bits = len(packed) * 8
        return (4 if bits == 32 else 6), low, low + (1 << bits - length) - 1
    low_address, high_address = read_address(first), read_address(last)
    if low_address is None or high_address is None:
        return "not two IP addresses"
    if low_address.version != high_address.version:
        return "its ends are of two families"
    if int(low_address) > int(high_address):
        return "ends before it starts"
    return low_address.version, int(low_address), int(high_address)
