"""From facts to what held when: one attribute of one entity, over time.

Facts are points; what holds between them follows from four readings. A value listed as the whole
(`IS`) holds until something says otherwise, and held before, back to when the whole was last
told: a snapshot is the only witness of what was there before it. A value that `BEGINS` did not
hold before.
"""

from bisect import bisect_right
from collections.abc import Iterable

from msgspec import Struct

from truant.model.fact import Fact, Mode

# Attributes of which an entity has one value at a time: a new one ends the old.
SINGLE = frozenset({"holder", "instance", "target", "route-table", "owner", "account"})


# CloudTrail's times are whole seconds: an address may be allocated and associated in the same.
_WITHIN_A_SECOND = {Mode.UNKNOWN: 0, Mode.IS: 1, Mode.ENDS: 2, Mode.BEGINS: 3}


class Held(Struct, frozen=True, gc=False):
    """A value that held from `since` until before `until` (epoch seconds; None: no bound)."""

    value: str
    since: int | None
    until: int | None
    source: str

    def at(self, time: int) -> bool:
        """Whether it held at a time."""
        return (self.since is None or self.since <= time) and (
            self.until is None or time < self.until
        )


class Timeline(Struct, frozen=True, gc=False):
    """All values of one attribute of one entity, and the spans about which nothing is known."""

    held: tuple[Held, ...]
    unknown: tuple[tuple[int | None, int | None], ...] = ()

    def at(self, time: int) -> list[Held]:
        """What held at a time."""
        return [value for value in self.held if value.at(time)]

    def known_at(self, time: int) -> bool:
        """Whether anything is known of the attribute at a time; what held may still be nothing."""
        return not any(
            (since is None or since <= time) and (until is None or time < until)
            for since, until in self.unknown
        )


def timeline(attribute: str, facts: Iterable[Fact], ended: int | None = None) -> Timeline:
    """Work out the timeline of facts about one entity's `attribute`. `ended`: when it went away."""
    walk = _Walk(attribute in SINGLE)
    for fact in _in_order(facts):
        walk.step(fact)
    return walk.finish(ended)


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By time; what several operations of one inventory tell as the whole is told together."""
    ordered = sorted(facts, key=lambda f: (f.time, _WITHIN_A_SECOND[f.mode], f.values, f.source))
    told: list[Fact] = []
    for fact in ordered:
        last = told[-1] if told else None
        if last is not None and fact.mode is Mode.IS is last.mode and fact.time == last.time:
            together = tuple(sorted({*last.values, *fact.values}))
            told[-1] = Fact(*_but_values(last), together, last.source)
        else:
            told.append(fact)
    return told


def _but_values(fact: Fact) -> tuple[str, str, int, Mode]:
    return fact.entity, fact.attribute, fact.time, fact.mode


class _Walk:
    """The state of one walk over ordered facts: what is open, what is closed."""

    def __init__(self, single: bool) -> None:
        self.single = single
        self.open: dict[str, tuple[int | None, str]] = {}
        self.closed: list[Held] = []
        self.unknown: list[tuple[int | None, int | None]] = []
        self.unknown_since: int | None = None
        self.in_unknown = True  # before the first fact
        self.first = True
        self.whole_at: int | None = None  # when all values were last told

    def step(self, fact: Fact) -> None:
        started = self.whole_at if fact.mode is Mode.IS else fact.time
        if fact.mode is Mode.ENDS and self.first:
            self.open.update(dict.fromkeys(fact.values, (None, fact.source)))
        self._settle(fact, known=fact.mode is not Mode.UNKNOWN)
        self.first = False
        if fact.mode is Mode.IS or (fact.mode is Mode.BEGINS and self.single):
            self._close((v for v in list(self.open) if v not in fact.values), fact.time)
        if fact.mode is Mode.UNKNOWN:
            self._close(list(self.open), fact.time)
        elif fact.mode is Mode.ENDS:
            self._close(fact.values or list(self.open), fact.time)
        else:
            for value in fact.values:
                self.open.setdefault(value, (started, fact.source))
        if fact.mode is Mode.IS or self.single:
            self.whole_at = fact.time

    def _settle(self, fact: Fact, *, known: bool) -> None:
        """Keep the account of spans without knowledge."""
        if known and self.in_unknown:
            if not self.first:
                self.unknown.append((self.unknown_since, fact.time))
            self.in_unknown = False
        elif not known and not self.in_unknown:
            self.in_unknown, self.unknown_since = True, fact.time
        elif not known and self.first:
            self.unknown_since = fact.time

    def _close(self, values: Iterable[str], time: int) -> None:
        for value in values:
            if value in self.open:
                since, source = self.open.pop(value)
                self.closed.append(Held(value, since, time, source))

    def finish(self, ended: int | None) -> Timeline:
        if self.in_unknown:
            self.unknown.append((None if self.first else self.unknown_since, None))
        self.closed += [Held(v, since, ended, source) for v, (since, source) in self.open.items()]
        return Timeline(tuple(self.closed), tuple(self.unknown))


class Changes(Struct, frozen=True, gc=False):
    """Sorted times of change, to ask whether anything changed within a span."""

    times: tuple[int, ...]

    def between(self, first: int, last: int) -> tuple[int, ...]:
        """The times of change after `first`, up to `last`."""
        return self.times[bisect_right(self.times, first) : bisect_right(self.times, last)]
