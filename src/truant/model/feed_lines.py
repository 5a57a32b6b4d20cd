"""Reads a feed's bytes as lines or as rows of columns, each with its line number."""

import csv
from collections.abc import Iterator
from typing import NamedTuple

from truant.model.bad_feed import BadFeed

TEXT_KEPT = 200  # of an entry that is refused: enough to find it, however long it is


class RefusedLine(NamedTuple):
    """A line of a feed that cannot be used: its number from 1, the start of its text, why."""

    line: int
    text: str
    reason: str


def refused(line: int, text: str, reason: str) -> RefusedLine:
    """A refusal that keeps only the start of the text."""
    return RefusedLine(line, text[:TEXT_KEPT], reason)


def lines(content: bytes) -> Iterator[tuple[int, str]]:
    """Each line that says something, without the spaces around it. Comments begin with #.

    Bytes that are no UTF-8 become replacement characters: the entry is then refused, not the file.
    """
    for number, line in enumerate(_text(content).split("\n"), start=1):
        text = line.strip()
        if text and not text.startswith("#"):
            yield number, text


def rows(content: bytes, source: str, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """Each row that says something, its cells without the spaces around them. Raises BadFeed."""
    text = (f"{line}\n" for line in _text(content).split("\n"))  # a cell may hold several lines
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=True)
    try:
        for cells in reader:
            row = [cell.strip() for cell in cells]
            if any(row) and not row[0].startswith("#"):
                yield reader.line_num, row
    except csv.Error as error:
        position = f"line {reader.line_num}"
        raise BadFeed(source, position, f"cannot be split ({error})", "Mend the line") from error


def _text(content: bytes) -> str:
    text = content.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
