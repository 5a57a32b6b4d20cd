"""Unwrapping: where collectors put the record, lists in lists, and what holds no record."""

import json

import pytest

from tests.trail_records import AGGREGATED, DIGEST, FORMS, INSIGHT, record
from truant.model.envelopes import DEPTH_MAX, is_record, unwrapped
from truant.model.file_kind import Kind
from truant.model.lenient_json import pieces

ONE, TWO = record(1), record(2)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_its_records_in_order(form: str) -> None:
    values = pieces(FORMS[form]([ONE, TWO]))
    assert [one for value in values for one in unwrapped(value)] == [ONE, TWO]


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        5,
        "",
        "text",
        "{broken",
        "{}",
        {},
        {"Records": None},
        {"Records": 5},
        {"Records": {"0": ONE}},
        {"rule": "r", "event": {"eventname": "ListBuckets", "eventtime": "2026-01-09T00:15:04Z"}},
        {"rule": "r", "event": "text"},
        {"event": {"original": "{broken"}},
        {"detail": {"findings": []}},
        {"eventName": None, "eventID": None, "eventVersion": None},
    ],
)
def test_what_is_no_record_is_told(value: object) -> None:
    assert list(unwrapped(value)) == [None]


def test_an_odd_record_is_a_record() -> None:
    for mark in ("eventName", "eventID", "eventVersion"):
        assert is_record({mark: 5})
        assert list(unwrapped({"detail": {mark: "x"}})) == [{mark: "x"}]


def test_each_of_a_list_is_told_and_an_empty_list_is_nothing() -> None:
    mixed = {"Records": [ONE, None, 5, "x", {}, {"detail": TWO}, DIGEST, INSIGHT, AGGREGATED]}
    kinds = [Kind.DIGEST, Kind.INSIGHT, Kind.AGGREGATED]
    assert list(unwrapped(mixed)) == [ONE, *[None] * 4, TWO, *kinds]
    assert list(unwrapped({"Records": []})) == list(unwrapped([])) == []
    assert list(unwrapped([ONE, [TWO, None], [], {"Records": []}])) == [ONE, TWO, *[None] * 3]
    assert list(unwrapped({"Records": [], "Events": [ONE]})) == []


def test_json_kept_as_text_is_opened_once() -> None:
    text = json.dumps({"Records": [ONE]})
    assert list(unwrapped(text)) == [ONE]
    assert list(unwrapped(json.dumps(text))) == [None]


def test_lists_within_lists_are_bounded() -> None:
    value: object = ONE
    for _ in range(DEPTH_MAX):
        value = {"Records": [value]}
    assert list(unwrapped(value)) == [ONE]
    for _ in range(900):
        value = {"Records": [value]}
    assert list(unwrapped(value)) == [None]
