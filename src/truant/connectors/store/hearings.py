"""Hearings: what flow logs tell of each interface on each day, and of which instance it is."""

from collections.abc import Collection, Iterable

import msgspec
from sqlalchemy import Connection, delete, select, tuple_

from truant.connectors.store.columns import chunks, key, put
from truant.connectors.store.watch_schema import hearing_instances, hearings
from truant.model.hearing import Hearing, join

_BITMAPS = ("covered", "skipped", "accepted", "aws", "maybe")
_MANY = 200


def add(conn: Connection, more: Iterable[Hearing]) -> set[str]:
    """Join hearings to those kept; gives the interfaces of which something is new."""
    fresh = {(key(one.interface), one.day): one for one in more}
    changed: set[str] = set()
    for names in chunks(sorted(fresh), _MANY):
        # Rows to lock first, so that two workers meet in one order.
        empty = [_row(name, Hearing(fresh[name].interface, fresh[name].day)) for name in names]
        put(conn, hearings, empty, update=())
        rows = []
        where = tuple_(hearings.c.interface, hearings.c.day).in_(names)
        ordered = select(hearings).where(where).order_by(hearings.c.interface, hearings.c.day)
        for row in conn.execute(ordered.with_for_update()):
            known, one = unpack(row.hearing), fresh[row.interface, row.day]
            joined = join(known, one)
            if joined != known:
                rows.append(_row((row.interface, row.day), joined))
                changed.add(one.interface)
        put(conn, hearings, rows)
        attached = [
            {"instance": key(instance), "interface": name, "day": day}
            for name, day in names
            for instance in sorted(fresh[name, day].instances)
        ]
        put(conn, hearing_instances, attached, update=())
    return changed


def _row(name: tuple[str, int], one: Hearing) -> dict[str, object]:
    return {"interface": name[0], "day": name[1], "hearing": pack(one)}


def pack(one: Hearing) -> bytes:
    """A hearing as bytes: bitmaps as they are, because msgpack's numbers have 64 bits."""
    bitmaps = [getattr(one, name).to_bytes(180, "little").rstrip(b"\0") for name in _BITMAPS]
    return msgspec.msgpack.encode(
        (one.interface, one.day, bitmaps, sorted(one.instances), one.coarse)
    )


def unpack(data: bytes) -> Hearing:
    """The hearing of these bytes. Raises msgspec.DecodeError."""
    interface, day, bitmaps, instances, coarse = _decoder.decode(data)
    covered, skipped, accepted, aws, maybe = (int.from_bytes(one, "little") for one in bitmaps)
    told = frozenset(instances)
    return Hearing(interface, day, covered, skipped, accepted, aws, maybe, told, coarse)


_Bitmaps = tuple[bytes, bytes, bytes, bytes, bytes]
_decoder = msgspec.msgpack.Decoder(tuple[str, int, _Bitmaps, list[str], bool])


def are_any(conn: Connection) -> bool:
    """Whether flow logs have told anything."""
    return conn.scalar(select(hearings.c.day).limit(1)) is not None


def of(
    conn: Connection, instances: Collection[str], interfaces: Collection[str]
) -> dict[tuple[str, int], Hearing]:
    """The hearings of these interfaces, and of those that flow logs attach to the instances."""
    names = set(map(key, interfaces))
    for some in chunks(sorted(map(key, instances))):
        where = hearing_instances.c.instance.in_(some)
        names |= set(conn.scalars(select(hearing_instances.c.interface).where(where)))
    found = {}
    for some in chunks(sorted(names)):
        statement = select(hearings.c.hearing).where(hearings.c.interface.in_(some))
        for data in conn.scalars(statement):
            one = unpack(data)
            found[one.interface, one.day] = one
    return found


def drop_before(conn: Connection, day: int) -> int:
    """Drop the hearings of days before one; gives how many."""
    conn.execute(delete(hearing_instances).where(hearing_instances.c.day < day))
    return conn.execute(delete(hearings).where(hearings.c.day < day)).rowcount
