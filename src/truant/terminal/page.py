"""Laying out text: paragraphs that hang from what leads them, and never a space at a line's end."""

from rich.console import Console, RenderableType
from rich.text import Text

_WIDTH_MIN = 20


def put(console: Console, text: Text | str, lead: Text | str = "") -> None:
    """Print a paragraph behind its lead; its further lines stand below the first one's text."""
    lead = lead if isinstance(lead, Text) else Text(lead)
    text = text if isinstance(text, Text) else Text(text)
    width = max(console.width - lead.cell_len, _WIDTH_MIN)
    for number, line in enumerate(text.wrap(console, width, overflow="fold")):
        line.rstrip()
        start = lead if number == 0 else Text(" " * lead.cell_len)
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
