"""Sighting: all that one credential did from one origin in one day; and their join.

Every member joins by union, minimum or maximum, so that sightings can be put together in any
order and any number of times. What could grow without end is cut to the entries that come first
in a fixed order, which is a join as well. Times are epoch seconds; slots are five minutes.
"""

from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct

from truant.model.distinct import Distinct, union
from truant.model.network import Origin

NAMES_MAX = 48  # different APIs, regions, errors kept
AGENTS_MAX = 8
EARLIEST_MAX, LATEST_MAX = 4, 2
MADE_MAX = 32
IN_SCOPE = "inScopeOf"  # the record names an EC2 instance that the credentials were issued to


class CallNote(Struct, frozen=True, gc=False, array_like=True):
    """One call, named so that a person finds it in the trail."""

    time: int
    event_id: str
    api: str  # "s3:ListBuckets"
    region: str | None = None
    error: str | None = None

    @property
    def order(self) -> tuple[int, str, str, str, str]:
        """Its place in the order of time; among calls of one second, by id."""
        return (self.time, self.event_id, self.api, self.region or "", self.error or "")


class Made(Struct, frozen=True, order=True, gc=False, array_like=True):
    """Something that a call made and that outlives it: a user, a key, a session, an instance."""

    time: int
    kind: str
    name: str
    event_id: str


class Sighting(Struct, frozen=True, gc=False, array_like=True):
    """What one access key of one principal did from one origin on one day."""

    key: str | None
    origin: Origin
    day: int  # days since the epoch
    first: int
    last: int
    slots: int  # bit n: slot n of the day
    calls: Distinct
    apis: frozenset[str]
    regions: frozenset[str]
    agents: frozenset[str]
    errors: frozenset[str]
    deliveries: frozenset[str]  # proofs in the records: ec2RoleDelivery "1.0", "2.0"; IN_SCOPE
    created: int | None  # sessionContext.attributes.creationDate
    earliest: tuple[CallNote, ...]
    latest: tuple[CallNote, ...]
    made: tuple[Made, ...] = ()

    @property
    def index(self) -> tuple[str | None, Origin, int]:
        """What tells one sighting of a session from another."""
        return (self.key, self.origin, self.day)


def sighting_order(sighting: Sighting) -> tuple[int, str, tuple[str, ...]]:
    """A fixed order among the sightings of a session."""
    return (sighting.day, sighting.key or "", sighting.origin.order)


def join(one: Sighting, other: Sighting) -> Sighting:
    """The join of two sightings of the same index."""
    return Sighting(
        key=one.key,
        origin=one.origin,
        day=one.day,
        first=min(one.first, other.first),
        last=max(one.last, other.last),
        slots=one.slots | other.slots,
        calls=union(one.calls, other.calls),
        apis=few(one.apis | other.apis, NAMES_MAX),
        regions=few(one.regions | other.regions, NAMES_MAX),
        agents=few(one.agents | other.agents, AGENTS_MAX),
        errors=few(one.errors | other.errors, NAMES_MAX),
        deliveries=few(one.deliveries | other.deliveries, AGENTS_MAX),
        created=earlier(one.created, other.created),
        earliest=first_of((*one.earliest, *other.earliest), EARLIEST_MAX),
        latest=last_of((*one.latest, *other.latest), LATEST_MAX),
        made=tuple(sorted({*one.made, *other.made})[:MADE_MAX]),
    )


def few(names: Iterable[str], most: int) -> frozenset[str]:
    """The set, or of a larger one those that come first in the alphabet."""
    names = frozenset(names)
    return names if len(names) <= most else frozenset(sorted(names)[:most])


_order = attrgetter("order")


def first_of(notes: Iterable[CallNote], most: int) -> tuple[CallNote, ...]:
    """The earliest of these calls, in order."""
    return tuple(sorted(set(notes), key=_order)[:most])


def last_of(notes: Iterable[CallNote], most: int) -> tuple[CallNote, ...]:
    """The latest of these calls, in order."""
    return tuple(sorted(set(notes), key=_order)[-most:])


def earlier(one: int | None, other: int | None) -> int | None:
    """The earlier of two times of which one or both may be unknown."""
    return min((time for time in (one, other) if time is not None), default=None)
