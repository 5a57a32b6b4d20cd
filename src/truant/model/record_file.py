"""What a file of records may look like: bytes in, ApiCalls out, and what could not be read.

One typed decode of the whole file is the fast path. Where it raises, the file is taken apart
record by record, so that one odd record costs only itself; where even that is impossible (a file
cut off in the middle, stray bytes), what is whole is saved and the rest is refused.

Positions count records from 1, in the order of the file, through all its documents and lists; a
broken place counts as one, and so does a document that is left out.
"""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress

import msgspec
from msgspec import Raw, Struct, field

from truant.model.api_call import (
    ApiCall,
    Envelope,
    OrdinaryCall,
    RawRecordFile,
    RecordFile,
    decode_call,
    lenient_call,
)
from truant.model.envelopes import unwrapped
from truant.model.file_kind import Kind
from truant.model.lenient_json import Broken, pieces, read, why

SLICE_BYTES = 1 << 20  # JSON lines are decoded in slices of about this size
SLOW_BYTES_MAX = 64 << 20  # the slow path builds whole JSON values: up to 25 bytes for each byte
RECORD_BYTES_MIN = 64  # the fewest bytes of a record, on average; time and name take as many
_FEW = 10_000  # records of any size
_SPLIT = "split the file"
NO_RECORD = "a JSON value that is no CloudTrail record"
_TOO_MANY = "more records than a file of this size can hold: the rest of the file is left out"


class Refused(Struct, frozen=True):
    """A piece of a file that is no record."""

    position: int
    reason: str


class LeftOut(Struct, frozen=True):
    """A document of a file that is told apart and left out: a digest, an Insights event."""

    position: int
    kind: Kind


class Decoded(Struct):
    """The calls of one file, in its order, and the pieces refused and left out."""

    kind: Kind
    calls: Sequence[ApiCall]
    refused: list[Refused] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    def positions(self, numbers: Iterable[int]) -> Iterator[int]:
        """The positions in the file of some calls, named by their places in `calls` from 1.

        `numbers` ascend. Calls stand where nothing was refused or left out.
        """
        gaps = sorted({r.position for r in self.refused} | {d.position for d in self.left_out})
        before = 0
        for number in numbers:
            while before < len(gaps) and gaps[before] <= number + before:
                before += 1
            yield number + before


_RECORD_FILE = msgspec.json.Decoder(RecordFile)
_RAW_RECORD_FILE = msgspec.json.Decoder(RawRecordFile)
_CALLS = msgspec.json.Decoder(list[OrdinaryCall])
_CALL = msgspec.json.Decoder(OrdinaryCall)
_ENVELOPE = msgspec.json.Decoder(Envelope)
_RAWS = msgspec.json.Decoder(list[Raw])
_RAW = msgspec.json.Decoder(Raw)
_RECORDS_FIRST = re.compile(rb'\s*\{\s*"Records"\s*:\s*\[')
_NEXT_FILE = re.compile(rb'\}(?=\s*\{\s*"Records"\s*:\s*\[)')
_MALFORMED = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError)


def decode(data: bytes) -> Decoded:
    """Decode the inflated bytes of one file. Never raises on content.

    Takes about as much memory as the bytes themselves for CloudTrail's own files, and about ten
    times as much for a file that is made to take much.
    """
    data = _as_utf8(data)
    if not data.strip():
        return Decoded(Kind.EMPTY, [])
    with suppress(*_MALFORMED):
        return Decoded(Kind.RECORDS, _ordinary(data))
    gathered = _Gathered(_FEW + len(data) // RECORD_BYTES_MIN)
    with suppress(_Full):
        for part in _parts(data):
            if len(part) == len(data) or not gathered.take_ordinary(part):
                gathered.take_odd(part)
    return gathered.decoded()


def _as_utf8(data: bytes) -> bytes:
    """The bytes without a byte order mark. UTF-16 with one is what Windows' PowerShell writes."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(BOM_UTF8)


def _parts(data: bytes) -> Iterator[bytes]:
    """Pieces of a file that can be read one by one: joined trail files, or slices of its lines."""
    start = 0
    if _RECORDS_FIRST.match(data):
        for found in _NEXT_FILE.finditer(data):
            yield data[start : found.end()]
            start = found.end()
    elif _is_one_value(_first_line(data)):
        while (end := data.find(b"\n{", start + SLICE_BYTES)) > 0:
            yield data[start:end]
            start = end + 1
    yield data[start:]


def _first_line(data: bytes) -> bytes:
    start = len(data) - len(data.lstrip())
    end = data.find(b"\n", start)
    return data[start : end if end > 0 else len(data)]


def _is_one_value(line: bytes) -> bool:
    with suppress(*_MALFORMED):
        _RAW.decode(line)
        return True
    return False


def _ordinary(part: bytes) -> Sequence[ApiCall]:
    """The fast path: whole, ordinary records. Raises one of _MALFORMED for anything else."""
    if _RECORDS_FIRST.match(part):
        return _RECORD_FILE.decode(part).records
    if part.lstrip()[:1] == b"[":
        return _CALLS.decode(part)
    with suppress(msgspec.DecodeError):
        return _CALL.decode_lines(part)
    return [envelope.detail for envelope in _ENVELOPE.decode_lines(part)]


def _raws(part: bytes) -> list[Raw]:
    """The records of a well-formed part, not yet looked at. Raises one of _MALFORMED."""
    if part.count(b",") + part.count(b"\n") > _FEW + len(part) // 8:
        raise ValueError("more values than records have")
    if _RECORDS_FIRST.match(part):
        return _RAW_RECORD_FILE.decode(part).records
    if part.lstrip()[:1] == b"[":
        return _RAWS.decode(part)
    try:
        return _RAW.decode_lines(part)
    except msgspec.DecodeError:
        return [_RAW.decode(part)]


class _Full(Exception):
    """A file holds more pieces than its size allows for."""


class _Gathered:
    """What was found in a file so far."""

    def __init__(self, most: int) -> None:
        self.calls: list[ApiCall] = []
        self.refused: list[Refused] = []
        self.left_out: list[LeftOut] = []
        self.most = most

    def decoded(self) -> Decoded:
        kind = Kind.RECORDS
        if not self.calls and (self.left_out or self.refused):
            told = {one.kind for one in self.left_out}
            kind = Kind.UNKNOWN if not told else min(told) if not self.refused else kind
        return Decoded(kind, self.calls, self.refused, self.left_out)

    def take_ordinary(self, part: bytes) -> bool:
        with suppress(*_MALFORMED):
            self.calls.extend(_ordinary(part))
            return True
        return False

    def take_odd(self, part: bytes) -> None:
        raws = None
        with suppress(*_MALFORMED):
            raws = _raws(part)
        if raws is not None:
            for raw in raws:
                self._take_raw(raw)
        elif len(part) > SLOW_BYTES_MAX:
            self._refuse(f"broken, and too large to be searched through: {_SPLIT}")
        else:
            self._take_broken(part.decode("utf-8", "replace"))

    def _take_broken(self, text: str) -> None:
        for number, value in enumerate(pieces(text)):
            if number > self.most:  # empty lists, which are no pieces
                self._refuse(_TOO_MANY)
                raise _Full
            self._take_value(value)

    def _take_raw(self, raw: Raw) -> None:
        with suppress(*_MALFORMED):
            call = decode_call(raw)
            if call.event_name is not None:
                self._next()
                self.calls.append(call)
                return
        text = bytes(raw).decode("utf-8", "replace")
        if len(text) > SLOW_BYTES_MAX:
            self._refuse(f"a single JSON value of {len(text):,} characters: {_SPLIT}")
            return
        try:
            value = read(text)
        except (ValueError, RecursionError) as error:
            self._refuse(why(error))
        else:
            self._take_value(value)

    def _take_value(self, value: object) -> None:
        if isinstance(value, Broken):
            self._refuse(value.reason)
            return
        for found in unwrapped(value):
            if found is None:
                self._refuse(NO_RECORD)
            elif isinstance(found, Kind):
                self.left_out.append(LeftOut(self._next(), found))
            else:
                self._next()
                self.calls.append(lenient_call(found))

    def _refuse(self, reason: str) -> None:
        self.refused.append(Refused(self._next(), reason))

    def _next(self) -> int:
        """The position of the next piece. Raises _Full past the last that is taken."""
        position = len(self.calls) + len(self.refused) + len(self.left_out) + 1
        if position > self.most:
            self.refused.append(Refused(position, _TOO_MANY))
            raise _Full
        return position
