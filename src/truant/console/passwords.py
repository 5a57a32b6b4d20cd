"""Passwords: hashed with argon2id, checked in the same time whether there is such a user or not."""

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LENGTH_MIN, LENGTH_MAX = 12, 256
# Each takes 64 MiB while it is worked out: a crowd of guesses must not take all memory.
_AT_ONCE = threading.BoundedSemaphore(2)
_hasher = PasswordHasher()


class BadPassword(ValueError):
    """A password that is not taken; the message says why."""


def hashed(password: str) -> str:
    """The hash of a new password. Raises BadPassword for one that is too short or too long."""
    if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
        raise BadPassword(f"A password has {LENGTH_MIN} to {LENGTH_MAX} characters.")
    with _AT_ONCE:
        return _hasher.hash(password)


def fits(known: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; None: there is none that fits."""
    if len(password) > LENGTH_MAX:
        return False
    try:
        with _AT_ONCE:
            return _hasher.verify(known or _nobodys(), password) and known is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    return _hasher.hash("a password that nobody has")
