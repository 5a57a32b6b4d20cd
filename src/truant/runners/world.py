"""The world that the service judges in, from the store: compiled once, and again when it changed.

`Surroundings` from facts, snapshots, members and accounts; and for some principals the `Bench`
that judging the whole store would give them.
"""

from collections import defaultdict
from collections.abc import Mapping

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.store import (
    batch,
    endpoints,
    facts,
    habits,
    hearings,
    members,
    mints,
    sessions,
    settings,
    snapshots,
    trusted_ranges,
)
from truant.connectors.store.sessions import Kept
from truant.detection.baseline import Baseline
from truant.detection.flows import Flows
from truant.detection.inventory import Inventory
from truant.detection.judge import Bench
from truant.detection.party import Neighbours
from truant.detection.place import Surroundings
from truant.detection.standing import Mints, index_mints
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory
from truant.model.event_time import DAY
from truant.model.fact import Fact, Mint
from truant.model.habit import Habit
from truant.model.network_feeds import NetworkFeeds
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting
from truant.runners.lists import Lists

NO_TRUST, NO_FEEDS = Trust(), NetworkFeeds()


class World:
    """Surroundings, kept while the store's world stays the same. One for each worker."""

    def __init__(
        self, ranges: RangesHistory, trust: Trust = NO_TRUST, feeds: NetworkFeeds = NO_FEEDS
    ) -> None:
        """Hold what does not come from the store: published ranges, configuration and feeds.

        Of the configuration only rules and lists count: who is a member, the store knows.
        """
        self.ranges, self.trust, self.feeds = ranges, trust, feeds
        self._lists = Lists()
        self._habits: _Learned | None = None
        self._facts: set[Fact] = set()
        self._revision, self._epoch = -1, -1
        self._around: Surroundings | None = None

    def around(self, conn: Connection) -> Surroundings:
        """The surroundings as the transaction sees them."""
        revision = settings.number(conn, settings.WORLD)
        epoch = settings.number(conn, settings.EPOCH)
        if self._around is not None and (revision, epoch) == (self._revision, self._epoch):
            return self._around
        since = self._revision if epoch == self._epoch else -1
        known = self._facts if since >= 0 else set()
        self._facts = known | facts.since(conn, since) | snapshots.since(conn, since)
        self._revision, self._epoch = revision, epoch
        trusted, threats = self._lists.of(conn)
        trust = Trust(
            *members.monitored(conn),
            (*self.trust.rules, *trusted_ranges.rules(conn)),
            (*self.trust.lists, *trusted),
            (*self.trust.threats, *threats),
        )
        feeds = NetworkFeeds(self.feeds.feeds, trust.threats)
        inventory = Inventory(self._facts)
        self._around = Surroundings(inventory, trust, self.ranges, batch.accounts(conn), feeds)
        return self._around

    def baseline(self, conn: Connection, around: Surroundings) -> Baseline:
        """What the days before today showed; a day is never asked about itself or later ones."""
        today = sessions.newest(conn) // DAY
        index = (settings.number(conn, settings.HABITS), today)
        if self._habits is None or self._habits.index != index:
            told = list(habits.before(conn, today))
            self._habits = _Learned(index, told, {})
        if self._habits.baseline is not None and self._habits.around is around:
            return self._habits.baseline
        self._habits.around = around
        instances = habits.instances(self._habits.told)
        vpcs = {instance: around.inventory.vpc_of(instance) for instance in sorted(instances)}
        if self._habits.baseline is None or vpcs != self._habits.vpcs:
            self._habits.vpcs = vpcs
            self._habits.baseline = Baseline(self._habits.told, around.inventory.vpc_of)
        return self._habits.baseline

    def use_ranges(self, conn: Connection, ranges: RangesHistory, beside: str = "") -> bool:
        """Judge by these published ranges from now on; gives whether that is news to the store.

        Then all sessions are marked with the next round. `beside` stands for whatever else does
        not come from the store: the store is judged anew when it is another.
        """
        self.ranges, self._around = ranges, None
        newest = ranges.snapshots[-1].created_at if len(ranges) else 0
        judged_by = f"{len(ranges)} {newest} {beside}"
        if settings.get(conn, settings.JUDGED_BY) == judged_by:
            return False
        settings.put_value(conn, settings.JUDGED_BY, judged_by)
        settings.grow(conn, settings.WORLD)
        return True


class _Learned(Struct):
    """Habits read at a state of the store, and the baseline compiled with instances' VPCs."""

    index: tuple[int, int]
    told: list[Habit]
    vpcs: dict[str, str | None]
    around: Surroundings | None = None
    baseline: Baseline | None = None


class Docket(Struct):
    """Principals to be judged, by their key in the store, and what judging them needs."""

    sessions: Mapping[str, Kept]
    relatives: Mapping[str, Kept]  # sessions whose keys descend from theirs
    bench: Bench


def docket(conn: Connection, principals: list[str], world: World) -> Docket:
    """Load some principals with all that their verdicts follow from."""
    around = world.around(conn)
    baseline = world.baseline(conn, around)
    own = sessions.load(conn, principals)
    keys = {one.key for kept in own.values() for one in kept.session.sightings if one.key}
    makers = keys | {kept.session.principal_id for kept in own.values()}
    made = mints.lineage(conn, makers)
    made_keys = {mint.key for mint in made}
    holders = {name for some in sessions.holders(conn, made_keys).values() for name in some}
    relatives = sessions.load(conn, holders - own.keys())
    everyone = {**relatives, **own}
    around = _listening(conn, around, everyone)
    told = made | mints.of_keys(conn, keys | made_keys) | _issued(conn, own, around)
    index = index_mints(told)
    bench = Bench(
        around,
        index,
        _by_key(everyone, index),
        _neighbours(conn, everyone),
        _endpoint_owners(conn, everyone),
        baseline,
    )
    return Docket(own, relatives, bench)


def _listening(
    conn: Connection, around: Surroundings, everyone: Mapping[str, Kept]
) -> Surroundings:
    """The surroundings with what flow logs tell of these sessions' instances, if there are any."""
    if not hearings.are_any(conn):
        return around
    instances = {kept.session.instance for kept in everyone.values() if kept.session.instance}
    attached = {
        interface
        for instance in instances
        for interface, _ in around.inventory.by_instance.get(instance, ())
    }
    return around.listening(Flows(hearings.of(conn, instances, attached), around.inventory))


def _issued(conn: Connection, own: Mapping[str, Kept], around: Surroundings) -> set[Mint]:
    """What EC2 issued in the accounts where that decides whose a key is."""
    accounts = {
        account
        for kept in own.values()
        if sessions.is_claimed(kept.session)
        for account in _accounts(kept.session, around)
    }
    return mints.issued_in(conn, accounts) if accounts else set()


def _accounts(session: RoleSession, around: Surroundings) -> set[str]:
    known = around.inventory.always(session.instance or "", "account")
    return {account for account in (known, session.identity.account) if account}


def _by_key(
    everyone: Mapping[str, Kept], index: Mints
) -> dict[str, list[tuple[RoleSession, Sighting]]]:
    found: dict[str, list[tuple[RoleSession, Sighting]]] = defaultdict(list)
    for kept in everyone.values():
        for sighting in kept.session.sightings:
            if sighting.key in index.by_key:
                found[sighting.key or ""].append((kept.session, sighting))
    return dict(found)


def _neighbours(conn: Connection, everyone: Mapping[str, Kept]) -> Neighbours:
    places = {}
    for kept in everyone.values():
        for sighting in kept.session.sightings:
            origin = sighting.origin
            if sessions.place_of(origin) is not None:
                places[origin.endpoint or origin.address or ""] = sessions.place_of(origin) or ""
    found = sessions.neighbours(conn, places.values())
    return Neighbours({raw: found[place] for raw, place in places.items()})


def _endpoint_owners(conn: Connection, everyone: Mapping[str, Kept]) -> dict[str, str]:
    origins = (one.origin for kept in everyone.values() for one in kept.session.sightings)
    return endpoints.of(conn, {origin.endpoint for origin in origins if origin.endpoint})


def kept_from(conn: Connection, some: Docket) -> Mapping[str, int]:
    """The first day still held of each principal; of those that are gone, that of the store."""
    gone = settings.number(conn, settings.KEPT_FROM)
    known = {**some.relatives, **some.sessions}
    days: dict[str, int] = defaultdict(lambda: gone)
    days.update({kept.session.principal_id: kept.kept_from for kept in known.values()})
    return days
