"""commit: one batch of an intake, kept whole or not at all.

Sessions are joined, facts and mints united, positions moved, records accounted for and principals
marked to be judged in one transaction, so that a crash anywhere loses nothing and doubles nothing.
"""

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from sqlalchemy import Connection, select

from truant.connectors.store import (
    accounting,
    arrivals,
    dirty,
    endpoints,
    facts,
    habits,
    hearings,
    intake,
    members,
    mints,
    quarantine,
    sessions,
    settings,
    snapshots,
)
from truant.connectors.store.columns import put
from truant.connectors.store.database import Store
from truant.connectors.store.quarantine import Refused
from truant.connectors.store.schema import trail_accounts
from truant.connectors.store.snapshots import Snapshot
from truant.detection.state import State
from truant.model.arrival import Arrivals
from truant.model.event_time import DAY
from truant.model.fact import Mint
from truant.model.hearing import Hearing
from truant.model.network import is_account
from truant.model.role_session import RoleSession

TOO_LATE = "sightings of days that are no longer kept"


class Batch(Struct):
    """What an intake read: `items` by name, and what they told.

    `positions` say how far its shards have come. `totals` and `files` count what was read,
    `state.seen` the records by outcome. `arrivals` say of which accounts, regions and times.
    `expected`: how far the shards had come when the batch was read, where that matters.
    `again`: items of the quarantine that were read anew. `hearings` are of instances `heard`.
    `at` is the service's time in milliseconds.
    """

    source: str
    at: int
    state: State
    items: tuple[str, ...] = ()
    positions: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()
    arrivals: Arrivals = field(default_factory=Arrivals)
    expected: Mapping[str, str | None] = field(default_factory=dict)
    again: tuple[str, ...] = ()
    hearings: Mapping[tuple[str, int], Hearing] = field(default_factory=dict)
    heard: frozenset[str] = frozenset()


def commit(store: Store, batch: Batch) -> None:
    """Keep a batch. Raises AlreadyTaken, and keeps nothing, if some of it was taken in before."""
    store.run(lambda conn: keep(conn, batch))


def keep(conn: Connection, batch: Batch) -> None:
    """Keep a batch within a transaction. Raises AlreadyTaken."""
    intake.take(conn, batch.source, batch.items, batch.at)
    intake.expect(conn, batch.source, batch.expected)
    timely, late = _timely(conn, batch.state.sessions.values())
    merged = sessions.merge(conn, timely)
    new_mints = mints.add(conn, batch.state.mints)
    facts.add(conn, batch.state.facts)
    _add_accounts(conn, batch.state.accounts, batch.at)
    used = {one.key for session in timely for one in session.sightings if one.key}
    if endpoints.add(conn, timely):
        settings.grow(conn, settings.WORLD)
    today = min(sessions.newest(conn), batch.at // 1000) // DAY
    habits.keep(conn, merged.sessions, today)
    news = merged.sessions.keys() | _relatives(conn, used, new_mints)
    dirty.mark(conn, news, dirty.NEWS, batch.at)
    if hearings.add(conn, batch.hearings.values()):
        dirty.mark(conn, sessions.of_instances(conn, batch.heard), dirty.NEWS, batch.at)
    dirty.mark(conn, _onlookers(conn, merged, new_mints), dirty.SWEEP, batch.at)
    intake.advance(conn, batch.source, batch.positions)
    accounting.add(conn, accounting.RECORDS, batch.state.seen)
    accounting.add(conn, accounting.FILES, batch.files)
    totals = {**batch.totals, "refused": len(batch.refused), TOO_LATE: late}
    accounting.add(conn, accounting.TOTALS, totals)
    quarantine.release(conn, batch.source, batch.again)
    quarantine.refuse(conn, batch.source, batch.refused, batch.at)
    arrivals.add(conn, batch.arrivals, batch.at)


def _timely(conn: Connection, found: Iterable[RoleSession]) -> tuple[list[RoleSession], int]:
    """What is not older than what is kept: findings of older days are closed."""
    day, timely, late = settings.number(conn, settings.KEPT_FROM), [], 0
    for session in found:
        fresh = [one for one in session.sightings if one.day >= day]
        late += len(session.sightings) - len(fresh)
        if fresh:
            timely.append(RoleSession(session.principal_id, session.identity, fresh))
    return timely, late


def _add_accounts(conn: Connection, found: Iterable[str], at: int) -> None:
    fresh = {account for account in found if is_account(account)} - accounts(conn)
    if fresh:
        members.enrol(conn, fresh, at)
        put(conn, trail_accounts, [{"account": one} for one in sorted(fresh)], update=())
        settings.grow(conn, settings.WORLD)


def accounts(conn: Connection) -> set[str]:
    """The accounts whose trail is read."""
    return set(conn.scalars(select(trail_accounts.c.account)))


def _relatives(conn: Connection, used: set[str], new_mints: list[Mint]) -> set[str]:
    """Those whose verdict follows from keys: the makers of keys seen, and holders of keys made."""
    made = {mint.key for mint in new_mints}
    above = mints.ancestors(conn, used | made)
    holders = sessions.holders(conn, above | made)
    return {principal for some in holders.values() for principal in some} | (
        sessions.known(conn, above)
    )


def _onlookers(conn: Connection, merged: sessions.Merged, new_mints: list[Mint]) -> set[str]:
    """Those for whom it counts who else was there, and whether EC2 issued other keys."""
    issuing = {mint.account for mint in new_mints if mint.issuer == mints.EC2 and mint.account}
    return sessions.at_places(conn, merged.new_places) | sessions.claimed_in(conn, issuing)


def keep_snapshots(conn: Connection, collected: Iterable[Snapshot], at: int) -> int:
    """Keep what an inventory lists; gives how many snapshots were new. `at`: milliseconds."""
    collected = list(collected)
    members.enrol(conn, {one.account for one in collected if is_account(one.account)}, at)
    return snapshots.add(conn, collected)
