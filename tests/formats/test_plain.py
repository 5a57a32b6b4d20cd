"""Text from logs on a terminal."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.formats.plain import LENGTH_MAX, plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("s3:GetObject", "s3:GetObject"),
        ("Zoë • 東京", "Zoë • 東京"),
        ("a\x1b[2Jb", "a\\x1b[2Jb"),
        ("a\r\nb\tc", "a\\x0d\\x0ab\\x09c"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("in\u200bvisible", "in\\u200bvisible"),
        ("\U000e0041", "\\U000e0041"),  # a tag, drawn as nothing
        ("\ud800", "\\ud800"),  # half a character, as file names may hold
        ("e\u0301\u0302\u0303\u0304", "e\u0301\u0302\\u0303\\u0304"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        (None, "None"),
        (7, "7"),
    ],
)
def test_what_is_unsafe_is_written_as_a_code(text: object, shown: str) -> None:
    assert plain(text) == shown


def test_what_is_long_is_cut_and_says_so() -> None:
    assert plain("x" * LENGTH_MAX) == "x" * LENGTH_MAX
    assert plain("x" * (LENGTH_MAX + 1)) == "x" * (LENGTH_MAX - 1) + "…"
    assert plain("abcdef", 4) == "abc…"


@given(st.text(st.characters()), st.integers(1, 50))
def test_no_text_gets_through(text: str, length: int) -> None:
    shown = plain(text, length)
    assert len(shown) <= length
    assert not {unicodedata.category(char) for char in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode()
