"""Coverage: whether trail and inventory of each account and region are read, and how old."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from truant.model.event_time import DAY

INVENTORY_OLD = 2 * DAY


class HeardLike(Protocol):
    """What is kept of an account's sessions."""

    @property
    def sessions(self) -> int:
        """How many."""

    @property
    def newest(self) -> int:
        """The time of the last call (epoch seconds)."""


class ArrivalLike(Protocol):
    """What arrived of an account and region."""

    @property
    def account(self) -> str:
        """Its id."""

    @property
    def region(self) -> str:
        """The region of its records."""

    @property
    def newest(self) -> int:
        """Event time of the newest record (epoch seconds)."""

    @property
    def arrived_at(self) -> int:
        """When something arrived last (milliseconds)."""


class Delivery(Struct, frozen=True):
    """What arrives of one region: the newest call, and how much later it was here (seconds)."""

    region: str
    newest: int
    lag: int


def deliveries(arrived: Iterable[ArrivalLike]) -> dict[str, list[Delivery]]:
    """What arrives of each account."""
    found: dict[str, list[Delivery]] = {}
    for one in arrived:
        lag = max(0, one.arrived_at // 1000 - one.newest)
        found.setdefault(one.account, []).append(Delivery(one.region, one.newest, lag))
    return found


class Row(Struct, frozen=True):
    """One account. Times are epoch seconds; None where there is nothing.

    `regions`: region to the time at which it was last collected. `gaps`: what is missing, in words.
    """

    account: str
    standing: str
    sessions: int
    newest: int | None
    regions: tuple[tuple[str, int], ...]
    gaps: tuple[str, ...]
    delivers: tuple[Delivery, ...] = ()

    @property
    def lag(self) -> str:
        """How late the newest call was, in words; empty where nothing arrives."""
        return lasting(min(one.lag for one in self.delivers)) if self.delivers else ""


class Coverage(Struct, frozen=True):
    """All accounts; `is_whole`: nothing is missing."""

    rows: tuple[Row, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every account's trail and inventory are read."""
        return bool(self.rows) and not any(row.gaps for row in self.rows)

    @property
    def gaps(self) -> int:
        """In how many accounts something is missing."""
        return sum(bool(row.gaps) for row in self.rows)

    @property
    def regions(self) -> int:
        """How many regions have an inventory."""
        return sum(len(row.regions) for row in self.rows)


def coverage(
    chief: str | None,
    monitored: Collection[str],
    read: Collection[str],
    collected: Mapping[tuple[str, str], int],
    heard: Mapping[str, HeardLike],
    arrived: Mapping[str, Sequence[Delivery]],
    now: int,
    named: Collection[str] = (),
) -> Coverage:
    """Put together what is known of each account, `named` ones too. `now`: epoch seconds."""
    ours = {*monitored, *([chief] if chief else [])}
    known = ours | set(read) | set(named) | {account for account, region in collected if region}
    rows = []
    for account in sorted(known, key=lambda one: (one != chief, one not in ours, one)):
        regions = tuple(
            sorted(
                (region, at)
                for (owner, region), at in collected.items()
                if owner == account and region
            )
        )
        mine = heard.get(account)
        rows.append(
            Row(
                account=account,
                standing="administrator"
                if account == chief
                else "member"
                if account in ours
                else "not a member",
                sessions=mine.sessions if mine else 0,
                newest=mine.newest if mine else None,
                regions=regions,
                gaps=tuple(_gaps(account in read, regions, now)),
                delivers=tuple(arrived.get(account, ())),
            )
        )
    return Coverage(tuple(rows))


def _gaps(is_read: bool, regions: tuple[tuple[str, int], ...], now: int) -> list[str]:
    found = [] if is_read else ["its trail is not read"]
    if not regions:
        found.append("no inventory")
    old = [region for region, at in regions if now - at > INVENTORY_OLD]
    if old:
        found.append(
            f"inventory of {', '.join(old[:3])} is {_age(now - min(at for _, at in regions))} old"
        )
    return found


def _age(seconds: int) -> str:
    days = seconds // DAY
    return f"{days:,} days" if days != 1 else "1 day"


def lasting(seconds: int) -> str:
    """A length of time in words, in its largest unit."""
    for unit, length in (("day", DAY), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            number = seconds // length
            return f"{number:,} {unit}{'' if number == 1 else 's'}"
    return "under a minute"
