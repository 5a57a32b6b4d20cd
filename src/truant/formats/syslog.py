"""Syslog messages: RFC 5424, framed as RFC 6587 says where they go through a stream."""

import re

from truant.formats.document import Document

FACILITY = 13  # log audit
# RFC 5424, 6.2.1: 1 alert, 2 critical, 4 warning, 5 notice.
_SEVERITY = {"Critical": 1, "High": 2, "Medium": 4, "Low": 5}
_WITHDRAWN = 6  # informational
_UNPRINTABLE = re.compile(r"[^!-~]")


def message(document: Document, change: str, at: str, host: str, body: str) -> bytes:
    """One message. `at`: ISO 8601, UTC; `host`: who sends; `body`: one line of ASCII.

    There is no structured data: its names want an enterprise number.
    """
    severity = _WITHDRAWN if change == "withdrawn" else _SEVERITY[document.band]
    head = f"<{FACILITY * 8 + severity}>1 {at} {_word(host, 255)} truant - {_word(change, 32)} -"
    return f"{head} {body}".encode()


def _word(text: str, most: int) -> str:
    return _UNPRINTABLE.sub("", text)[:most] or "-"


def framed(one: bytes) -> bytes:
    """A message for a stream, its length before it: octet counting, RFC 6587, 3.4.1."""
    return b"%d %b" % (len(one), one)
