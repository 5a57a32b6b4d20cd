"""AWS's published address ranges, `ip-ranges.json`, as they were at a time.

Form and meaning: https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html. Prefixes are
compared by containment, never as text: some EC2 prefixes stand in no AMAZON entry of their own, yet
all of them lie inside AMAZON's space. Addresses that customers brought to AWS are in no list.
"""

import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from operator import add
from typing import NamedTuple

import msgspec

from truant.model.bad_feed import BadFeed
from truant.model.prefixes import PrefixTable, Refused

REMEDY = "Download https://ip-ranges.amazonaws.com/ip-ranges.json again, or give another file"

# Answers kept per snapshot. A trail shows few addresses often; a hostile one shows many once.
LOOKUPS_KEPT = 65_536


class _Prefix(msgspec.Struct, gc=False):
    """One entry, of either family: the field that the other family has stays empty."""

    service: str
    region: str | None = None
    ip_prefix: str = ""
    ipv6_prefix: str = ""


class _Document(msgspec.Struct):
    """The whole file, only with the fields that matter."""

    sync_token: str | int = msgspec.field(name="syncToken")
    create_date: str = msgspec.field(name="createDate")
    prefixes: list[_Prefix]
    ipv6_prefixes: list[_Prefix] = []


_decode = msgspec.json.Decoder(_Document).decode
_unpack = msgspec.msgpack.Decoder(_Document).decode


@dataclass(frozen=True, slots=True)
class AwsRange:
    """The longest published prefix that holds an address; its region ("GLOBAL" among them).

    `services`: every service that lists this or a wider prefix, in order of name.
    """

    prefix: str
    region: str | None
    services: tuple[str, ...]

    @property
    def is_customer_ec2(self) -> bool:
        """May belong to a customer's instance: EC2's, and no other service's than AMAZON's.

        AWS says so of S3: a range listed for both is used by S3 alone. Not a proof: some services
        of AWS run on EC2 and use its ranges.
        """
        return "EC2" in self.services and set(self.services) <= {"EC2", "AMAZON"}


@dataclass(frozen=True)
class AwsRanges:
    """One snapshot of ip-ranges.json. Its table is built when the first address is looked up.

    Kept packed until then, so that a long history costs about 0.2 MB a snapshot.
    """

    sync_token: str
    created_at: int  # epoch seconds, UTC
    source: str
    packed: bytes = field(repr=False)

    def owner(self, address: str) -> AwsRange | None:
        """The published range that holds the address; None where AWS publishes none."""
        return self._remembered(address)

    @property
    def refused(self) -> tuple[Refused, ...]:
        """Entries that are no network; position counts through prefixes, then ipv6_prefixes."""
        return self._listed.refused

    @property
    def prefix_count(self) -> int:
        """The number of different prefixes."""
        return len(self._listed)

    def __reduce__(self) -> tuple[object, ...]:
        # Tables are built anew where they are used: the document is a fraction of their size.
        return AwsRanges, (self.sync_token, self.created_at, self.source, self.packed)

    @cached_property
    def _remembered(self) -> Callable[[str], AwsRange | None]:
        return lru_cache(LOOKUPS_KEPT)(self._look_up)

    def _look_up(self, address: str) -> AwsRange | None:
        covering = self._listed.covering(address)
        if not covering:
            return None
        longest = covering[0]
        region = min((entry.region for entry in longest.value if entry.region), default=None)
        services = {entry.service for match in covering for entry in match.value}
        return AwsRange(longest.prefix, region, tuple(sorted(services)))

    @cached_property
    def _listed(self) -> PrefixTable[tuple[_Prefix, ...]]:
        """Each prefix with every entry that lists it."""
        document = _unpack(zlib.decompress(self.packed))
        entries = (*document.prefixes, *document.ipv6_prefixes)
        pairs = ((entry.ip_prefix or entry.ipv6_prefix, (entry,)) for entry in entries)
        return PrefixTable[tuple[_Prefix, ...]](pairs, merge=add)


def parse(content: bytes, source: str) -> AwsRanges:
    """Read an ip-ranges.json; `source` names it in errors. Raises BadFeed if it is none."""
    try:
        document = _decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadFeed(source, "", f"not AWS's ip-ranges.json ({error})", REMEDY) from error
    if not document.prefixes and not document.ipv6_prefixes:
        raise BadFeed(source, "$.prefixes", "holds no prefix", REMEDY)
    created_at = _created_at(document.create_date, source)
    packed = zlib.compress(msgspec.msgpack.encode(document), level=1)
    return AwsRanges(str(document.sync_token), created_at, source, packed)


def _created_at(text: str, source: str) -> int:
    try:
        created = datetime.strptime(text, "%Y-%m-%d-%H-%M-%S").replace(tzinfo=UTC)
    except ValueError as error:
        problem = "is not a date like 2026-08-22-15-17-05"
        raise BadFeed(source, "$.createDate", problem, REMEDY) from error
    return int(created.timestamp())


class RangesAt(NamedTuple):
    """The snapshot that stands for a time, and whether the time is before the oldest one known."""

    ranges: AwsRanges
    before_oldest: bool


@dataclass(frozen=True)
class RangesHistory:
    """Snapshots of ip-ranges.json in order of time. The order they are given in changes nothing."""

    snapshots: tuple[AwsRanges, ...] = ()

    def __init__(self, snapshots: Iterable[AwsRanges] = ()) -> None:
        ordered = sorted(snapshots, key=lambda s: (s.created_at, s.sync_token, s.source))
        unique = {(s.created_at, s.sync_token): s for s in reversed(ordered)}
        object.__setattr__(self, "snapshots", tuple(reversed(unique.values())))

    def at(self, time: int) -> RangesAt | None:
        """The newest snapshot made not after `time` (epoch seconds); None without any snapshot.

        For a time before the oldest snapshot the oldest is given, and `before_oldest` says so.
        """
        if not self.snapshots:
            return None
        index = bisect_right(self._times, time)
        return RangesAt(self.snapshots[max(index - 1, 0)], before_oldest=index == 0)

    def __len__(self) -> int:
        """The number of different snapshots."""
        return len(self.snapshots)

    @cached_property
    def _times(self) -> tuple[int, ...]:
        return tuple(snapshot.created_at for snapshot in self.snapshots)
