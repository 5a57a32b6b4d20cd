"""Files of records: every form, every position, damage anywhere, and work within bounds."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trail_records import (
    AGGREGATED,
    DIGEST,
    FORMS,
    INSIGHT,
    Json,
    fields,
    ids,
    odd_records,
    places,
    record,
)
from truant.model import record_file
from truant.model.api_call import ApiCall
from truant.model.file_kind import Kind
from truant.model.record_file import (
    NO_RECORD,
    SLICE_BYTES,
    Decoded,
    Refused,
    decode,
)

VERSIONS = ["1.02", "1.03", "1.04", "1.05", "1.06", "1.07", "1.08", "1.09", "1.10", "1.11"]
# What may stand in a record's place and is none.
NO_RECORDS: tuple[object, ...] = (None, True, 5, "text", {}, {"eventname": "ListBuckets"})
# Forms in which such a thing is a piece of its own, and not a part of the text around it.
LISTS = ("trail file", "trail file, pretty", "trail file, Records last", "JSON lines", "array")


def of(form: str, values: Sequence[object]) -> Decoded:
    return decode(FORMS[form](values).encode())


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_every_version_is_read(form: str) -> None:
    some = [record(n, eventVersion=version) for n, version in enumerate(VERSIONS, 1)]
    decoded = of(form, some)
    assert (decoded.kind, decoded.refused, decoded.left_out) == (Kind.RECORDS, [], [])
    assert ids(decoded) == [f"e-{n}" for n in range(1, 11)]
    assert list(places(decoded).values()) == list(range(1, 11))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "changed",
    [
        {"sourceIPAddress": 5},
        {"userIdentity": "text"},
        {"userIdentity": None},
        {"eventName": None},
        {"userAgent": "\ud800"},
        {"unknown": {"deep": [[[{}]]]}},
    ],
    ids=str,
)
def test_one_odd_record_costs_only_itself(form: str, changed: Json) -> None:
    some = [record(n) for n in range(1, 6)]
    some[2] |= changed
    decoded = of(form, some)
    assert (ids(decoded), decoded.refused) == ([f"e-{n}" for n in range(1, 6)], [])
    sound = of(form, [record(n) for n in range(1, 6)])
    assert fields(decoded.calls[3]) == fields(sound.calls[3])


def test_the_form_of_logstash_has_its_time_in_a_member_of_its_own() -> None:
    some = []
    for number in (1, 2):
        found = record(number) | {"@version": "1", "@timestamp": "2020-09-14T00:44:23.000Z"}
        del found["eventTime"]
        some.append(found)
    decoded = of("JSON lines", some)
    assert [call.event_time for call in decoded.calls] == [None, None]
    assert [call.timestamp for call in decoded.calls] == ["2020-09-14T00:44:23.000Z"] * 2


@given(st.lists(odd_records(), max_size=6), st.sampled_from(sorted(FORMS)))
def test_odd_records_are_all_accounted_for(odd: list[Json], form: str) -> None:
    decoded = of(form, odd)
    pieces = len(decoded.calls) + len(decoded.refused) + len(decoded.left_out)
    assert pieces == len(odd)


@given(
    st.lists(st.booleans(), min_size=1, max_size=12),
    st.sampled_from(NO_RECORDS),
    st.sampled_from(LISTS),
)
def test_a_position_is_the_number_of_the_record_in_its_file(
    sound: list[bool], other: object, form: str
) -> None:
    values = [record(n) if good else other for n, good in enumerate(sound, 1)]
    decoded = of(form, values)
    assert places(decoded) == {f"e-{n}": n for n, good in enumerate(sound, 1) if good}
    assert decoded.refused == [Refused(n, NO_RECORD) for n, good in enumerate(sound, 1) if not good]
    assert decoded.kind is (Kind.RECORDS if any(sound) else Kind.UNKNOWN)


def test_positions_go_on_through_all_documents_of_a_file() -> None:
    one = json.dumps({"Records": [record(1), 5, record(3)]})
    two = json.dumps({"Records": [record(4), {"Records": [record(5), None]}]})
    for between in ("", "\n", "\r\n\r\n", "\ufeff"):
        decoded = decode((one + between + two + "{broken").encode())
        assert places(decoded) == {"e-1": 1, "e-3": 3, "e-4": 4, "e-5": 5}
        assert [refused.position for refused in decoded.refused] == [2, 6, 7]


@given(
    st.lists(st.sampled_from("crl"), max_size=20),
    st.lists(st.integers(1, 20), unique=True).map(sorted),
)
def test_positions_of_calls_are_those_that_nothing_else_has(kinds: str, numbers: list[int]) -> None:
    decoded = Decoded(Kind.RECORDS, [ApiCall()] * kinds.count("c"))
    expected = [at for at, kind in enumerate(kinds, 1) if kind == "c"]
    for at, kind in enumerate(kinds, 1):
        if kind == "r":
            decoded.refused.append(Refused(at, ""))
        elif kind == "l":
            decoded.left_out.append(record_file.LeftOut(at, Kind.DIGEST))
    asked = [number for number in numbers if number <= len(expected)]
    assert list(decoded.positions(asked)) == [expected[number - 1] for number in asked]


@pytest.mark.parametrize(
    ("values", "kind"),
    [([DIGEST], Kind.DIGEST), ([INSIGHT] * 2, Kind.INSIGHT), ([AGGREGATED], Kind.AGGREGATED)],
)
@pytest.mark.parametrize("form", ["trail file", "JSON lines", "documents, pretty", "EventBridge"])
def test_other_files_of_cloudtrail_are_told_by_their_content(
    values: list[object], kind: Kind, form: str
) -> None:
    decoded = of(form, values)
    assert (decoded.kind, decoded.calls, decoded.refused) == (kind, [], [])
    among = of(form, [record(1), *values, record(9)])
    assert (among.kind, ids(among), among.refused) == (Kind.RECORDS, ["e-1", "e-9"], [])
    assert [(one.position, one.kind) for one in among.left_out] == [
        (position, kind) for position in range(2, 2 + len(values))
    ]
    beside_broken = decode(FORMS[form](values).encode() + b"{broken")
    assert beside_broken.kind is Kind.RECORDS
    assert (len(beside_broken.left_out), len(beside_broken.refused)) == (len(values), 1)


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing_is_an_empty_file(data: bytes) -> None:
    assert decode(data) == Decoded(Kind.EMPTY, [])


@pytest.mark.parametrize("data", [b'{"Records":[]}', b"[]", b'{"Records": []}{"Records":[]}'])
def test_a_trail_file_without_records_is_one(data: bytes) -> None:
    assert decode(data) == Decoded(Kind.RECORDS, [])


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        b"5",
        b'"text"',
        b"null",
        b"plain text",
        b"\x00" * 100,
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"2 111122223333 eni-1 10.0.0.1 10.0.0.2 443 49152 6 1 40 1 2 ACCEPT OK\n",
        b'{"Records":null}',
        b'{"Records":5}',
        b'{"Records":[null]}',
        b'{"Reservations":[{"Instances":[]}]}',
    ],
)
def test_what_holds_no_record_is_unknown(data: bytes) -> None:
    decoded = decode(data)
    assert (decoded.kind, decoded.calls) == (Kind.UNKNOWN, [])
    assert decoded.refused


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", FORMS)
def test_byte_order_marks_change_nothing(form: str, encoding: str) -> None:
    text = FORMS[form]([record(1, userAgent="é😀"), record(2)])
    mark = "\ufeff" if encoding.endswith("e") else ""
    decoded = decode((mark + text).encode(encoding))
    assert ids(decoded) == ["e-1", "e-2"]
    assert decoded.calls[0].user_agent == "é😀"


@given(
    st.sampled_from(sorted(FORMS)),
    st.integers(1, 4),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_damage_anywhere_costs_no_record_that_it_does_not_touch(
    form: str, number: int, damage: list[tuple[float, int]]
) -> None:
    some = [record(n) for n in range(1, 10)]
    data = bytearray(FORMS[form](some).encode())
    start, end = _span(data, number)
    for at, byte in damage:
        data[start + int(at * (end - start))] = byte
    decoded = decode(bytes(data))
    expected = [f"e-{n}" for n in range(1, 10) if n != number]
    assert [one for one in ids(decoded) if one in expected] == expected
    positions = [*places(decoded).values(), *(one.position for one in decoded.refused)]
    assert len(set(positions)) == len(decoded.calls) + len(decoded.refused)


def _span(data: bytearray, number: int) -> tuple[int, int]:
    """Bytes in the middle of a record, from its request's id to its own."""
    return data.index(f"R{number}".encode()), data.index(b"e-%d" % number)


@given(st.sampled_from(sorted(FORMS)), st.floats(0, 1))
def test_what_stands_before_a_cut_is_saved(form: str, at: float) -> None:
    some = [record(n) for n in range(1, 6)]
    text = FORMS[form](some).encode()
    cut = int(at * len(text))
    decoded = decode(text[:cut])
    whole = [n for n in range(1, 6) if _end(text, n) <= cut]
    assert ids(decoded)[: len(whole)] == [f"e-{n}" for n in whole]


def _end(text: bytes, number: int) -> int:
    """Behind everything of a record, whatever stands around it."""
    following = text.find(b"e-%d" % (number + 1))
    return following if following > 0 else len(text)


@given(
    st.binary(max_size=80),
    st.sampled_from([b"", b"{", b"[", b'{"Records":[', b'{"eventName":"a"}']),
)
def test_no_bytes_crash(content: bytes, start: bytes) -> None:
    decoded = decode(start + content)
    positions = {one.position for one in decoded.refused}
    assert len(positions) == len(decoded.refused)


def test_many_lines_are_read_in_slices_and_one_odd_line_costs_little() -> None:
    lines = [json.dumps(record(n, n=n)).encode() for n in range(3 * SLICE_BYTES // 1_500)]
    odd = len(lines) // 2
    lines[odd] = b'{"eventVersion": broken}'
    decoded = decode(b"\n".join(lines))
    assert len(decoded.calls) == len(lines) - 1
    assert [one.position for one in decoded.refused] == [odd + 1]
    assert sum(type(call) is ApiCall for call in decoded.calls) < len(lines) / 2
    assert list(decoded.positions([odd, odd + 1])) == [odd, odd + 2]


def test_joined_trail_files_are_read_as_fast_as_each_alone() -> None:
    """`zcat *.json.gz > all.json` puts nothing between them."""
    decoded = decode(FORMS["trail file"]([record(1), record(2)]).encode() * 3)
    assert ids(decoded) == ["e-1", "e-2"] * 3
    assert not any(type(call) is ApiCall for call in decoded.calls)
