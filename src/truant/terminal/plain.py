"""Text from logs made safe to show: nothing in it moves the cursor, colours, or turns direction."""

import unicodedata

# Controls, formats (direction overrides, zero width), surrogates, private use, line separators.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
LENGTH_MAX = 400


def plain(text: object, length: int = LENGTH_MAX) -> str:
    """The text in one line, at most `length` characters; what is unsafe is written as a code."""
    cut = str(text)[: length + 1]
    shown = "".join(
        _escaped(char) if unicodedata.category(char) in _UNSAFE else char for char in cut
    )
    return shown if len(shown) <= length else shown[: length - 1] + "…"


def _escaped(char: str) -> str:
    code = ord(char)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
