"""What all worlds of one simulation share: the day, the organization, its habits, its addresses."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from truant.simulator.addresses import AddressBook
from truant.simulator.identifiers import Ids
from truant.simulator.network import Account
from truant.simulator.services import Habit, habit_of

FIRST_DAY = datetime(2025, 2, 3, tzinfo=UTC)


@dataclass
class Estate:
    """The ground that scenarios stand on; made from the seed alone."""

    seed: int
    first: datetime  # when the trail begins: days before the last one's start, or that
    start: datetime
    end: datetime
    collected: datetime
    organization: str
    administrator: Account
    older_expiry: bool
    book: AddressBook = field(default_factory=AddressBook)
    accounts: list[Account] = field(default_factory=list)
    _habits: dict[str, Habit] = field(default_factory=dict)

    def habit(self, service: str) -> Habit:
        """How a service writes its records in this simulation."""
        if service not in self._habits:
            rng = random.Random(f"{self.seed}/habit/{service}")  # noqa: S311 not for secrecy
            self._habits[service] = habit_of(rng, service)
        return self._habits[service]


def estate_of(seed: int, administrator: str | None = None, days: int = 1) -> Estate:
    """Make the common ground of a seed: one day of an organization, or that and days before it.

    `administrator` fixes the administrator's account id, which else comes from the seed too.
    """
    rng = random.Random(f"{seed}/estate")  # noqa: S311 not for secrecy
    ids = Ids(rng)
    start = FIRST_DAY + timedelta(days=rng.randrange(600))
    end = start + timedelta(days=1)
    account = Account(administrator or ids.account(), "security")
    return Estate(
        seed=seed,
        first=end - timedelta(days=days),
        start=start,
        end=end,
        collected=end + timedelta(minutes=rng.randrange(20, 90)),
        organization=f"o-{ids.text(10, 'abcdefghijklmnopqrstuvwxyz0123456789')}",
        administrator=account,
        older_expiry=rng.random() < 0.2,
        accounts=[account],
    )
