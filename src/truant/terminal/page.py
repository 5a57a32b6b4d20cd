"""Laying out text: paragraphs that hang from what leads them, and never a space at a line's end."""

from rich.console import Console, RenderableType
from rich.text import Text

_WIDTH_MIN, _HANG_MIN = 20, 4


def put(console: Console, text: Text | str, lead: Text | str = "") -> None:
    """Print a paragraph behind its lead; its further lines stand below the first one's text."""
    lead = lead if isinstance(lead, Text) else Text(lead)
    text = text if isinstance(text, Text) else Text(text)
    hang = lead.cell_len
    if console.width - hang < _WIDTH_MIN:  # no room to hang: the lead is the paragraph's beginning
        lead, text, hang = Text(), Text.assemble(lead, text), _HANG_MIN
    for number, line in enumerate(text.wrap(console, console.width - hang, overflow="fold")):
        start = lead if number == 0 else Text(" " * hang)
        put_line(console, Text.assemble(start, line))


def put_line(console: Console, text: Text | str) -> None:
    """Print in one line, however long: what is copied from the terminal must stay whole."""
    text = text if isinstance(text, Text) else Text(text)
    text = text.copy()
    text.rstrip()
    console.print(text, soft_wrap=True)


def put_block(console: Console, block: RenderableType) -> None:
    """Print a table, without the spaces that fill its lines up to its width."""
    for segments in console.render_lines(block, pad=False):
        put_line(console, Text.assemble(*((part.text, part.style or "") for part in segments)))


def heading(console: Console, text: str) -> None:
    """Print what a section is about, after an empty line."""
    console.print()
    put(console, Text(text, "bold"))
