"""How well a contender did on a world: alerts held against the truth, by event id."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, field

from benchmarks.worlds import Json, World
from truant.detection.findings import event_ids
from truant.model.finding import Verdict

UNOBSERVABLE = "unobservable"


class Alert(Struct, frozen=True):
    """What a contender says: about whom, naming which calls, and what of it; None: not said."""

    principal: str
    event_ids: frozenset[str]
    type: str | None = None
    severity: float | None = None
    affiliated: bool | None = None
    count: int | None = None


class Score(Struct):
    """Sums over worlds, by scenario where that is asked for."""

    found: Counter[str] = field(default_factory=Counter)
    observable: Counter[str] = field(default_factory=Counter)
    beyond: Counter[str] = field(default_factory=Counter)  # found though it needed more than given
    wrong_type: Counter[str] = field(default_factory=Counter)
    wrong_severity: Counter[str] = field(default_factory=Counter)
    wrong_count: Counter[str] = field(default_factory=Counter)
    false_alarms: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, int]] = field(default_factory=list)  # scenario and seed
    alarmed: list[tuple[str, int]] = field(default_factory=list)
    calls: int = 0

    def add(self, other: "Score") -> None:
        """Add what was scored elsewhere."""
        for name in self.__struct_fields__:
            mine, theirs = getattr(self, name), getattr(other, name)
            if isinstance(mine, Counter):
                mine.update(theirs)
            elif isinstance(mine, list):
                mine.extend(theirs)
        self.calls += other.calls


def score(world: World, alerts: Sequence[Alert], given: frozenset[str]) -> Score:
    """Hold alerts against the truth. `given`: the inputs that the contender was handed."""
    result = Score(calls=len(world.records))
    used: set[int] = set()
    for session in world.sessions:
        for expected in session["findings"]:
            matching = list(_matching(session, expected, alerts))
            used |= {id(alert) for alert in matching}
            _count(session["scenario"], expected, matching, given, world, result)
    for alert in alerts:
        if id(alert) not in used:
            name = _scenario(world, alert)
            result.false_alarms[name] += 1
            result.alarmed.append((name, world.seed))
    return result


def _matching(session: Json, expected: Json, alerts: Sequence[Alert]) -> Iterator[Alert]:
    ids = {*expected["eventIds"], *expected["derivedEventIds"]}
    return (
        one for one in alerts if one.principal == session["principalId"] and one.event_ids & ids
    )


def _count(
    scenario: str,
    expected: Json,
    matching: list[Alert],
    given: frozenset[str],
    world: World,
    result: Score,
) -> None:
    if not given.issuperset(expected["needs"]):
        result.beyond[scenario] += bool(matching)
        return
    result.observable[scenario] += 1
    if not matching:
        result.missed.append((scenario, world.seed))
        return
    result.found[scenario] += 1
    best = next((one for one in matching if one.type == expected["type"]), matching[0])
    if best.type is None:
        return
    result.wrong_type[scenario] += best.type != expected["type"]
    right = best.severity == expected["severity"] and (
        expected["affiliated"] is None or best.affiliated == expected["affiliated"]
    )
    result.wrong_severity[scenario] += not right
    result.wrong_count[scenario] += best.count != expected["count"] + _derived(expected, best)


def _derived(expected: Json, best: Alert) -> int:
    """Calls of keys made with the stolen one count too, where they came from the same party."""
    more = (best.count or 0) - int(expected["count"])
    return more if 0 < more <= len(expected["derivedEventIds"]) else 0


def _scenario(world: World, alert: Alert) -> str:
    return world.scenarios.get(alert.principal, "+".join(world.names))


def truant_alert(verdict: Verdict, told: Mapping[str, object]) -> Alert:
    """A verdict that is a finding, as an alert; `told` is its finding."""
    service = told["service"]
    assert isinstance(service, Mapping)  # noqa: S101 our own finding
    return Alert(
        verdict.principal_id,
        frozenset(event_ids(verdict)),
        verdict.type,
        verdict.severity,
        verdict.is_affiliated,
        int(service["count"]),
    )


def labelled(world: World, verdicts: Iterable[Verdict]) -> Iterator[tuple[float, bool]]:
    """Each verdict's probability, and whether it was a theft: for the calibration curve."""
    return ((verdict.probability, is_theft(world, verdict)) for verdict in verdicts)


def is_theft(world: World, verdict: Verdict) -> bool:
    """Whether any call that a verdict names was a thief's."""
    stolen = world.thieves_calls.get(verdict.principal_id, frozenset())
    return not stolen.isdisjoint(event_ids(verdict))
