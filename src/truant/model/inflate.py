"""Inflation with a bound: gzip bytes in, plain bytes out, never more than agreed.

Trail files are gzip members, sometimes several joined into one file (RFC 1952, section 2.2).
"""

from isal import isal_zlib

GZIP_MAGIC = b"\x1f\x8b"
_BROKEN: type[Exception] = isal_zlib.error  # type: ignore[assignment]
_GZIP_WINDOW = 31  # zlib's wbits for "gzip header and trailer": CRC and length are checked


class CannotInflate(ValueError):
    """The bytes are no whole gzip file, or hold more than the bound allows."""


def inflate(data: bytes, limit: int) -> bytes:
    """Inflate gzip `data`; what is not gzip comes back as it is.

    `limit` is in bytes of the result. Raises CannotInflate with a reason for people.
    """
    if not data.startswith(GZIP_MAGIC):
        if len(data) > limit:
            raise CannotInflate(f"larger than {limit:,} bytes")
        return data
    parts: list[bytes] = []
    room = limit
    while data.startswith(GZIP_MAGIC):
        part, data = _member(data, room)
        parts.append(part)
        room -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _member(data: bytes, room: int) -> tuple[bytes, bytes]:
    """Inflate the first member: its content, and the bytes after it."""
    stream = isal_zlib.decompressobj(wbits=_GZIP_WINDOW)
    try:
        part = stream.decompress(data, room + 1)
    except _BROKEN as error:
        raise CannotInflate(f"broken gzip: {error}") from error
    if len(part) > room:
        raise CannotInflate("inflates to more than the bound allows")
    if not stream.eof:
        raise CannotInflate("gzip cut off before its end")
    return part, stream.unused_data.lstrip(b"\0")
