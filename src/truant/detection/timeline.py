"""From facts to what held when: one attribute of one entity, over time.

Facts are points; what holds between them follows from four readings. A value listed as the whole
(`IS`) holds until something says otherwise, and held before, back to when it was last told not to:
a snapshot is the only witness of what was there before it. A value that `BEGINS` did not hold
before. A value that `ENDS` held until then, whether or not anything told its beginning. After
`UNKNOWN` nothing is known until the next fact, and no later witness reaches back past it.
"""

from collections.abc import Iterable

from msgspec import Struct

from truant.model.fact import Fact, Mode

# Attributes of which an entity has one value at a time: a new one ends the old.
SINGLE = frozenset({"holder", "instance", "target", "route-table", "owner", "account"})


# CloudTrail's times are whole seconds: an address may be released, allocated and associated in one.
_WITHIN_A_SECOND = {Mode.UNKNOWN: 0, Mode.ENDS: 1, Mode.IS: 2, Mode.BEGINS: 3}


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
    """All values of one attribute of one entity, and the spans about which nothing is known.

    `whole` says whether all values were ever told together: only then is a value that is not here
    known not to have held.
    """

    held: tuple[Held, ...]
    unknown: tuple[tuple[int | None, int | None], ...] = ()
    whole: bool = False

    def at(self, time: int) -> list[Held]:
        """What held at a time."""
        return [value for value in self.held if value.at(time)]

    def known_at(self, time: int) -> bool:
        """Whether anything is known of the attribute at a time; what held may still be nothing."""
        return not any(
            (since is None or since <= time) and (until is None or time < until)
            for since, until in self.unknown
        )


NOTHING = Timeline((), ((None, None),))


def timeline(attribute: str, facts: Iterable[Fact], ended: int | None = None) -> Timeline:
    """Work out the timeline of facts about one entity's `attribute`. `ended`: when it went away.

    The facts' order and repetition change nothing.
    """
    walk = _Walk(attribute in SINGLE)
    for fact in _in_order(facts):
        walk.step(fact)
    return walk.finish(ended)


def _in_order(facts: Iterable[Fact]) -> list[Fact]:
    """By time; what several operations of one inventory tell as the whole is told together."""
    ordered = sorted(facts, key=_order)
    told: list[Fact] = []
    for fact in ordered:
        last = told[-1] if told else None
        if last is not None and fact.mode is Mode.IS is last.mode and fact.time == last.time:
            together = tuple(sorted({*last.values, *fact.values}))
            told[-1] = Fact(last.entity, last.attribute, last.time, Mode.IS, together, last.source)
        else:
            told.append(fact)
    return told


def _order(fact: Fact) -> tuple[object, ...]:
    """Within a second, what names its values speaks before what speaks of all."""
    rank = _WITHIN_A_SECOND[fact.mode]
    return (fact.time, rank, not fact.values, fact.values, fact.source)


class _Walk:
    """The state of one walk over ordered facts: what is open, what is closed."""

    def __init__(self, single: bool) -> None:
        self.single = single
        self.open: dict[str, tuple[int | None, str]] = {}
        self.closed: list[Held] = []
        self.ceased: dict[str, int] = {}  # when a value was last told to hold no more
        self.unknown: list[tuple[int | None, int | None]] = []
        self.doubt: tuple[int | None] | None = None  # since when nothing is known
        self.barrier: int | None = None  # no witness reaches back past it
        self.told = self.whole = False

    def step(self, fact: Fact) -> None:
        self._settle(fact)
        if fact.mode is Mode.ENDS:
            self._end(fact)
        elif fact.mode is Mode.UNKNOWN:
            self._close(list(self.open), fact.time)
        else:
            self._begin(fact)
        ends_all = fact.mode is Mode.ENDS and not fact.values
        if self.single or ends_all or fact.mode in (Mode.IS, Mode.UNKNOWN):
            self.barrier = fact.time
        self.told, self.whole = True, self.whole or fact.mode is Mode.IS

    def _begin(self, fact: Fact) -> None:
        if self.single or fact.mode is Mode.IS:
            self._close([value for value in self.open if value not in fact.values], fact.time)
        for value in fact.values:
            since = self._reach(value) if fact.mode is Mode.IS else fact.time
            self.open.setdefault(value, (since, fact.source))

    def _end(self, fact: Fact) -> None:
        for value in fact.values:
            self.open.setdefault(value, (self._reach(value), fact.source))
        self._close(fact.values or list(self.open), fact.time)

    def _reach(self, value: str) -> int | None:
        """Back to when a witness of this value speaks for it."""
        bounds = [at for at in (self.barrier, self.ceased.get(value)) if at is not None]
        return max(bounds, default=None)

    def _settle(self, fact: Fact) -> None:
        """Keep the account of spans without knowledge."""
        if fact.mode is Mode.UNKNOWN:
            self.doubt = self.doubt or (fact.time,)
        elif self.doubt is not None:
            self.unknown.append((self.doubt[0], fact.time))
            self.doubt = None
        elif not self.told and fact.mode is Mode.ENDS and not fact.values:
            self.unknown.append((None, fact.time))  # something ended, and nothing says what

    def _close(self, values: Iterable[str], time: int) -> None:
        for value in dict.fromkeys(values):
            if value in self.open:
                self.ceased[value] = time
                since, source = self.open.pop(value)
                self._keep(Held(value, since, time, source))

    def _keep(self, held: Held) -> None:
        if held.since is None or held.until is None or held.since < held.until:
            self.closed.append(held)

    def finish(self, ended: int | None) -> Timeline:
        for value, (since, source) in self.open.items():
            self._keep(Held(value, since, ended, source))
        if self.doubt is not None:
            self.unknown.append((self.doubt[0], None))
        return Timeline(tuple(self.closed), tuple(self.unknown), self.whole)
