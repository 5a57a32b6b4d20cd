"""JSON of strangers: read where a strict reader gives up, and taken apart where it is broken.

Lenient means: raw control characters in strings pass, half a surrogate pair becomes U+FFFD, and
what no JSON can hold (NaN, 1e999, an integer of thousands of digits) is null. So whatever comes
out can be written as JSON again. Of members of one name the last counts.
"""

import json
import math
import re
from collections.abc import Iterator

from msgspec import Struct

BROKEN_MAX = 1000  # broken places in a text; beyond, the rest is left out
_WORK_MAX = 1 << 31  # characters looked through again after broken places: seconds, not hours
_INTEGER_DIGITS_MAX = 4300  # Python's own bound; converting takes the square of the digits
_HIGH, _LOW = (rf"\\u[dD][{digits}][0-9a-fA-F]{{2}}" for digits in ("89abAB", "c-fC-F"))
_ESCAPE = re.compile(rf"{_HIGH}{_LOW}|({_HIGH}|{_LOW})|\\.", re.DOTALL)
_LONE = re.compile(r"\\u[dD][89a-fA-F]")
_ARRAY = re.compile(r'(?:\{[^\[\]{}]*"(?:Records|Events)"\s*:\s*)?\[')
# Where a record may begin: at its first member, in CloudTrail's order or the alphabet's, and where
# a line does.
_FIRST = "eventVersion|additionalEventData|apiVersion|awsRegion|aws|detail|version|Records"
_NEXT = re.compile(rf'\{{\s*"(?:{_FIRST})"|\n[ \t\r]*\{{')
_BLANK = re.compile(r"[\s,\ufeff]*")
_COLON = re.compile(r"\s*:\s*")


class Broken(Struct, frozen=True):
    """A place where there is no JSON value, and why."""

    reason: str


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) <= _INTEGER_DIGITS_MAX else None


def _number(text: str) -> float | None:
    number = float(text)
    return number if math.isfinite(number) else None


_DECODER = json.JSONDecoder(
    strict=False, parse_int=_integer, parse_float=_number, parse_constant=lambda _: None
)


def read(text: str) -> object:
    """The value of a whole JSON text. Raises ValueError, or RecursionError past 1,000 levels."""
    return _DECODER.decode(_whole_pairs(text))


def _whole_pairs(text: str) -> str:
    if _LONE.search(text) is None:
        return text
    return _ESCAPE.sub(lambda found: r"\ufffd" if found[1] else found[0], text)


def pieces(text: str) -> Iterator[object]:
    """Every JSON value of a text that may be broken anywhere, and a Broken for each broken place.

    Documents follow one another with or without anything between them. An array is gone through
    element by element, at the top or as the `Records` or `Events` of a document, so that what
    stands before a broken place and after it comes out. After a broken place the next record is
    looked for.
    """
    text = _whole_pairs(text)
    at = broken = 0
    inside: str | None = None  # what closes the array: "]" or, in a document, "]}"
    most = min(BROKEN_MAX, max(8, _WORK_MAX // (len(text) + 1)))
    while (at := _skip(text, at)) < len(text):
        if inside is None and (array := _ARRAY.match(text, at)):
            inside, at = ("]}" if text[at] == "{" else "]"), array.end()
            continue
        try:
            if inside is not None and text[at] == "]":
                closes, inside = inside, None
                at = _after_members(text, at + 1) if closes == "]}" else at + 1
                continue
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            broken += 1
            following = _NEXT.search(text, at + 1)
            if following is None or broken == most:
                more = "" if following is None else f"; after {most:,} such places the rest is left"
                yield Broken(why(error) + more)
                return
            yield Broken(why(error))
            at = following.start()
            if _ARRAY.match(text, at):  # another document: the broken one has ended
                inside = None
        else:
            yield value
    if inside is not None:
        yield Broken("the file ends in the middle of its records")


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at


def _after_members(text: str, at: int) -> int:
    """Behind the rest of an object, whatever members it has."""
    while (at := _skip(text, at)) < len(text) and text[at] != "}":
        _, at = _DECODER.raw_decode(text, at)
        colon = _COLON.match(text, at)
        if colon is None:
            raise ValueError("Expecting ':' delimiter")
        _, at = _DECODER.raw_decode(text, colon.end())
    return at + 1


def why(error: Exception) -> str:
    """The reason that a broken place gets, for people. It holds nothing of the text."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"broken JSON: {error.msg if isinstance(error, json.JSONDecodeError) else error}"
