"""Files made to hide a record, or to take memory or time: nothing hides, and both are bounded."""

import json
import subprocess
import sys
import time

import pytest

from tests.trail_records import FORMS, fields, ids, places, record
from truant.model import record_file
from truant.model.record_file import RECORD_BYTES_MIN, decode

SOUND = json.dumps(record(1)).encode()
HARMS: dict[str, tuple[bytes, bytes]] = {
    "no UTF-8": (b"[Boto3", b"\xff\xfe[Boto3"),
    "no UTF-8 in a blob": (b"AuthHeader", b"\xc3("),
    "half a surrogate": (b"[Boto3", b"\\ud800[Boto3"),
    "half a surrogate in a blob": (b"AuthHeader", b"\\udfff"),
    "half a surrogate in the identity": (b"mfaAuthenticated", b"\\ud83d"),
    "raw control characters": (b"[Boto3", b"\x00\x1b[31m\n\t"),
    "raw control characters in a blob": (b"AuthHeader", b"\x01"),
    "NaN": (b'"readOnly": true', b'"readOnly": NaN'),
    "infinity": (b'"readOnly": true', b'"readOnly": -Infinity'),
    "a number beyond floats": (b'"readOnly": true', b'"readOnly": 1e999'),
    "a huge integer": (b'"readOnly": true', b'"readOnly": ' + b"9" * 100_000),
    "a huge integer for a text": (b'"eu-west-1"', b"9" * 100_000),
    "duplicate members": (b'"readOnly": true', b'"eventID": "other", "eventID": "e-1"'),
    "a text of 10 MB": (b"[Boto3", b"x" * 10_000_000),
    "a name of 10 MB": (b"eu-west-1", b"x" * 10_000_000),
    "a member of 10 MB": (b"readOnly", b"x" * 10_000_000),
    "deep nesting": (b'"readOnly": true', b'"readOnly": ' + b"[" * 900 + b"]" * 900),
    "deep nesting in a blob": (b'"AuthHeader"', b'{"a":' * 900 + b"1" + b"}" * 900),
}


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("form", ["trail file", "JSON lines", "array", "documents, close together"])
def test_strange_bytes_in_one_record_lose_no_record(form: str, harm: str) -> None:
    """Half of these are a caller's to choose: a theft must not hide behind them."""
    text = FORMS[form]([record(2), "HERE", record(3)]).encode()
    before, after = HARMS[harm]
    assert before in SOUND
    decoded = decode(text.replace(b'"HERE"', SOUND.replace(before, after)))
    assert ids(decoded) == ["e-2", "e-1", "e-3"]
    assert decoded.refused == []
    call = decoded.calls[1]
    assert call.source_ip_address == "192.0.2.1"
    assert call.event_name == "ListBuckets"
    json.dumps(fields(decoded.calls[2]))


def test_nesting_beyond_the_decoder_is_refused_and_costs_only_its_record() -> None:
    deep = SOUND.replace(b'"AuthHeader"', b"[" * 5_000 + b"]" * 5_000)
    for form in ("trail file", "JSON lines", "array"):
        text = FORMS[form]([record(2), "HERE", record(3)]).encode()
        decoded = decode(text.replace(b'"HERE"', deep))
        assert ids(decoded) == ["e-2", "e-3"]
        assert [(one.position, one.reason) for one in decoded.refused] == [(2, "nested too deeply")]
        assert places(decoded) == {"e-2": 1, "e-3": 3}


def test_nesting_near_the_bound_crashes_nothing() -> None:
    """Readers and writers of JSON count levels each in their own way."""
    for depth in range(930, 1_010):
        deep = b"[" * depth + b"]" * depth
        odd = SOUND.replace(b'"eu-west-1"', b"5").replace(b'"AuthHeader"', deep)
        for data in (odd, b'{"Records":[%b]}' % odd, b"[%b]" % odd):
            decoded = decode(data)
            assert len(decoded.calls) + len(decoded.refused) == 1


@pytest.mark.parametrize(
    ("start", "one", "between", "end"),
    [
        (b'{"Records":[', b"{}", b",", b"]}"),
        (b"[", b"1", b",", b"]"),
        (b"", b"{}", b"\n", b""),
        (b"", b"{}", b"", b""),
    ],
)
def test_more_pieces_than_records_have_room_end_the_file(
    start: bytes, one: bytes, between: bytes, end: bytes
) -> None:
    first = json.dumps(record(1)).encode()
    data = start + between.join([first, *[one] * 100_000]) + end
    decoded = decode(data)
    most = 10_000 + len(data) // RECORD_BYTES_MIN
    assert (ids(decoded), len(decoded.refused)) == (["e-1"], most)
    assert decoded.refused[-1].position == most + 1
    assert "the rest of the file is left out" in decoded.refused[-1].reason


def test_more_empty_lists_than_records_have_room_end_the_file() -> None:
    first = json.dumps(record(1)).encode()
    decoded = decode(b"[%b%b]" % (first, b",[]" * 100_000))
    assert (ids(decoded), len(decoded.refused)) == (["e-1"], 1)
    assert "the rest of the file is left out" in decoded.refused[0].reason


def test_what_is_too_large_to_be_searched_through_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(record_file, "SLOW_BYTES_MAX", 10_000)
    lookup = FORMS["lookup-events"]([record(n) for n in range(10)])
    assert [one.reason for one in decode(lookup.encode()).refused] == [
        f"a single JSON value of {len(lookup):,} characters: split the file"
    ]
    broken = FORMS["trail file"]([record(n) for n in range(10)])[:-1]
    assert [one.reason for one in decode(broken.encode()).refused] == [
        "broken, and too large to be searched through: split the file"
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"x" + b"\n" * 1_000_000,
        b'{"Records":[' * 100_000,
        b'{"Records":[' + b"[" * 1_000_000,
        b'{"Records":[{"a":"' + b"\\" * 1_000_001,
        b'{"eventVersion":"' * 50_000,
        b'{"eventVersion":1}' * 50_000 + b"{",
        b"}{\n" * 300_000,
        b"}" + b" " * 1_000_000 + b"{",
        b'{"Records":[]}' * 50_000,
        b'{"a":{},"Records":[]}' * 50_000,
        b"[]" * 500_000,
        b"[]\n" * 500_000,
    ],
    ids=lambda data: ascii(data[:24]),
)
def test_no_bytes_take_long(data: bytes) -> None:
    began = time.process_time()
    decode(data)
    assert time.process_time() - began < 20


HOSTILE = """
import resource, sys
from truant.model.record_file import decode
SIZE = 16 << 20
start, one, end = (part.encode() for part in sys.argv[1:])
data = start + one * (SIZE // len(one)) + end
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
decode(data)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024 / len(data))
"""


@pytest.mark.parametrize(
    ("start", "one", "end", "times"),
    [
        ('{"Records":[', '{"eventName":"","eventTime":""},', "{}]}", 12),
        ("", '{"eventName":"abcdef","eventTime":"abcdef"}\n', "", 12),
        ('{"Records":[', "{},", "{}]}", 12),
        ("", "{}\n", "", 12),
        ("[", "1,", "1]", 12),
        ("[", "[],", "1]", 12),
        ('{"eventName":"a","x":[', "[],", "1]}", 26),  # what the slow path is bounded for
        ('{"eventVersion":[', "[],", "1]}", 26),
        ('{"Records":[{"eventName":5,"userAgent":"', "x", '😀"}]}', 12),
        ('{"Records":[{"eventVersion":"', "x", "", 12),
    ],
)
def test_memory_is_bounded_by_the_size_of_the_file(
    start: str, one: str, end: str, times: int
) -> None:
    """Bombs of 16 MB. A struct for each `{}` would take sixty times the bytes."""
    command = [sys.executable, "-c", HOSTILE, start, one, end]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-500:]
    assert float(done.stdout) < times
