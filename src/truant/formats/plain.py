"""Text from logs made safe to show: nothing in it moves the cursor, colours, or turns direction."""

import unicodedata

# Controls, formats (direction overrides, zero width), surrogates, private use, unassigned, line
# separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Marks that are drawn upon the letter before them; more than two in a row are no language's.
_MARKS = frozenset({"Mn", "Me"})
_MARKS_MAX = 2
LENGTH_MAX = 400


def plain(text: object, length: int = LENGTH_MAX) -> str:
    """The text in one line, at most `length` characters; what is unsafe is written as a code."""
    shown: list[str] = []
    marks = 0
    for char in str(text)[: length + 1]:
        category = unicodedata.category(char)
        marks = marks + 1 if category in _MARKS else 0
        unsafe = category in _UNSAFE or marks > _MARKS_MAX
        shown.append(_escaped(char) if unsafe else char)
    whole = "".join(shown)
    return whole if len(whole) <= length else whole[: length - 1] + "…"


def _escaped(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
