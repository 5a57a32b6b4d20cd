"""Lines and rows of feeds, with their numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.model.bad_feed import BadFeed
from truant.model.feed_lines import TEXT_KEPT, RefusedLine, lines, refused, rows

CELLS = st.text(st.characters(codec="utf-8", categories=["L", "N"]), min_size=1, max_size=5)


@given(
    st.lists(CELLS | st.sampled_from(["", "  ", "# comment", "#"])),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
def test_lines_keep_their_numbers(texts: list[str], end: str, mark: bytes) -> None:
    content = mark + end.join(f"  {text} " for text in texts).encode()
    expected = [(n, t.strip()) for n, t in enumerate(texts, 1) if t.strip() and t[0] != "#"]
    assert list(lines(content)) == expected


@given(st.lists(st.lists(CELLS, min_size=1, max_size=3)), st.sampled_from([",", "\t", ";"]))
def test_rows_keep_their_numbers_and_cells(table: list[list[str]], delimiter: str) -> None:
    content = "\n\n".join(f" {delimiter} ".join(row) for row in table).encode()
    if delimiter == "\t":
        content = content.replace(b" \t ", b"\t")
    assert list(rows(content, "feed", delimiter)) == [
        (2 * number + 1, row) for number, row in enumerate(table)
    ]


def test_quotes_hold_cells_together_and_comments_are_no_rows() -> None:
    content = b'# made today\n1, "a, b"\n,,\n"2\n3", c\n'
    assert list(rows(content, "feed")) == [(2, ["1", "a, b"]), (5, ["2\n3", "c"])]


def test_a_row_that_cannot_be_split_is_an_error_with_its_line() -> None:
    with pytest.raises(BadFeed, match=r"^feed, line 2: cannot be split .*\. Mend the line$"):
        list(rows(b"a, b\n" + b"x" * 200_000, "feed"))


def test_bytes_that_are_no_utf8_cost_only_their_entry() -> None:
    assert list(lines(b"192.0.2.1\n\xff\xfe\n192.0.2.2")) == [
        (1, "192.0.2.1"),
        (2, "\ufffd\ufffd"),
        (3, "192.0.2.2"),
    ]


def test_a_refusal_keeps_the_start_of_the_text() -> None:
    assert refused(7, "x" * 10_000, "no address") == RefusedLine(7, "x" * TEXT_KEPT, "no address")


@given(st.binary(max_size=100))
def test_no_bytes_crash(content: bytes) -> None:
    assert all(number > 0 and text for number, text in lines(content))
    try:
        assert all(number > 0 and any(row) for number, row in rows(content, "noise"))
    except BadFeed as error:
        assert error.position
