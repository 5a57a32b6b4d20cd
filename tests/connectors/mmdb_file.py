"""Makes small MaxMind DB files, by https://maxmind.github.io/MaxMind-DB/ (version 2.0)."""

from ipaddress import IPv6Network

Value = str | int | bool | list["Value"] | dict[str, "Value"]
RECORD_BITS = 24
SEPARATOR = 16  # zero bytes between the tree and the data


def mmdb_file(records: dict[str, Value]) -> bytes:
    """An IPv6 database; keys are IPv6 networks (IPv4 ones as ::a.b.c.d/96+n)."""
    nodes: list[list[int | None]] = [[None, None]]
    data, leaves = b"", []
    for network, value in records.items():
        leaves.append((IPv6Network(network), len(data)))
        data += _encoded(value)
    for leaf, offset in leaves:
        _insert(nodes, leaf, -offset - 1)
    tree = b"".join(_side(side, len(nodes)) for node in nodes for side in node)
    return tree + bytes(SEPARATOR) + data + b"\xab\xcd\xefMaxMind.com" + _metadata(len(nodes))


def _insert(nodes: list[list[int | None]], network: IPv6Network, leaf: int) -> None:
    bits = f"{int(network.network_address):0128b}"[: network.prefixlen]
    node = 0
    for bit in map(int, bits[:-1]):
        child = nodes[node][bit]
        if child is None:
            nodes.append([None, None])
            child = nodes[node][bit] = len(nodes) - 1
        node = child
    nodes[node][int(bits[-1])] = leaf


def _side(side: int | None, count: int) -> bytes:
    if side is None:
        return count.to_bytes(3, "big")
    return (side if side >= 0 else count + SEPARATOR - side - 1).to_bytes(3, "big")


def _encoded(value: Value, key: str = "") -> bytes:
    """A value with its control bytes; what kind of number it is depends on its key."""
    if isinstance(value, bool):
        return _control(14, int(value))
    if isinstance(value, str):
        content = value.encode()
        return _control(2, len(content)) + content
    if isinstance(value, int):
        kind, width = NUMBERS.get(key, (5, 2))
        return _control(kind, width) + value.to_bytes(width, "big")
    if isinstance(value, list):
        return _control(11, len(value)) + b"".join(map(_encoded, value))
    pairs = b"".join(_encoded(name) + _encoded(one, name) for name, one in value.items())
    return _control(7, len(value)) + pairs


# Type and width in bytes of the numbers that are not 16 bits wide.
NUMBERS = {"node_count": (6, 4), "autonomous_system_number": (6, 4), "build_epoch": (9, 8)}


def _control(kind: int, size: int) -> bytes:
    longer = bytes([size - 29]) if size >= 29 else b""
    first = min(size, 29)
    return (bytes([kind << 5 | first]) if kind < 8 else bytes([first, kind - 7])) + longer


def _metadata(nodes: int) -> bytes:
    return _encoded(
        {
            "node_count": nodes,
            "record_size": RECORD_BITS,
            "ip_version": 6,
            "database_type": "Made-Test",
            "languages": ["en"],
            "binary_format_major_version": 2,
            "binary_format_minor_version": 0,
            "build_epoch": 1_700_000_000,
            "description": {"en": "made"},
        }
    )
