"""Coverage: spans in which a trail that had spoken every hour falls silent, and who touched it.

A silence proves nothing: a night, a quiet account, files not copied. But what a thief does with the
trail off is in no log, so that it is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from truant.detection.makings import TAMPERINGS
from truant.model.event_time import clock
from truant.model.role_session import RoleSession
from truant.model.sighting import Made

HOUR_SLOTS = 12
STEADY_HOURS_MIN = 12  # hours in a row with calls, before a silence is worth a word
SILENCE_HOURS_MIN = 2


class Silence(Struct, frozen=True):
    """No call of an account in a region from `since` to before `until` (epoch seconds)."""

    account: str
    region: str
    since: int
    until: int
    steady_hours: int

    def __str__(self) -> str:
        """Say it in words."""
        return (
            f"account {self.account} in {self.region}: no call from {clock(self.since)} to "
            f"{clock(self.until)}, after {self.steady_hours} hours without such a gap; logs may be "
            "missing, or the trail was off"
        )


def spoken_hours(sessions: Iterable[RoleSession]) -> dict[tuple[str, str], set[int]]:
    """The hours since the epoch in which there was a call, by account and region."""
    hours: dict[tuple[str, str], set[int]] = defaultdict(set)
    for session in sessions:
        for sighting in session.sightings:
            spoken = set(_hours(sighting.day, sighting.slots))
            for region in sighting.regions:
                hours[session.identity.account or "unknown", region] |= spoken
    return hours


def silences(hours: Mapping[tuple[str, str], set[int]]) -> list[Silence]:
    """Every silence of an account and region between calls that were steady before it."""
    return [one for index, spoken in sorted(hours.items()) for one in _gaps(*index, spoken)]


def _hours(day: int, slots: int) -> Iterator[int]:
    start = day * 24
    mask = (1 << HOUR_SLOTS) - 1
    return (start + hour for hour in range(24) if slots >> (hour * HOUR_SLOTS) & mask)


def _gaps(account: str, region: str, hours: set[int]) -> Iterator[Silence]:
    ordered = sorted(hours)
    steady = 1
    for before, after in pairwise(ordered):
        silent = after - before - 1
        if silent >= SILENCE_HOURS_MIN and steady >= STEADY_HOURS_MIN:
            yield Silence(account, region, (before + 1) * 3600, after * 3600, steady)
        steady = 1 if silent else steady + 1


def tamperings(sessions: Iterable[RoleSession]) -> list[tuple[str, Made]]:
    """Who switched a trail off or changed it, and when: principal and what was done, by time."""
    found = {
        (session.principal_id, made)
        for session in sessions
        for sighting in session.sightings
        for made in sighting.made
        if made.kind in TAMPERINGS
    }
    return sorted(found, key=lambda one: (one[1], one[0]))
