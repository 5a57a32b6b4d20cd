"""Inflation with a bound: gzip bytes in, plain bytes out, never more than agreed.

Trail files are gzip members, sometimes several joined into one file (RFC 1952, section 2.2).
"""

from collections.abc import Iterator

from isal import isal_zlib

GZIP_MAGIC = b"\x1f\x8b"
MEMBERS_MAX = 100_000
_BROKEN: type[Exception] = isal_zlib.error  # type: ignore[assignment]
_GZIP_WINDOW = 31  # zlib's wbits for "gzip header and trailer": CRC and length are checked
_FIRST_FEED = 1024


class CannotInflate(ValueError):
    """The bytes are no whole gzip file, or hold more than the bound allows."""


def inflate(data: bytes, limit: int) -> bytes:
    """Inflate gzip `data`; what is not gzip comes back as it is.

    `limit` is in bytes of the result. Raises CannotInflate with a reason for people.
    """
    if not data.startswith(GZIP_MAGIC):
        if len(data) > limit:
            raise CannotInflate(f"larger than {limit:,} bytes: split it")
        return data
    first, used = _member(memoryview(data), limit, feed=len(data))
    if used == len(data):
        return first
    return first + b"".join(_others(memoryview(data)[used:], limit - len(first)))


def _others(rest: memoryview, room: int) -> Iterator[bytes]:
    """The content of the members after the first. They may be few and large, or a great many."""
    for _ in range(MEMBERS_MAX):
        if rest[:2] != GZIP_MAGIC:
            break
        part, used = _member(rest, room, feed=_FIRST_FEED)
        yield part
        room -= len(part)
        rest = rest[used:]
    if rest[:2] == GZIP_MAGIC:
        raise CannotInflate(f"more than {MEMBERS_MAX:,} gzip members: unpack it")
    if bytes(rest).strip(b"\0"):  # tapes and block devices fill up with zeros
        raise CannotInflate("bytes after the end of the gzip data that are no gzip")


def _member(data: memoryview, room: int, feed: int) -> tuple[bytes, int]:
    """Inflate the member at the start of `data`: its content, and how many bytes it takes.

    What is fed beyond its end comes back as a copy, so that feeding begins with `feed` bytes.
    """
    stream = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
    parts: list[bytes] = []
    at = size = 0
    while not stream.eof:
        if at >= len(data):
            raise CannotInflate("gzip cut off before its end")
        try:
            parts.append(stream.decompress(data[at : at + feed], room + 1 - size))
        except _BROKEN as error:
            raise CannotInflate(f"broken gzip: {error}") from error
        size += len(parts[-1])
        if size > room:
            raise CannotInflate("inflates to more than the bound allows: unpack and split it")
        at += feed
        feed *= 8
    used = min(at, len(data)) - len(stream.unused_data)
    return parts[0] if len(parts) == 1 else b"".join(parts), used
