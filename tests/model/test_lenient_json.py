"""JSON of strangers: what strict readers refuse, and what can be saved out of broken text."""

import json
import time
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.lenient_json import BROKEN_MAX, Broken, pieces, read

SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
VALUES = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
RECORDS = st.lists(VALUES.map(lambda value: {"eventVersion": "1.08", "n": value}), max_size=5)


@given(VALUES, st.booleans())
def test_sound_json_is_read_as_the_standard_library_reads_it(value: object, escaped: bool) -> None:
    assert read(json.dumps(value, ensure_ascii=escaped)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('"\\ud800"', "\ufffd"),
        ('"\\udc00\\ud800!"', "\ufffd\ufffd!"),
        ('"\\ud83d\\ude00"', "😀"),
        ('"\\ud800\\ud83d\\ude00"', "\ufffd😀"),
        ('"\\\\ud800"', "\\ud800"),
        ('"\\\\\\ud800"', "\\\ufffd"),
        ('"a\nb\x00\x1b"', "a\nb\x00\x1b"),
        ("NaN", None),
        ("[Infinity, -Infinity, 1e999, -1e999]", [None] * 4),
        ("1" * 5_000, None),
        ("1" * 4_300, int("1" * 4_300)),
        ('{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_strict_readers_refuse_is_read(text: str, value: object) -> None:
    assert read(text) == value


@given(st.text(alphabet='\\ud8a3c0f"e{}[]:,1.N\n', max_size=30))
def test_whatever_is_read_can_be_written_again(text: str) -> None:
    try:
        value = read(text)
    except (ValueError, RecursionError):
        return
    assert msgspec.json.decode(msgspec.json.encode(value)) == value


@pytest.mark.parametrize("text", ["", "{", '{"a" 1}', "[1 2]", "'a'", "{} {}", "\\ud800"])
def test_what_is_no_json_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)


def test_what_is_nested_too_deeply_is_an_error() -> None:
    with pytest.raises(RecursionError):
        read("[" * 100_000)


FORMS: dict[str, Callable[[list[str]], str]] = {
    "trail file": lambda some: '{"a": 1, "Records": [' + ",".join(some) + '], "b": {"c": [1]}}',
    "lookup": lambda some: '{"Events": [' + ",".join(some) + "]}",
    "array": lambda some: "[" + ",\n".join(some) + "]",
    "lines": "\n".join,
    "close together": "".join,
    "two trail files": lambda some: "".join(f'{{"Records":[{one}]}}' for one in some),
}


@given(RECORDS, st.sampled_from(sorted(FORMS)), st.sampled_from([None, 2]))
def test_sound_text_gives_all_its_values(
    records: list[object], form: str, indent: int | None
) -> None:
    text = FORMS[form]([json.dumps(one, indent=indent) for one in records])
    assert list(pieces(text)) == records


@given(RECORDS, RECORDS, st.sampled_from(sorted(FORMS)), st.data())
def test_a_broken_record_costs_only_itself(
    before: list[object], after: list[object], form: str, data: st.DataObject
) -> None:
    record = '{"eventVersion": "1.08", "a": "b"}'
    broken = record[: data.draw(st.integers(1, len(record) - 1))]
    texts = [*map(json.dumps, before), broken, *map(json.dumps, after)]
    found = list(pieces(FORMS[form](texts)))
    assert [one for one in found if not isinstance(one, Broken)] == [*before, *after]
    assert any(isinstance(one, Broken) for one in found)


@given(RECORDS.filter(bool), st.data())
def test_what_stands_before_the_cut_is_saved_and_the_cut_is_told(
    records: list[object], data: st.DataObject
) -> None:
    text = '{"Records": [' + ", ".join(map(json.dumps, records)) + "]}"
    whole = data.draw(st.integers(0, len(records) - 1))
    start = len('{"Records": [' + ", ".join(map(json.dumps, records[:whole])))
    cut = data.draw(st.integers(start, start + len(json.dumps(records[whole]))))
    found = list(pieces(text[:cut]))
    assert found[:whole] == records[:whole]
    assert isinstance(found[-1], Broken)
    assert len(found) <= whole + 2


def test_the_places_that_are_searched_are_bounded_and_the_rest_is_told() -> None:
    found = list(pieces('{"eventVersion": oops}\n' * (BROKEN_MAX + 5)))
    assert len(found) == BROKEN_MAX
    assert found[-1] == Broken(
        "broken JSON: Expecting value; after 1,000 such places the rest is left"
    )


def test_a_reason_holds_nothing_of_the_text() -> None:
    secret = "wJalrXUtnFEMI"
    for text in (f'{{"eventVersion": {secret}}}', f'{{"a": "{secret}', f'[{{"{secret}" 1}}]'):
        assert secret not in repr([one for one in pieces(text) if isinstance(one, Broken)])


@given(st.text(alphabet='{}[]",:\\ \n\ufeff1aRecordsv', max_size=60))
def test_no_text_crashes(text: str) -> None:
    list(pieces(text))


@pytest.mark.parametrize(
    "text",
    [
        "x" + "\n" * 300_000,
        "{" + " " * 300_000,
        "{" * 300_000,
        "[" * 300_000,
        '{"Records"' * 50_000,
        '{"eventVersion":"' * 30_000,
        '{"eventVersion":' * 30_000,
        '{"eventVersion":[1,' * 30_000,
        '"' * 300_000,
        "\\" * 300_000,
        "\\ud800" * 50_000,
        '[{"eventVersion":1}' * 20_000,
        "]" * 300_000,
    ],
    ids=lambda text: text[:20],
)
def test_no_text_takes_long(text: str) -> None:
    """A search that starts again for each character of a run would take hours for these."""
    began = time.process_time()
    for _ in pieces(text):
        pass
    assert time.process_time() - began < 20
