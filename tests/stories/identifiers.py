"""Ids as AWS writes them, from a seed, and its ways to write times."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass
class Ids:
    """Makes ids; the same seed makes the same ones."""

    rng: Random
    taken: set[str] = field(default_factory=set)

    def resource(self, kind: str) -> str:
        """`i-0a1b…`, `eni-0a1b…`: seventeen hexadecimal digits."""
        return self.new(lambda: f"{kind}-0{self.rng.getrandbits(64):016x}")

    def account(self) -> str:
        """Twelve digits."""
        return self.new(lambda: f"{self.rng.randrange(10**11, 10**12)}")

    def key(self, kind: str = "ASIA") -> str:
        """An access key: ASIA of a session, AKIA of a user."""
        return self.new(lambda: kind + self._base32(16))

    def principal(self, kind: str = "AROA") -> str:
        """AROA of a role, AIDA of a user."""
        return self.new(lambda: kind + self._base32(17))

    def uuid(self) -> str:
        """As event ids and request ids are."""
        bits = f"{self.rng.getrandbits(128):032x}"
        return "-".join((bits[:8], bits[8:12], "4" + bits[13:16], "a" + bits[17:20], bits[20:]))

    def token(self) -> str:
        """A session token, which is a secret."""
        return "IQoJb3JpZ2luX2VjE" + self._base32(60)

    def _base32(self, length: int) -> str:
        return "".join(self.rng.choices(_BASE32, k=length))

    def new(self, make: Callable[[], str]) -> str:
        """Make again until it was never made before."""
        made = make()
        while made in self.taken:
            made = make()
        self.taken.add(made)
        return made


def iso(at: int) -> str:
    """`2024-05-02T09:15:00Z`, as in records."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(at: int, newer: bool) -> str:
    """As the AWS CLI prints times: version 2 with an offset, version 1 with milliseconds."""
    form = "%Y-%m-%dT%H:%M:%S+00:00" if newer else "%Y-%m-%dT%H:%M:%S.000Z"
    return datetime.fromtimestamp(at, UTC).strftime(form)


def expiration(at: int, comma: bool) -> str:
    """`Jul 10, 2023, 6:30:22 PM`, or as before 2021 without the second comma."""
    when = datetime.fromtimestamp(at, UTC)
    hour = when.hour % 12 or 12
    day = f"{when:%b} {when.day}, {when.year}"
    return f"{day}{',' if comma else ''} {hour}:{when:%M:%S} {'AM' if when.hour < 12 else 'PM'}"


def day(text: str) -> int:
    """The first second of a day, from `2024-05-02`."""
    return int(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).timestamp())
