"""What a user agent says of the client: its program and its operating system.

User agents are written by the caller, so nothing here is proof of anything.
"""

import re

_SYSTEMS = (
    ("Kali Linux", re.compile(r"kali", re.IGNORECASE)),
    ("Parrot Linux", re.compile(r"parrot", re.IGNORECASE)),
    ("Pentoo Linux", re.compile(r"pentoo", re.IGNORECASE)),
    ("macOS", re.compile(r"darwin|macos|mac os", re.IGNORECASE)),
    ("Windows", re.compile(r"windows|win32|win64", re.IGNORECASE)),
    ("Linux", re.compile(r"linux|amzn", re.IGNORECASE)),
)
_PROGRAM = re.compile(r"\[?\s*([A-Za-z][\w.+-]*)")


def system(agent: str) -> str | None:
    """The operating system that a user agent names, or None."""
    return next((name for name, pattern in _SYSTEMS if pattern.search(agent)), None)


def program(agent: str) -> str:
    """The program that a user agent names first, in lower case: `aws-cli`, `boto3`."""
    found = _PROGRAM.match(agent)
    return found[1].lower() if found else agent[:32].lower()
