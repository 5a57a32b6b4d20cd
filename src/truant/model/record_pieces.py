"""Files of records of any size, cut into pieces of which each is decoded by itself.

A piece that stays in the processor's cache while it is inflated, decoded and folded costs a
quarter less than a whole file does, and files larger than memory can be read.

A cut is made where a record begins as the first one does, and stands behind a comma. In well-formed
JSON that place lies in no string, because the quote behind the brace would end it. It may lie
deeper, in a list within a record; then the piece is no JSON, and is looked at with what follows.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec
from msgspec import Raw, Struct

from truant.model.api_call import OrdinaryCall
from truant.model.file_kind import Kind
from truant.model.record_file import Decoded, decode

COMMA = ord(",")
# A piece that is no JSON by itself is looked at together with as much of what follows.
TOGETHER_BYTES = 32 * 1024 * 1024
_BEGINNING = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:\{\s*"Records"\s*:\s*)?\[\s*(?=(\{\s*"[A-Za-z]{1,64}"))'
)
_LINE = re.compile(rb"(?:\xef\xbb\xbf)?(?=\{[^\n]*\}\r?\n\{)")
_NEXT_FILE = re.compile(rb'\]\s*\}\s*\{\s*"Records"\s*:\s*\[')  # of files put one behind another
_CALLS = msgspec.json.Decoder(list[OrdinaryCall])
_RAWS = msgspec.json.Decoder(list[Raw])
_MALFORMED = (msgspec.MsgspecError, RecursionError, UnicodeDecodeError, ValueError)


class TooLarge(ValueError):
    """A text that cannot be cut is larger than agreed."""


class Part(Struct):
    """Some of a file's records, in its order. `size` is in bytes of text."""

    decoded: Decoded
    size: int


def parts(blocks: Iterable[bytes], limit: int) -> Iterator[Part]:
    """Decode a file that comes block by block.

    Cut are trail files (`{"Records": […]}`), arrays and JSON lines; any other form is decoded as a
    whole. Raises TooLarge for more than `limit` bytes that cannot be cut.
    """
    blocks = iter(blocks)
    text = next(blocks, b"")
    second = next(blocks, None)
    if second is None:
        yield Part(decode(text), len(text))
        return
    blocks = chain((second,), blocks)
    if (beginning := _BEGINNING.match(text)) is not None:
        opening = text[: beginning.end()]
        cutter: _Cutter = _Array(beginning[1])
    else:
        opening, cutter = b"", _Lines(b"\n{" if _LINE.match(text) else b"")
    opened = len(opening)
    for size, piece in cutter.cut(text[opened:], blocks, limit):
        found = decode(opening + piece) if isinstance(piece, bytes) else piece
        yield Part(found, opened + size)
        opened = 0


class _Cutter(ABC):
    """Cuts text behind the last mark of each block."""

    def __init__(self, mark: bytes) -> None:
        self.mark = mark

    def place(self, block: bytes) -> int:
        """Where to cut a block: what follows begins with a record; -1 where that is nowhere."""
        return block.rfind(self.mark) if self.mark else -1

    @abstractmethod
    def decoded(self, held: list[bytes], block: bytes, at: int, *, sure: bool) -> Decoded | None:
        """The records of a piece, or None if it is no JSON; never None where it must be `sure`."""

    def cut(
        self, text: bytes, blocks: Iterable[bytes], limit: int
    ) -> Iterator[tuple[int, bytes | Decoded]]:
        """Every piece, with its size; the last one undecoded, because the file ends with it."""
        held, size, least = [text], len(text), 0
        for block in blocks:
            size += len(block)
            at = self.place(block) if size > least else -1
            if at >= 0:
                decoded = self.decoded(held, block, at, sure=least > 0)
                if decoded is not None:
                    yield size - len(block) + at, decoded
                    held, size, least = [block[at:]], len(block) - at, 0
                    continue
                least = size + TOGETHER_BYTES
            held.append(block)
            if size > limit:
                raise TooLarge(f"more than {limit:,} bytes that cannot be read piece by piece")
        yield size, b"".join(held)


class _Array(_Cutter):
    """Records of an array, each of which begins with the mark behind a comma."""

    def place(self, block: bytes) -> int:
        at = super().place(block)
        return at if _comma(block, at) >= 0 else -1

    def decoded(self, held: list[bytes], block: bytes, at: int, *, sure: bool) -> Decoded | None:
        text = b"".join((b"[", *held, memoryview(block)[: _comma(block, at)], b"]"))
        try:
            return Decoded(Kind.RECORDS, _CALLS.decode(text))
        except _MALFORMED:
            text = _NEXT_FILE.sub(b",", text)
        return decode(text) if sure or _is_whole(text) else None


def _comma(block: bytes, at: int) -> int:
    """The place of the comma before `at`, with only blanks between; -1 where there is none."""
    while at > 0 and block[at - 1] in b" \t\r\n":
        at -= 1
    return at - 1 if at > 0 and block[at - 1] == COMMA else -1


def _is_whole(text: bytes) -> bool:
    try:
        _RAWS.decode(text)
    except _MALFORMED:
        return False
    return True


class _Lines(_Cutter):
    """One record a line."""

    def decoded(self, held: list[bytes], block: bytes, at: int, *, sure: bool) -> Decoded:  # noqa: ARG002
        return decode(b"".join((*held, memoryview(block)[:at])))
