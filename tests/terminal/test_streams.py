"""Consoles on streams."""

import io

import pytest

from truant.terminal.streams import PIPE_WIDTH, WIDTH_MIN, console_on, prepare


@pytest.fixture(autouse=True)
def _no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)


def test_without_a_terminal_the_width_is_fixed() -> None:
    assert console_on(io.StringIO()).width == PIPE_WIDTH


@pytest.mark.parametrize(("columns", "width"), [("132", 132), ("5", WIDTH_MIN), ("x", 80)])
def test_columns_may_be_given(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert console_on(io.StringIO()).width == width


def test_markup_and_names_of_pictures_are_text() -> None:
    stream = io.StringIO()
    console_on(stream).print("[bold]x[/bold] :bomb: http://a.example 7")
    assert stream.getvalue() == "[bold]x[/bold] :bomb: http://a.example 7\n"


def test_a_closed_pipe_is_left_to_whoever_prints() -> None:
    class Closed(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        console_on(Closed()).print("x")


def test_an_encoding_shows_what_is_closest() -> None:
    prepare()
    assert "• “Zoë” 東".encode("latin-1", "truant") == b'* "Zo\xeb" \\u6771'
