"""Laying out paragraphs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.table import Table
from rich.text import Text

from tests.terminal.known import Sheet
from truant.terminal.page import heading, put, put_block, put_line


def test_further_lines_stand_below_the_first_one_s_text() -> None:
    sheet = Sheet(30)
    put(sheet.console, "one two three four five six seven", "  why   ")
    assert sheet.text == "  why   one two three four\n        five six seven\n"


def test_where_there_is_no_room_to_hang_the_lead_begins_the_paragraph() -> None:
    sheet = Sheet(30)
    put(sheet.console, "calls with an instance's credentials", "  folded       3,026  ")
    assert sheet.text == ("  folded       3,026\n    calls with an instance's\n    credentials\n")


def test_a_line_is_never_broken() -> None:
    sheet = Sheet(30)
    put_line(sheet.console, "$ " + "x" * 100)
    assert sheet.lines == ["$ " + "x" * 100]


def test_a_heading_stands_apart() -> None:
    sheet = Sheet()
    heading(sheet.console, "Keys")
    assert sheet.text == "\nKeys\n"


def test_a_table_s_lines_end_where_their_text_ends() -> None:
    table = Table("a", "b")
    table.add_row("1", "")
    sheet = Sheet()
    put_block(sheet.console, table)
    assert "1" in sheet.text
    assert [line.rstrip() for line in sheet.lines] == sheet.lines


@pytest.mark.parametrize("lead", ["", "  • ", "  quarantined: "])
@given(text=st.text(st.characters(categories=["L", "N", "P"], include_characters=" ")))
def test_no_line_ends_in_space_or_leaves_the_page(lead: str, text: str) -> None:
    sheet = Sheet(40)
    put(sheet.console, text, lead)
    for line in sheet.lines:
        assert line == line.rstrip(" ")
        assert Text(line).cell_len <= 40
    joined = "".join("".join(sheet.lines).split())
    assert joined == "".join(f"{lead}{text}".split())
