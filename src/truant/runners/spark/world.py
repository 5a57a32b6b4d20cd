"""The world that tasks judge in: sent to every executor once a round, and compiled there once.

What a verdict follows from beyond the session and its lineage is small against all sessions: facts,
ranges and configuration, who owns endpoints, who else was seen at a place, habits, and when EC2
issued keys in accounts where that decides.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from truant.detection.baseline import Baseline
from truant.detection.inventory import Inventory
from truant.detection.judge import Bench, KeyIndex
from truant.detection.party import Neighbours
from truant.detection.place import Surroundings
from truant.detection.standing import Mints, index_mints
from truant.model.fact import Fact, Mint
from truant.model.habit import Habit
from truant.runners.scan import Known


class World:
    """All of it. It travels as it was given; what is compiled of it stays in each process."""

    def __init__(
        self,
        known: Known,
        facts: Iterable[Fact],
        accounts: Iterable[str],
        owners: Mapping[str, str],
    ) -> None:
        """Hold what was given, the trail's facts, accounts and the owners of endpoints."""
        self.known, self.facts = known, frozenset(facts) | known.facts
        self.accounts, self.owners = frozenset(accounts), owners
        self.neighbours = Neighbours({})
        self.habits: list[Habit] = []
        self.issued_at: dict[str, list[int]] = {}

    def __getstate__(self) -> dict[str, object]:
        """What travels: nothing that is compiled."""
        compiled = ("around", "baseline")
        return {name: value for name, value in vars(self).items() if name not in compiled}

    @cached_property
    def around(self) -> Surroundings:
        """The surroundings, compiled when first asked for."""
        known = self.known
        inventory = Inventory(self.facts)
        return Surroundings(inventory, known.trust, known.ranges, self.accounts, known.feeds)

    @cached_property
    def baseline(self) -> Baseline:
        """What habits say is usual."""
        return Baseline(self.habits, self.around.inventory.vpc_of)

    def bench(self, mints: Iterable[Mint], by_key: KeyIndex) -> Bench:
        """What judging one session needs, with the credentials that concern it."""
        index = index_mints(mints)
        return Bench(
            self.around,
            Mints(index.by_key, index.by_parent, self.issued_at),
            by_key,
            self.neighbours,
            self.owners,
            self.baseline,
        )
