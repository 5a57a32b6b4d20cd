"""Records of a trail file as they stand in it, each with its position, byte for byte.

Positions count as `model/record_file.py` counts them, in files that hold nothing but records.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Raw, Struct

from truant.connectors.trail_files import inflated_bytes_max
from truant.model.inflate import CannotInflate, inflate

_RAWS = msgspec.json.Decoder(list[Raw])
_INNER = ("detail", "event", "_source", "message", "CloudTrailEvent", "aws", "cloudtrail")


class _Trail(Struct):
    records: list[Raw] = msgspec.field(name="Records")


_TRAIL = msgspec.json.Decoder(_Trail)


class RawRecord(Struct, frozen=True):
    """One record: file, position, SHA-256 of its bytes there, and what it says."""

    file: str
    position: int
    digest: str
    record: dict[str, object]


def records(path: Path) -> Iterator[RawRecord]:
    """The records of one file, in its order. A file that cannot be read gives none."""
    try:
        data = path.read_bytes()
        whole = inflate(data, inflated_bytes_max(len(data)))
    except (OSError, CannotInflate):
        return
    for position, raw in enumerate(_raws(whole), 1):
        found = _record(raw)
        if found is not None:
            yield RawRecord(str(path), position, hashlib.sha256(raw).hexdigest(), found)


def _raws(whole: bytes) -> Iterator[bytes]:
    try:
        yield from map(bytes, _TRAIL.decode(whole).records)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        yield from _documents(whole)


def _documents(whole: bytes) -> Iterator[bytes]:
    """The records of several documents after one another; what is broken ends it."""
    text = whole.decode("utf-8", "replace").removeprefix("\ufeff")
    decoder, at = json.JSONDecoder(), 0
    while True:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        if at >= len(text):
            return
        try:
            document, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        part = text[at:end].encode("utf-8", "replace")
        if isinstance(document, dict) and isinstance(document.get("Records"), list):
            yield from map(bytes, _TRAIL.decode(part).records)
        elif isinstance(document, list):
            yield from map(bytes, _RAWS.decode(part))
        else:
            yield part
        at = end


def _record(raw: bytes) -> dict[str, object] | None:
    try:
        return _inner(json.loads(raw), 0)
    except (ValueError, RecursionError):
        return None


def _inner(value: object, depth: int) -> dict[str, object] | None:
    """The record, or the one within what a collector wrapped around it."""
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    if not isinstance(value, Mapping) or depth > 4:
        return None
    if "eventID" in value or "eventName" in value:
        return dict(value)
    found = (_inner(value.get(name), depth + 1) for name in _INNER if name in value)
    return next((one for one in found if one is not None), None)
