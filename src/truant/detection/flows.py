"""Flows: whether an instance spoke to AWS at a time, as far as flow logs tell.

Flow logs do not tell of the instance metadata service, Amazon's DNS and time, DHCP, or of an
instance that is off; and what they lose they may lose without a word. So "it was silent" is said
only where every interface of the instance is covered, minute for minute.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from truant.detection.flow_fold import Hearings, Scope
from truant.detection.inventory import Inventory
from truant.detection.view import SHUTDOWN_SECONDS
from truant.model.event_time import DAY, SLOT, SLOTS_A_DAY
from truant.model.hearing import MINUTE, MINUTES_A_DAY, Hearing
from truant.model.network import canonical, is_private

# A record may bear a time up to 60 seconds after its packets (AWS), clocks differ, and a call takes
# its time; with an aggregation over ten minutes, what belongs to a call may stand in the next
# record. So far before and after the calls a flow counts as theirs.
MARGIN_SECONDS = 180
COARSE_MARGIN_SECONDS = 660
# A minute without a record between others is covered: an interface that speaks now and then has no
# record of its own for each interval. Fewer minutes than a whole file or interval has.
GAP_MINUTES = 2
COARSE_GAP_MINUTES = 9
# A log of refused traffic alone shows no accepted flow, ever: it covers nothing of interest. What
# shows one within a day before and within a day after is no such log.
ACCEPTED_WITHIN_MINUTES = MINUTES_A_DAY


class Look(Struct, frozen=True):
    """What flow logs tell of an instance, or an interface, between two times.

    `covered`: they tell all. `aws`: a flow to AWS was seen. `maybe`: one to what could be AWS's or
    a proxy. `idle`: no accepted flow at all went out.
    """

    interfaces: tuple[str, ...]
    covered: bool
    aws: bool
    maybe: bool
    idle: bool

    @property
    def spoke(self) -> bool | None:
        """Whether it spoke to AWS; None where that is not known."""
        if self.aws:
            return True
        return False if self.covered and not self.maybe else None


class Flows:
    """Hearings, asked about instances and times."""

    def __init__(self, hearings: Hearings, inventory: Inventory) -> None:
        """Hold what was heard; the inventory tells which interfaces an instance had."""
        self._inventory = inventory
        self._days: dict[str, dict[int, Hearing]] = defaultdict(dict)
        self._slots: dict[tuple[str, int], tuple[int, int]] = {}
        self._by_instance: dict[tuple[str, int], set[str]] = defaultdict(set)
        for (interface, day), hearing in hearings.items():
            self._days[interface][day] = hearing
            for instance in hearing.instances:
                self._by_instance[instance, day].add(interface)

    def spoke(self, who: str, first: int, last: int) -> bool | None:
        """Whether an instance or interface spoke to AWS between two times (epoch seconds).

        None where flow logs do not tell.
        """
        return self.look(who, first, last).spoke

    def look(self, who: str, first: int, last: int) -> Look:
        """What flow logs tell of an instance or interface between two times (epoch seconds)."""
        held = {who: (None, None)} if not who.startswith("i-") else self._held(who, first, last)
        looks = [self._look(name, first, last, *held[name]) for name in sorted(held)]
        return Look(
            tuple(sorted(held)),
            covered=bool(looks) and all(look.covered for look in looks),
            aws=any(look.aws for look in looks),
            maybe=any(look.maybe for look in looks),
            idle=all(look.idle for look in looks),
        )

    def spoken_slots(self, instance: str, day: int) -> int:
        """The slots of a day within which an instance spoke to AWS, as a bitmap."""
        return self._of_day(instance, day)[0]

    def heard_slots(self, instance: str, day: int) -> int:
        """The slots of a day of which any record of an instance's interfaces tells, as a bitmap."""
        return self._of_day(instance, day)[1]

    def _of_day(self, instance: str, day: int) -> tuple[int, int]:
        index = (instance, day)
        found = self._slots.get(index)
        if found is None:
            aws = covered = 0
            for name in self._held(instance, day * DAY, (day + 1) * DAY - 1):
                hearing = self._days.get(name, {}).get(day)
                if hearing is not None:
                    aws, covered = aws | hearing.aws, covered | hearing.covered
            found = self._slots[index] = (_slots(aws), _slots(covered))
        return found

    def _held(
        self, instance: str, first: int, last: int
    ) -> dict[str, tuple[int | None, int | None]]:
        """The interfaces that an instance had, and since and until when.

        Those that the inventory attaches to it, and those that the logs do and no inventory knows.
        """
        ended = self._inventory.ended(instance)
        if ended is not None and first > ended + SHUTDOWN_SECONDS:
            return {}
        attached = self._inventory.by_instance.get(instance, ())
        found: dict[str, tuple[int | None, int | None]] = {
            name: (held.since, held.until)
            for name, held in attached
            if (held.since is None or held.since <= last)
            and (held.until is None or first < held.until)
        }
        known = {name for name, _ in attached}
        for day in range(first // DAY, last // DAY + 1):
            for name in self._by_instance.get((instance, day), set()) - known:
                found[name] = (None, None)
        # An interface without an id of its own stands for the first one, until that is known.
        nameless = [name for name in found if not name.startswith("eni-")]
        if len(found) > len(nameless):
            for name in nameless:
                del found[name]
        return found

    def _look(
        self, interface: str, first: int, last: int, since: int | None, until: int | None
    ) -> Look:
        days = self._days.get(interface, {})
        coarse = any(
            days[day].coarse for day in range(first // DAY, last // DAY + 1) if day in days
        )
        margin, gap = MARGIN_SECONDS, GAP_MINUTES
        if coarse:
            margin, gap = COARSE_MARGIN_SECONDS, COARSE_GAP_MINUTES
        low, high = (first - margin) // MINUTE, (last + margin) // MINUTE
        start = low if since is None else max(low, since // MINUTE)
        end = high if until is None else min(high, until // MINUTE)
        return Look(
            (interface,),
            covered=_is_covered(days, start, end, gap) and _accepts(days, low, high),
            aws=_bits(days, "aws", low, high) != 0,
            maybe=_bits(days, "maybe", low, high) != 0,
            idle=_bits(days, "accepted", low, high) == 0,
        )


def _slots(minutes: int) -> int:
    """A bitmap of minutes as one of slots."""
    each = SLOT // MINUTE
    mask = (1 << each) - 1
    return sum(1 << slot for slot in range(SLOTS_A_DAY) if minutes >> slot * each & mask)


def _bits(days: Mapping[int, Hearing], kind: str, low: int, high: int) -> int:
    """A stretch of a bitmap: bit 0 is minute `low` (since the epoch), the last one is `high`."""
    found = 0
    for day in range(low // MINUTES_A_DAY, high // MINUTES_A_DAY + 1):
        hearing = days.get(day)
        if hearing is not None:
            bits: int = getattr(hearing, kind)
            shift = day * MINUTES_A_DAY - low
            found |= bits << shift if shift >= 0 else bits >> -shift
    return found & ((1 << (high - low + 1)) - 1)


def _is_covered(days: Mapping[int, Hearing], low: int, high: int, gap: int) -> bool:
    """Whether every minute is covered, when gaps of up to `gap` minutes do not count."""
    wide_low, wide_high = low - gap, high + gap
    bits = _bits(days, "covered", wide_low, wide_high)
    if not bits or _bits(days, "skipped", low, high):
        return False
    spread = bits
    for step in range(1, gap + 1):
        spread |= bits << step
    closed = spread
    for step in range(1, gap + 1):
        closed &= spread >> step
    wanted = ((1 << (high - low + 1)) - 1) << gap
    return closed & wanted == wanted


def _accepts(days: Mapping[int, Hearing], low: int, high: int) -> bool:
    """Whether the log is one that shows accepted traffic."""
    before = _bits(days, "accepted", low - ACCEPTED_WITHIN_MINUTES, high)
    after = _bits(days, "accepted", low, high + ACCEPTED_WITHIN_MINUTES)
    return bool(before and after)


def scope_of(
    instances: Iterable[str], inventory: Inventory, first_day: int, last_day: int
) -> Scope:
    """What to listen for, to judge these instances on these days (since the epoch)."""
    wanted = frozenset(instances)
    attached = {name for one in wanted for name, _ in inventory.by_instance.get(one, ())}
    blocks = {value for vpc in inventory.named("cidr") for value in _ever(inventory, vpc, "cidr")}
    return Scope(
        wanted,
        frozenset(attached),
        {name: frozenset(_ever(inventory, name, "address")) for name in attached},
        frozenset(_endpoint_addresses(inventory)),
        tuple(sorted(block for block in blocks if _looks_public(block))),
        first_day - 1,
        last_day + 1,
    )


def _looks_public(block: str) -> bool:
    start = canonical(block.split("/")[0])
    return start is not None and not is_private(start)


def _endpoint_addresses(inventory: Inventory) -> Iterator[str]:
    for endpoint in inventory.named("interface"):
        for interface in _ever(inventory, endpoint, "interface"):
            yield from _ever(inventory, interface, "address")


def _ever(inventory: Inventory, entity: str, attribute: str) -> list[str]:
    return [held.value for held in inventory.timeline(entity, attribute).held]
