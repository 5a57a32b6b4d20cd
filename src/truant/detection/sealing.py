"""What a finding keeps of days that are no longer held, when its session is judged anew.

The service drops old sightings. What they proved stands in the verdict that was written while they
were there: those strays are sealed, and are put together with what the days still held show.
"""

from collections.abc import Callable

import msgspec

from truant.model.event_time import DAY
from truant.model.finding import Evidence, Stray, Verdict
from truant.model.sighting import EARLIEST_MAX, LATEST_MAX, NAMES_MAX, first_of, last_of

STRAYS_MAX = 200

KeptFrom = Callable[[str], int]  # principal to the first day (since the epoch) that is still held


def sealed_strays(verdict: Verdict, kept_from: KeptFrom) -> tuple[Stray, ...]:
    """The strays of a written verdict whose sightings have been dropped since."""
    return tuple(s for s in verdict.strays if s.last < kept_from(s.principal_id) * DAY)


def with_sealed(old: Verdict, new: Verdict, kept_from: KeptFrom) -> Verdict:
    """The new verdict, with what the old one proved of days that are no longer held."""
    sealed = sealed_strays(old, kept_from)
    if not sealed:
        return new
    strays = _few((*sealed, *new.strays))
    return msgspec.structs.replace(
        new,
        strays=strays,
        severity=max(old.severity, new.severity),
        evidence=_stronger(old.evidence, new.evidence),
        issuance=tuple(dict.fromkeys((*old.issuance, *new.issuance))),
        lineage=tuple(dict.fromkeys((*old.lineage, *new.lineage))),
    )


def _stronger(old: tuple[Evidence, ...], new: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    """Of each signal what weighs more; where they weigh the same, what was seen first."""
    found: dict[str, list[Evidence]] = {}
    for one in old:
        found.setdefault(one.signal, []).append(one)
    for signal in {one.signal for one in new}:
        fresh = [one for one in new if one.signal == signal]
        known = found.get(signal, [])
        if not known or _weight(fresh) > _weight(known):
            found[signal] = fresh
    return tuple(one for some in found.values() for one in some)


def _weight(some: list[Evidence]) -> float:
    return sum(one.weight for one in some)


def _few(strays: tuple[Stray, ...]) -> tuple[Stray, ...]:
    """In order of time; of more than STRAYS_MAX the older ones of one origin are told together."""
    ordered = sorted(strays, key=_order)
    if len(ordered) <= STRAYS_MAX:
        return tuple(ordered)
    recent = ordered[-STRAYS_MAX // 2 :]
    older: dict[tuple[object, ...], Stray] = {}
    for stray in ordered[: -STRAYS_MAX // 2]:
        index = (stray.principal_id, stray.origin.order, stray.place)
        known = older.get(index)
        older[index] = stray if known is None else _together(known, stray)
    kept = sorted(older.values(), key=_order)[-STRAYS_MAX // 2 :]
    return (*kept, *recent)


def _together(one: Stray, later: Stray) -> Stray:
    """Two strays of one origin as one, under the later one's key."""
    calls = first_of((*one.calls, *later.calls), EARLIEST_MAX)
    calls += last_of((*one.calls, *later.calls), LATEST_MAX)
    return msgspec.structs.replace(
        later,
        first=min(one.first, later.first),
        last=max(one.last, later.last),
        count=one.count + later.count,
        is_exact=one.is_exact and later.is_exact,
        apis=_names(one.apis, later.apis),
        regions=_names(one.regions, later.regions),
        agents=_names(one.agents, later.agents),
        errors=_names(one.errors, later.errors),
        calls=tuple(dict.fromkeys(calls)),
        made=tuple(sorted({*one.made, *later.made})[:NAMES_MAX]),
    )


def _names(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*one, *other})[:NAMES_MAX])


def _order(stray: Stray) -> tuple[object, ...]:
    return (stray.first, stray.last, stray.principal_id, stray.key or "", stray.origin.order)
