"""Tests of `syslog`: RFC 5424's grammar, one message in one line, framed by its length."""

import re

import pytest

from tests.told_findings import HOSTILE, hostile, told
from truant.formats.cef import cef
from truant.formats.document import read
from truant.formats.size import encoded, fitted
from truant.formats.syslog import framed, message

AT = "2026-11-25T01:02:03.004Z"
# RFC 5424, 6: HEADER SP STRUCTURED-DATA SP MSG.
GRAMMAR = re.compile(
    rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) ([!-~]{1,255}) ([!-~]{1,48}) "
    rb"([!-~]{1,128}) ([!-~]{1,32}) - ([ -~]*)"
)


@pytest.mark.parametrize(
    ("severity", "change", "number"),
    [(8.0, "created", 106), (5.0, "created", 108), (2.0, "updated", 109), (8.0, "withdrawn", 110)],
)
def test_the_priority_says_how_severe(severity: float, change: str, number: int) -> None:
    document = {**told()[0], "severity": severity}
    found = GRAMMAR.fullmatch(message(read(document), change, AT, "host", encoded(document)))
    assert found is not None
    assert int(found[1]) == number
    assert (found[3], found[4], found[6]) == (b"host", b"truant", change.encode())


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_make_no_second_message(text: str) -> None:
    document = hostile(text)
    for body in (encoded(fitted(document, 8_192)), cef(read(document), "created", "0.1.0")):
        one = message(read(document), "created", AT, f"h {text}", body)
        assert GRAMMAR.fullmatch(one)


def test_a_frame_begins_with_its_length() -> None:
    assert framed(b"<104>1 x") == b"8 <104>1 x"
