"""Tests of `cef`: a header of seven parts, and values in which nothing ends early."""

import re

import pytest

from tests.told_findings import HOSTILE, hostile, told
from truant.formats.cef import cef
from truant.formats.document import read

PART = re.compile(r"(?<!\\)(?:\\\\)*\|")
KEY = re.compile(r"(?:^| )([a-zA-Z0-9]+)(?<!\\)=")


def parts(line: str) -> list[str]:
    """Header and extension, cut at bars that are not escaped."""
    found, rest = [], line
    for _ in range(7):
        match = PART.search(rest)
        assert match is not None
        found.append(rest[: match.end() - 1])
        rest = rest[match.end() :]
    return [*found, rest]


def test_the_header_has_its_seven_parts() -> None:
    document = read(told()[0])
    found = parts(cef(document, "created", "0.1.0"))
    assert found[:5] == ["CEF:0", "Truant", "Truant", "0.1.0", document.type]
    assert found[6] == "8"
    assert f"suser={document.resource.access_key_details.user_name}" in found[7]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_add_no_field_and_no_line(text: str) -> None:
    found = parts(cef(read(hostile(text)), "created", "0.1.0"))
    assert all(" " <= char <= "~" for part in found for char in part)
    assert set(KEY.findall(found[7])) <= set(KEY.findall(parts(_plain())[7]))


def _plain() -> str:
    return cef(read(hostile("plain")), "created", "0.1.0")
