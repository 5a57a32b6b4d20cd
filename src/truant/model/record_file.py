"""What a file of records may look like: bytes in, ApiCalls out, and what could not be read.

One typed decode of the whole file is the fast path. Where it raises, the file is taken apart
record by record, so that one odd record costs only itself; where even that is impossible (text
that is no UTF-8, a file cut off in the middle), what is whole is saved and the rest is refused.
"""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum

import msgspec
from msgspec import Raw, Struct

from truant.model.api_call import (
    ApiCall,
    Document,
    RawRecordFile,
    RecordFile,
    decode_call,
    lenient_call,
)


class Kind(StrEnum):
    """What a file turned out to be."""

    RECORDS = "CloudTrail records"
    DIGEST = "CloudTrail digest file"
    INSIGHT = "CloudTrail Insights events"
    AGGREGATED = "CloudTrail aggregated events"
    EMPTY = "empty file"
    UNKNOWN = "no CloudTrail records"


class Refused(Struct, frozen=True):
    """A piece of a file that is no record. `position` counts records or lines from 1."""

    position: int
    reason: str


class Decoded(Struct):
    """The calls of one file, in its order, and the pieces refused."""

    kind: Kind
    calls: list[ApiCall]
    refused: list[Refused]


_RECORD_FILE = msgspec.json.Decoder(RecordFile)
_RAW_RECORD_FILE = msgspec.json.Decoder(RawRecordFile)
_DOCUMENT = msgspec.json.Decoder(Document)
_DOCUMENTS = msgspec.json.Decoder(list[Document])
_BOM = b"\xef\xbb\xbf"
_RECORDS_FIRST = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[')
_ARRAY = re.compile(r'\s*(?:\{[^\[\]{}]*"Records"\s*:\s*)?\[')
_NEXT_RECORD = re.compile(r'\{\s*"(?:eventVersion|aws|detail|version)"|\n\s*\{')
_BROKEN_MAX = 1000  # a file with more broken places than this is refused from there on
_MANY = ("Records", "Events")  # of trail files, and of what `aws cloudtrail lookup-events` prints
# Where collectors put the record: EventBridge, test suites, Elasticsearch, Elastic's and
# OpenSearch's integrations, LookupEvents.
_WRAPPINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("detail",),
    ("event",),
    ("_source",),
    ("aws", "cloudtrail"),
    ("event", "original"),
    ("message",),
    ("CloudTrailEvent",),
)
# Folders and file names by which AWS tells these files from trail files:
# https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
_LEFT_OUT = (
    (re.compile(r"CloudTrail-Digest[/_]"), Kind.DIGEST),
    (re.compile(r"CloudTrail-Insight[/_]"), Kind.INSIGHT),
    (re.compile(r"CloudTrail-Aggregated[/_]"), Kind.AGGREGATED),
)
_MALFORMED = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError)


def kind_by_name(name: str) -> Kind | None:
    """Tell digest, Insights and aggregated files by their path; None for all others."""
    return next((kind for pattern, kind in _LEFT_OUT if pattern.search(name)), None)


def decode(data: bytes) -> Decoded:
    """Decode the inflated bytes of one file. Never raises on content."""
    data = data.removeprefix(_BOM)
    if not data.strip():
        return Decoded(Kind.EMPTY, [], [])
    if _RECORDS_FIRST.match(data):
        try:
            return Decoded(Kind.RECORDS, _RECORD_FILE.decode(data).records, [])
        except _MALFORMED:
            return _record_by_record(data)
    try:
        return _collect(_documents(data))
    except _MALFORMED:
        return _piece_by_piece(data)


def _documents(data: bytes) -> list[Document]:
    """A single document, an array of documents, or one document a line, all well-formed."""
    if data.lstrip()[:1] == b"[":
        return _DOCUMENTS.decode(data)
    try:
        return _DOCUMENT.decode_lines(data)
    except msgspec.DecodeError:
        return [_DOCUMENT.decode(data)]


def _collect(documents: list[Document]) -> Decoded:
    calls: list[ApiCall] = []
    digests = 0
    for document in documents:
        if document.event_name is not None:
            calls.append(document)
        elif document.records is not None:
            calls.extend(document.records)
        elif document.detail is not None and document.detail.event_name is not None:
            calls.append(document.detail)
        elif document.digest_start_time is not None:
            digests += 1
        else:
            raise ValueError("a wrapped record: only the slow path knows how to unwrap it")
    return Decoded(Kind.DIGEST if digests and not calls else Kind.RECORDS, calls, [])


def _record_by_record(data: bytes) -> Decoded:
    try:
        pieces = _RAW_RECORD_FILE.decode(data).records
    except _MALFORMED:
        return _piece_by_piece(data)
    return _typed(pieces)


def _typed(pieces: list[Raw]) -> Decoded:
    calls: list[ApiCall] = []
    refused: list[Refused] = []
    for position, raw in enumerate(pieces, 1):
        try:
            calls.append(decode_call(raw))
        except _MALFORMED:
            _save(bytes(raw).decode("utf-8", "replace"), position, calls, refused)
    return Decoded(Kind.RECORDS, calls, refused)


def _save(text: str, position: int, calls: list[ApiCall], refused: list[Refused]) -> None:
    try:
        _admit(json.loads(text, strict=False), position, calls, refused)
    except (ValueError, RecursionError) as error:
        refused.append(Refused(position, _why(error)))


def _admit(value: object, position: int, calls: list[ApiCall], refused: list[Refused]) -> None:
    """Take in one parsed JSON value of unknown shape: a record, or what wraps records."""
    outer = value if isinstance(value, Mapping) else {}
    many = next((outer[key] for key in _MANY if isinstance(outer.get(key), list)), None)
    if many is not None:
        for one in many:
            _admit(one, position, calls, refused)
        return
    record = next((r for path in _WRAPPINGS if (r := _at(value, path)) is not None), None)
    if record is None:
        refused.append(Refused(position, "a JSON value that is no CloudTrail record"))
    else:
        calls.append(lenient_call(record))


def _at(value: object, path: tuple[str, ...]) -> Mapping[str, object] | None:
    """Follow `path` to a record; on the way, JSON that somebody kept as text is opened."""
    for key in path:
        value = _opened(value).get(key)
    record = _opened(value)
    return record if record.get("eventName") is not None else None


def _opened(value: object) -> Mapping[str, object]:
    if isinstance(value, str) and value.lstrip().startswith("{"):
        with suppress(ValueError, RecursionError):
            value = json.loads(value, strict=False)
    return value if isinstance(value, Mapping) else {}


def _piece_by_piece(data: bytes) -> Decoded:
    """The slow path: text that may be broken anywhere; take the whole pieces one after another."""
    text = data.decode("utf-8-sig", "replace")
    calls: list[ApiCall] = []
    refused: list[Refused] = []
    array = _ARRAY.match(text)
    _values_of(text, array.end() if array else 0, calls, refused, in_array=array is not None)
    if not calls and '"digestStartTime"' in text:
        return Decoded(Kind.DIGEST, [], [])
    return Decoded(Kind.RECORDS if calls else Kind.UNKNOWN, calls, refused)


def _values_of(
    text: str, at: int, calls: list[ApiCall], refused: list[Refused], *, in_array: bool
) -> None:
    """Take JSON values one after another; after a broken one, go on at the next record."""
    scan = json.JSONDecoder(strict=False).raw_decode
    position = broken = 0
    while (at := _skip(text, at)) < len(text):
        if in_array and text[at] == "]":
            return
        position += 1
        try:
            value, at = scan(text, at)
        except (ValueError, RecursionError) as error:
            refused.append(Refused(position, _why(error)))
            broken += 1
            following = _NEXT_RECORD.search(text, at + 1)
            if following is None or broken > _BROKEN_MAX:
                return
            at = following.start()
        else:
            _admit(value, position, calls, refused)
    if in_array:
        refused.append(Refused(position + 1, "the file ends in the middle of its records"))


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"broken JSON: {error}"[:200]
