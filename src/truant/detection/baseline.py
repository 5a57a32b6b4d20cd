"""Baseline: what sessions, roles, VPCs and accounts showed on the days before, and how usual it is.

Score before learning: a day is asked about only what days before it showed, so that the answer is
the same in whatever order records arrive, and a theft cannot make itself usual on its own day. The
unit that is counted is the day of an instance: a thief's thousand calls of one day count once.

What an entity has not shown itself is looked up in the next wider one (back-off, as in Katz,
"Estimation of probabilities from sparse data", 1987): the chance that something new comes up at
all, times the share that it has there. Old days count less, by half each HALF_LIFE_DAYS.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate

from msgspec import Struct

from truant.model.habit import Feature, Habit
from truant.model.role_session import RoleSession

HALF_LIFE_DAYS = 30
DAYS_MIN = 3  # days of the organization before anything is said to be usual or not
ORGANIZATION = "all that was read"
_SCALE = 20_000 / HALF_LIFE_DAYS  # days since the epoch are about 20,000: keeps powers small

VpcOf = Callable[[str], str | None]
Level = tuple[str, str]  # kind and name: ("role", "arn:…")


class Tally(Struct, frozen=True):
    """How many instance-days: as they are, and with old ones counting less."""

    days: int = 0
    weight: float = 0.0


class _Series:
    """Events on days, added up so that "before this day" is one look-up."""

    __slots__ = ("_days", "_sums", "_weights")

    def __init__(self, events: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(events)
        self._days = [day for day, _ in ordered]
        self._sums = list(accumulate((amount for _, amount in ordered), initial=0))
        # A weight that grows with the day, scaled back when asked: one sum serves all days.
        powers = (2.0 ** (day / HALF_LIFE_DAYS - _SCALE) for day in self._days)
        self._weights = list(accumulate(powers, initial=0.0))

    def before(self, day: int) -> Tally:
        """The number of events on days before this one."""
        index = bisect_left(self._days, day)
        return Tally(index, self._weights[index] * 2.0 ** (_SCALE - day / HALF_LIFE_DAYS))

    def amount(self, day: int) -> int:
        """What the events before a day add up to."""
        return self._sums[bisect_left(self._days, day)]

    def distinct_days(self, day: int) -> int:
        return len(set(self._days[: bisect_left(self._days, day)]))


_NOTHING = _Series(())


class Surprise(Struct, frozen=True):
    """How a value stands against what was shown before.

    `own` is the probability that a day of this instance shows the value; `known_to` the narrowest
    level that has shown it, or None where none has. `counts` are sentences' numbers: for each level
    its name, calls with the value and all calls.
    """

    own: float
    share: float
    known_to: str | None
    counts: tuple[tuple[str, int, int], ...]


class _Tables(Struct, frozen=True):
    """What was shown, by level, feature and value; the days of each level, and what was new."""

    shown: dict[tuple[Level, str, str], _Series]
    days: dict[Level, _Series]
    settled: dict[Level, _Series]  # without a level's first day, on which all that it shows is new
    new: dict[tuple[Level, str], _Series]


class Baseline:
    """What habits say is usual. Their order changes nothing."""

    def __init__(self, habits: Iterable[Habit], vpc_of: VpcOf) -> None:
        """Take habits, one for each session and day; they are compiled when first asked about."""
        self._habits, self._vpc_of = habits, vpc_of

    @cached_property
    def _tables(self) -> _Tables:
        told = [(habit, self.levels(habit)) for habit in self._habits]
        shown: dict[tuple[Level, str, str], list[tuple[int, int]]] = defaultdict(list)
        days: dict[Level, list[tuple[int, int]]] = defaultdict(list)
        for habit, levels in told:
            calls = sum(habit.shown.get(Feature.NETWORK, {}).values())
            for level in levels:
                days[level].append((habit.day, calls))
            for feature, value, number in _values(habit):
                for level in levels:
                    shown[level, feature, value].append((habit.day, number))
        first = {index: min(events)[0] for index, events in shown.items()}
        opened = {level: min(events)[0] for level, events in days.items()}
        new: dict[tuple[Level, str], list[tuple[int, int]]] = defaultdict(list)
        for habit, levels in told:
            for level in levels:
                fresh = {
                    feature
                    for feature, value, _ in _values(habit)
                    if first[level, feature, value] == habit.day > opened[level]
                }
                for feature in fresh:
                    new[level, feature].append((habit.day, 1))
        return _Tables(
            {index: _Series(events) for index, events in shown.items()},
            {level: _Series(events) for level, events in days.items()},
            {
                level: _Series(event for event in events if event[0] > opened[level])
                for level, events in days.items()
            },
            {index: _Series(events) for index, events in new.items()},
        )

    def levels(self, habit: Habit) -> tuple[Level, ...]:
        """The entities that a habit belongs to, the narrowest first."""
        return self._levels(habit.principal_id, habit.role_arn, habit.instance, habit.account)

    def levels_of(self, session: RoleSession, instance: str) -> tuple[Level, ...]:
        """The entities that a session belongs to, the narrowest first."""
        who = session.identity
        return self._levels(session.principal_id, who.issuer_arn, instance, who.account)

    def _levels(
        self, principal_id: str, role_arn: str | None, instance: str, account: str | None
    ) -> tuple[Level, ...]:
        named = (
            ("session", principal_id),
            ("role", role_arn),
            ("VPC", self._vpc_of(instance)),
            ("account", account),
            (ORGANIZATION, ""),
        )
        return tuple((kind, name) for kind, name in named if name is not None)

    def knows(self, day: int) -> bool:
        """Whether enough days lie before this one to speak of what is usual."""
        return self._tables.days.get((ORGANIZATION, ""), _NOTHING).distinct_days(day) >= DAYS_MIN

    def surprise(self, feature: Feature, value: str, levels: Sequence[Level], day: int) -> Surprise:
        """How a value shown on a day stands against the days before, at these levels."""
        unseen: Level | None = None
        own, known_to = 1.0, None
        for level in levels:
            seen = self._seen(level, feature, value, day)
            total = self._tables.days.get(level, _NOTHING).before(day)
            if seen.days:
                own = self._novelty(unseen, feature, day) * seen.weight / (total.weight + 1.0)
                known_to = level[0]
                break
            if total.days:
                unseen = level
        else:
            own = self._novelty(unseen, feature, day)
        return Surprise(
            own,
            self._share(feature, value, day),
            known_to,
            self._counts(feature, value, levels, day),
        )

    def _seen(self, level: Level, feature: Feature, value: str, day: int) -> Tally:
        return self._tables.shown.get((level, feature, value), _NOTHING).before(day)

    def _novelty(self, level: Level | None, feature: Feature, day: int) -> float:
        """How often a day of an instance at a level shows something that is new to the level."""
        if level is None:
            return 1.0
        new = self._tables.new.get((level, feature), _NOTHING).before(day)
        return (new.weight + 0.5) / (self._tables.settled[level].before(day).weight + 1.0)

    def _share(self, feature: Feature, value: str, day: int) -> float:
        """The share of all instance-days before that showed the value."""
        whole = self._tables.days.get((ORGANIZATION, ""), _NOTHING).before(day)
        return self._seen((ORGANIZATION, ""), feature, value, day).weight / (whole.weight + 1.0)

    def _counts(
        self, feature: Feature, value: str, levels: Sequence[Level], day: int
    ) -> tuple[tuple[str, int, int], ...]:
        return tuple(
            (
                kind,
                self._tables.shown.get(((kind, name), feature, value), _NOTHING).amount(day),
                self._tables.days.get((kind, name), _NOTHING).amount(day),
            )
            for kind, name in levels
        )


def _values(habit: Habit) -> Iterator[tuple[str, str, int]]:
    for feature, values in habit.shown.items():
        for value, number in values.items():
            yield feature, value, number


def log_ratio(surprise: Surprise, new_to_thieves: float) -> float:
    """The natural log of how much likelier a thief shows a value than the instance itself.

    `new_to_thieves`: the probability that what a thief shows was never shown here before.
    """
    known = surprise.known_to is not None
    theft = (1.0 - new_to_thieves) * surprise.share if known else new_to_thieves
    return math.log(max(theft, 1e-9) / max(surprise.own, 1e-9))
