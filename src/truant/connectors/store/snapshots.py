"""Inventories as they were collected: one account, region and operation at a time, with its facts.

Of a run of snapshots that say the same, the first and the last are kept: they say it of the whole
time between them.
"""

import zlib
from collections.abc import Collection, Iterable

import msgspec
import xxhash
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, select

from truant.connectors.store import settings
from truant.connectors.store.columns import key, put
from truant.connectors.store.schema import snapshots
from truant.model.fact import Fact

_decoder = msgspec.msgpack.Decoder(list[Fact])


class Snapshot(Struct, frozen=True):
    """What one operation listed in one account and region, `collected` at a time (epoch seconds).

    An organization's list of accounts has the region "".
    """

    account: str
    region: str
    operation: str
    collected: int
    facts: frozenset[Fact]


def add(conn: Connection, more: Iterable[Snapshot]) -> int:
    """Add snapshots; gives how many were not known yet, at their time."""
    fresh = [one for one in more if not _is_known(conn, one)]
    if fresh:
        revision = settings.grow(conn, settings.WORLD)
        for one in fresh:
            put(conn, snapshots, [_row(one, revision)])
            _thin_out(conn, one)
    return len(fresh)


def _is_known(conn: Connection, one: Snapshot) -> bool:
    where = _place(one) & (snapshots.c.collected == one.collected)
    return conn.scalar(select(snapshots.c.digest).where(where)) == _digest(one.facts)


def _place(one: Snapshot) -> ColumnElement[bool]:
    return _named(key(one.account), key(one.region), key(one.operation))


def _named(account: str, region: str, operation: str) -> ColumnElement[bool]:
    columns = snapshots.c
    return (
        (columns.account == account) & (columns.region == region) & (columns.operation == operation)
    )


def _digest(facts: Collection[Fact]) -> bytes:
    """A digest of what the facts say without their time."""
    told = sorted((f.entity, f.attribute, f.mode.value, f.values, f.source) for f in facts)
    return xxhash.xxh3_128_digest(msgspec.msgpack.encode(told))


def _row(one: Snapshot, revision: int) -> dict[str, object]:
    return {
        "account": key(one.account),
        "region": key(one.region),
        "operation": key(one.operation),
        "collected": one.collected,
        "revision": revision,
        "digest": _digest(one.facts),
        "facts": zlib.compress(msgspec.msgpack.encode(sorted(one.facts)), 1),
    }


def _thin_out(conn: Connection, one: Snapshot) -> None:
    """Drop what stands between two that say the same."""
    columns = snapshots.c
    times = conn.execute(
        select(columns.collected, columns.digest).where(_place(one)).order_by(columns.collected)
    ).all()
    middle = [
        times[at].collected
        for at in range(1, len(times) - 1)
        if times[at - 1].digest == times[at].digest == times[at + 1].digest
    ]
    if middle:
        conn.execute(delete(snapshots).where(_place(one) & columns.collected.in_(middle)))


def since(conn: Connection, revision: int) -> set[Fact]:
    """The facts of snapshots that came after a revision of the world; 0 for all."""
    statement = select(snapshots.c.facts).where(snapshots.c.revision > revision)
    return {
        fact for one in conn.scalars(statement) for fact in _decoder.decode(zlib.decompress(one))
    }


def times(conn: Connection) -> dict[tuple[str, str], int]:
    """When each account and region was last collected (epoch seconds)."""
    found: dict[tuple[str, str], int] = {}
    columns = (snapshots.c.account, snapshots.c.region, snapshots.c.collected)
    for account, region, collected in conn.execute(select(*columns)):
        found[account, region] = max(collected, found.get((account, region), 0))
    return found


def drop_before(conn: Connection, time: int) -> int:
    """Drop snapshots that a later one of before `time` replaces (epoch seconds); gives how many.

    The last before that time is kept: it says what held then.
    """
    columns = (snapshots.c.account, snapshots.c.region, snapshots.c.operation)
    old = conn.execute(
        select(*columns, snapshots.c.collected)
        .where(snapshots.c.collected < time)
        .order_by(*columns, snapshots.c.collected.desc())
    ).all()
    dropped, last = 0, None
    for account, region, operation, collected in old:
        place = (account, region, operation)
        if place == last:
            where = _named(*place) & (snapshots.c.collected == collected)
            dropped += conn.execute(delete(snapshots).where(where)).rowcount
        last = place
    return dropped
