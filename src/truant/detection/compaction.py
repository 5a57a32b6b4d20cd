"""Compaction: which facts nothing that is still to be judged can follow from.

A service that runs for years would otherwise keep every instance that ever was. What was the whole
at a time replaces what was before; what ended long ago is gone with all that is told of it. What
follows from facts that go is told by facts of its own first, so that it stays known.
"""

from collections import defaultdict
from collections.abc import Iterable

from truant.detection.inventory import Inventory
from truant.detection.timeline import SINGLE
from truant.model.event_time import DAY
from truant.model.fact import Fact, Mode

# An instance's keys live less than seven hours after its end; a few days leave room for delay.
ENDED_DAYS = 7


def compacted(facts: set[Fact], horizon: int) -> tuple[set[Fact], set[Fact]]:
    """Facts to add and facts to drop, where nothing before `horizon` (epoch seconds) is judged.

    Answers about times from the horizon on stay as they are.
    """
    inferred = {fact for fact in Inventory(facts).inferred if fact.time < horizon}
    known = facts | inferred
    return inferred - facts, (_replaced(known, horizon) | _over(known, horizon)) & facts


def _replaced(facts: Iterable[Fact], horizon: int) -> set[Fact]:
    """What the last telling of the whole, at the horizon or before, makes of no account."""
    grouped: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.time <= horizon:
            grouped[fact.entity, fact.attribute].append(fact)
    dropped: set[Fact] = set()
    for (_, attribute), told in grouped.items():
        wholes = [fact.time for fact in told if _is_whole(fact, attribute)]
        if wholes:
            dropped.update(fact for fact in told if fact.time < max(wholes))
    return dropped


def _is_whole(fact: Fact, attribute: str) -> bool:
    return fact.mode is Mode.IS or (fact.mode is Mode.BEGINS and attribute in SINGLE)


def _over(facts: Iterable[Fact], horizon: int) -> set[Fact]:
    """All of what ended long before the horizon, and of interfaces that were theirs alone."""
    told: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        told[fact.entity].append(fact)
    limit = horizon - ENDED_DAYS * DAY
    ended = {
        entity
        for entity, some in told.items()
        if any(fact.attribute == "ended" and fact.time < limit for fact in some)
    }
    for entity, some in told.items():
        holders = {v for fact in some if fact.attribute == "instance" for v in fact.values}
        if holders and holders <= ended and all(fact.time < limit for fact in some):
            ended.add(entity)
    return {fact for entity in ended for fact in told[entity]}
