"""Tests of `size`: what is too large loses details, says so, and keeps what is needed to act."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.told_findings import HOSTILE, Json, hostile, told
from truant.formats.document import read
from truant.formats.size import encoded, fitted


def large(origins: int) -> Json:
    document = told()[0]
    info: Json = document["service"]["additionalInfo"]  # type: ignore[index]
    first = info["origins"][0]  # type: ignore[index]
    info["origins"] = [{**first, "address": f"203.0.113.{n % 256}"} for n in range(origins)]
    info["eventIds"] = [f"{n:036}" for n in range(200)]
    info["value"] = msgspec.json.encode({k: v for k, v in info.items() if k != "value"}).decode()
    return document


def test_what_fits_is_as_it_was() -> None:
    for document in told():
        assert fitted(document, 1_000_000) == document


@pytest.mark.parametrize("most", [240_000, 65_536, 8_192, 6_144])
def test_what_does_not_fit_says_that_it_was_cut(most: int) -> None:
    document = large(400)
    before = encoded(document)
    cut = fitted(document, most)
    assert len(before) > most >= len(encoded(cut))
    assert cut["service"]["additionalInfo"]["cut"] is True  # type: ignore[index]
    assert encoded(document) == before, "what was given is not changed"
    shown, whole = read(cut), read(document)
    assert (shown.id, shown.severity, shown.type) == (whole.id, whole.severity, whole.type)
    assert shown.resource.access_key_details == whole.resource.access_key_details
    assert shown.call.remote_ip_details.address == whole.call.remote_ip_details.address


@pytest.mark.parametrize("text", [*HOSTILE, "\U0001f600" * 100_000, "\x00" * 100_000])
def test_it_fits_whatever_texts_there_are(text: str) -> None:
    assert len(encoded(fitted(hostile(text), 6_144))) <= 6_144


@given(st.text())
def test_json_is_one_line_of_printable_ascii(text: str) -> None:
    line = encoded({"a": text})
    assert all(" " <= char <= "~" for char in line)
    assert json.loads(line) == {"a": text}
