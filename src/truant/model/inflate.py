"""Inflation with a bound: gzip bytes in, plain bytes out, never more than agreed.

Trail files are gzip members, sometimes several joined into one file (RFC 1952, section 2.2).
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from isal import isal_zlib

GZIP_MAGIC = b"\x1f\x8b"
MEMBERS_MAX = 100_000
_BROKEN: type[Exception] = isal_zlib.error  # type: ignore[assignment]
_GZIP_WINDOW = 31  # zlib's wbits for "gzip header and trailer": CRC and length are checked
_FIRST_FEED = 1024
_TOO_MANY = f"more than {MEMBERS_MAX:,} gzip members: unpack it"
_TOO_LARGE = "inflates to more than the bound allows: unpack and split it"
_CUT_OFF = "gzip cut off before its end"
_NO_GZIP = "bytes after the end of the gzip data that are no gzip"


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


def inflate_blocks(blocks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    """Inflate gzip block by block; what is not gzip comes back as it is, and unbounded.

    A block of n bytes becomes 1,032 n at most (RFC 1951: 258 bytes for two bits). Raises
    CannotInflate as `inflate` does; where the file is broken at its end at the latest, because
    the checksum stands there: nothing of a file is vouched for before all of it is.
    """
    blocks = iter(blocks)
    data = next(blocks, b"")
    if not data.startswith(GZIP_MAGIC):
        yield data
        yield from blocks
        return
    stream = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
    members = 1
    for block in chain((b"",), blocks):
        data += block
        while data:
            if stream.eof:
                if len(data) < len(GZIP_MAGIC):
                    break  # too little to tell the next member from padding
                if not data.startswith(GZIP_MAGIC):
                    _only_padding(chain((data,), blocks))
                    return
                members += 1
                if members > MEMBERS_MAX:
                    raise CannotInflate(_TOO_MANY)
                stream = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
            try:
                text = stream.decompress(data)
            except _BROKEN as error:
                raise CannotInflate(f"broken gzip: {error}") from error
            limit -= len(text)
            if limit < 0:
                raise CannotInflate(_TOO_LARGE)
            yield text
            data = stream.unused_data
    if not stream.eof:
        raise CannotInflate(_CUT_OFF)
    _only_padding((data,))


def _only_padding(rest: Iterable[bytes]) -> None:
    if any(block.strip(b"\0") for block in rest):  # tapes and block devices fill up with zeros
        raise CannotInflate(_NO_GZIP)


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
        raise CannotInflate(_TOO_MANY)
    _only_padding((bytes(rest),))


def _member(data: memoryview, room: int, feed: int) -> tuple[bytes, int]:
    """Inflate the member at the start of `data`: its content, and how many bytes it takes.

    What is fed beyond its end comes back as a copy, so that feeding begins with `feed` bytes.
    """
    stream = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
    parts: list[bytes] = []
    at = size = 0
    while not stream.eof:
        if at >= len(data):
            raise CannotInflate(_CUT_OFF)
        try:
            parts.append(stream.decompress(data[at : at + feed], room + 1 - size))
        except _BROKEN as error:
            raise CannotInflate(f"broken gzip: {error}") from error
        size += len(parts[-1])
        if size > room:
            raise CannotInflate(_TOO_LARGE)
        at += feed
        feed *= 8
    used = min(at, len(data)) - len(stream.unused_data)
    return parts[0] if len(parts) == 1 else b"".join(parts), used
