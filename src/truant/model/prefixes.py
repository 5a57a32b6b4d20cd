"""Which listed network holds an address: longest-prefix match over IPv4 and IPv6 together.

py-radix does the search. Text is read here and only bytes reach it, because py-radix reads text as
loosely as C does: there `1` is 0.0.0.1 and `010.0.0.1` is 8.0.0.1.
"""

from collections.abc import Callable, Iterable
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Any, Generic, NamedTuple, TypeVar

import radix

T = TypeVar("T")

# The longest address text there is, `ffff:…:255.255.255.255`; what is longer is not read.
ADDRESS_LENGTH_MAX = 45


class Match(NamedTuple, Generic[T]):
    """A listed network that holds the address, and what the list says of it."""

    prefix: str
    value: T


class Refused(NamedTuple):
    """An entry of a list that is no network: where it stood (from 0), its text, why."""

    position: int
    text: str
    reason: str


class PrefixTable(Generic[T]):
    """Networks with a value each, looked up by address text. Never changes; can be pickled.

    Made from pairs of (address or CIDR text, value). Bits behind the prefix length are cleared. Of
    two pairs for one network the later counts, or what `merge(earlier, later)` makes of both. What
    is no network is left out and stands in `refused`. An IPv4-mapped IPv6 address
    (`::ffff:192.0.2.1`) is the IPv4 address it holds.
    """

    __slots__ = ("_length", "_tree", "refused")

    def __init__(
        self, pairs: Iterable[tuple[str, T]], merge: Callable[[T, T], T] | None = None
    ) -> None:
        self._tree: Any = radix.Radix()
        refused: list[Refused] = []
        for position, (text, value) in enumerate(pairs):
            network = read_network(text)
            if isinstance(network, str):
                refused.append(Refused(position, text, network))
            else:
                data = self._tree.add(packed=network[0], masklen=network[1]).data
                data["value"] = merge(data["value"], value) if merge and "value" in data else value
        self.refused: tuple[Refused, ...] = tuple(refused)
        self._length = len(self._tree.prefixes())

    def __len__(self) -> int:
        """The number of different networks."""
        return self._length

    def best(self, address: str) -> Match[T] | None:
        """The longest network that holds the address, or None; None for what is no address."""
        parsed = read_address(address)
        if parsed is None:
            return None
        node = self._tree.search_best(packed=parsed.packed)
        return None if node is None else Match(node.prefix, node.data["value"])

    def covering(self, address: str) -> tuple[Match[T], ...]:
        """Every network that holds the address, the longest first."""
        parsed = read_address(address)
        if parsed is None:
            return ()
        nodes = self._tree.search_covering(packed=parsed.packed)
        return tuple(Match(node.prefix, node.data["value"]) for node in nodes)

    def items(self) -> tuple[Match[T], ...]:
        """Every network with its value, in an order that the content alone decides."""
        return tuple(Match(node.prefix, node.data["value"]) for node in self._tree)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that the text is, or None. Strict: no zone, no leading zero, no space."""
    if len(text) > ADDRESS_LENGTH_MAX or "%" in text:
        return None
    try:
        if ":" not in text:
            return IPv4Address(text)
        address = IPv6Address(text)
    except AddressValueError:
        return None
    return address.ipv4_mapped or address


def read_network(text: str) -> tuple[bytes, int] | str:
    """Network bytes and prefix length of an address or CIDR, or why the text is neither."""
    head, slash, tail = text.partition("/")
    address = read_address(head)
    if address is None:
        return "not an IP address or CIDR block"
    bits = address.max_prefixlen
    if not slash:
        return address.packed, bits
    if not (tail.isascii() and tail.isdigit() and len(tail) <= len("128")):
        return "prefix length is not a number"
    length = int(tail)
    if ":" in head and bits == IPv4Address(0).max_prefixlen:
        length -= 96  # an IPv4-mapped network: ::ffff:192.0.2.0/120 is 192.0.2.0/24
    if not 0 <= length <= bits:
        return "prefix length does not fit the address"
    host_bits = bits - length
    network = int(address) >> host_bits << host_bits
    return network.to_bytes(bits // 8, "big"), length
