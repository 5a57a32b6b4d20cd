"""Folding flow logs: tallies in, hearings of the interfaces of interest out.

Only what can matter is kept: of the interfaces of instances whose keys are judged, on the days on
which they are judged, which minutes the logs cover and in which an accepted flow went out, to AWS
or to what may lead there. No destination outlives its file.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network
from typing import TypeVar

from msgspec import Struct

from truant.model.aws_ranges import RangesHistory
from truant.model.flow_tally import ACCEPT, INGRESS, SKIPDATA, WEB_PORTS, Record, Tally
from truant.model.hearing import MINUTE, MINUTES_A_DAY, Hearing, join
from truant.model.network import canonical, is_private, within

FOLDED = "records of instances whose keys were used"
FOLDED_SKIPPED = "records that others were skipped (SKIPDATA)"
IGNORED_OTHER = "records of other interfaces"
IGNORED_TIME = "records of other days than the trail's"
# A record that spans more minutes than this is not aggregated over one minute.
FINE_MINUTES_MAX = 2
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: its last four bytes are the IPv4 address meant

ANSWERS_KEPT = 65536
SPANS_KEPT = 200_000

Hearings = dict[tuple[str, int], Hearing]  # by interface and day


class Scope(Struct, frozen=True):
    """What is listened for. Addresses are canonical texts.

    `interfaces`: those that the inventory attaches to `instances`. `own`: the addresses of each.
    `endpoints`: addresses of the interfaces of VPC endpoints. `blocks`: the VPCs' ranges that look
    public. `first_day` and `last_day`: days since the epoch, both included.
    `everyone`: all instances that the records name, known or not.
    """

    instances: frozenset[str]
    interfaces: frozenset[str]
    own: dict[str, frozenset[str]]
    endpoints: frozenset[str]
    blocks: tuple[str, ...]
    first_day: int
    last_day: int
    everyone: bool = False


K = TypeVar("K")
V = TypeVar("V")


class _Memo(dict[K, V]):
    """Answers worked out once. Faster than a cache of calls, and there are millions to give."""

    def __init__(self, work_out: Callable[[K], V]) -> None:
        super().__init__()
        self._work_out = work_out

    def __missing__(self, question: K) -> V:
        if len(self) >= ANSWERS_KEPT:
            self.clear()
        self[question] = answer = self._work_out(question)
        return answer


class Listener:
    """Takes in tallies one after another."""

    def __init__(self, scope: Scope, ranges: RangesHistory) -> None:
        """Listen for what `scope` names; `ranges` tell which addresses are AWS's."""
        self.scope, self.ranges = scope, ranges
        self.seen: Counter[str] = Counter()  # records by what became of them
        self._bits: dict[tuple[str, bytes, int], int] = defaultdict(int)
        self._coarse: set[tuple[bytes, int]] = set()
        self._attached: set[tuple[bytes, bytes | None, int]] = set()
        # What was heard of an interface from a minute to another, not yet put into bitmaps.
        self._spans: set[tuple[str, bytes, int, int]] = set()
        self._own = {one.encode() for some in scope.own.values() for one in some}
        self._wanted = _Memo(self._is_wanted)
        self._kinds = _Memo(self._kind_of)

    def take(self, tally: Tally) -> None:
        """Fold a tally."""
        for record, number in tally.records.items():
            self.seen[self._take_record(record)] += number
        wanted, kinds, own = self._wanted, self._kinds, self._own
        self._spans.update(
            (kind, interface, first, last)
            for interface, instance, first, last, target, service, port in tally.talks
            if wanted[interface, instance]
            and (kind := kinds[target, service, port, first // MINUTES_A_DAY]) is not None
            and not (target in own and self._is_own(interface, target))
        )
        if len(self._spans) > SPANS_KEPT:
            self._put_down()

    def hearings(self) -> Hearings:
        """All that was heard."""
        self._put_down()
        members: dict[tuple[bytes, int], dict[str, int]] = defaultdict(dict)
        for (kind, interface, day), bits in self._bits.items():
            if self.scope.first_day <= day <= self.scope.last_day:
                members[interface, day][kind] = bits
        instances: dict[tuple[bytes, int], set[str]] = defaultdict(set)
        for interface, instance, day in self._attached:
            instances[interface, day].add(_text(instance))
        found: Hearings = {}
        for (interface, day), bitmaps in members.items():
            name, index = _text(interface), (interface, day)
            found[name, day] = Hearing(
                name,
                day,
                **bitmaps,
                instances=self._of_interest(instances[index]),
                coarse=index in self._coarse,
            )
        return found

    def _of_interest(self, instances: set[str]) -> frozenset[str]:
        if self.scope.everyone:
            return frozenset(instances - {"", "-"})
        return frozenset(instances) & self.scope.instances

    def _take_record(self, record: Record) -> str:
        interface, instance, first, last, action, status, direction = record
        if not self._wanted[interface, instance]:
            return IGNORED_OTHER
        day = first // MINUTES_A_DAY
        if not self.scope.first_day <= day <= self.scope.last_day:
            return IGNORED_TIME
        if status == SKIPDATA or (status is None and action == b"-"):
            self._spans.add(("skipped", interface, first, last))
            return FOLDED_SKIPPED
        self._spans.add(("covered", interface, first, last))
        if action == ACCEPT and direction != INGRESS:
            self._spans.add(("accepted", interface, first, last))
        if last - first > FINE_MINUTES_MAX:
            self._coarse.add((interface, day))
        self._attached.add((interface, instance, day))
        return FOLDED

    def _is_wanted(self, who: tuple[bytes, bytes | None]) -> bool:
        interface, instance = who
        scope = self.scope
        if scope.everyone and instance != b"-":
            return True
        return _text(interface) in scope.interfaces or _text(instance) in scope.instances

    def _is_own(self, interface: bytes, target: bytes) -> bool:
        """Whether a flow comes in, where the format does not tell directions."""
        return _text(target) in self.scope.own.get(_text(interface), ())

    def _put_down(self) -> None:
        for kind, interface, first, last in self._spans:
            day, low = divmod(first, MINUTES_A_DAY)
            over = low + last - first - (MINUTES_A_DAY - 1)  # minutes of the next day
            if over > 0:
                self._bits[kind, interface, day + 1] |= _mask(0, over - 1)
            high = low + last - first if over <= 0 else MINUTES_A_DAY - 1
            self._bits[kind, interface, day] |= _mask(low, high)
        self._spans.clear()

    def _kind_of(self, flow: tuple[bytes, bytes | None, bytes, int]) -> str | None:
        """Whether a flow went to AWS, may have, or did not (None).

        Anything private at a proxy's port may be a proxy, and anything private at a web port an
        endpoint that no inventory lists.
        """
        target, service, port, day = flow
        address = _address(target)
        if address is None:
            return "aws" if _is_named(service) and port in WEB_PORTS else "maybe"
        if port in WEB_PORTS and (_is_named(service) or address in self.scope.endpoints):
            return "aws"
        if is_private(address) or any(within(address, block) for block in self.scope.blocks):
            return "maybe"
        return self._by_ranges(address, day) if port in WEB_PORTS else None

    def _by_ranges(self, address: str, day: int) -> str | None:
        known = self.ranges.at((day + 1) * MINUTES_A_DAY * MINUTE - 1)
        if known is None:
            return "maybe"
        return "aws" if known.ranges.owner(address) is not None else None


def _text(name: bytes | None) -> str:
    return name.decode("utf-8", "replace") if name else ""


def _is_named(service: bytes | None) -> bool:
    return service is not None and service != b"-"


@lru_cache(maxsize=65536)
def _address(target: bytes) -> str | None:
    address = canonical(target.decode("ascii", "replace"))
    if address is not None and ":" in address and IPv6Address(address) in NAT64:
        return str(IPv4Address(int(IPv6Address(address)) & 0xFFFFFFFF))
    return address


@lru_cache(maxsize=4096)
def _mask(low: int, high: int) -> int:
    return (1 << (high + 1)) - (1 << low)


def merge_hearings(into: Hearings, more: Iterable[Hearing]) -> None:
    """Add hearings to others: a join."""
    for hearing in more:
        index = (hearing.interface, hearing.day)
        known = into.get(index)
        into[index] = hearing if known is None else join(known, hearing)
