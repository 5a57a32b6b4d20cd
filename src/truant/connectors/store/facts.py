"""Facts of the network that the trail tells, each once, numbered by the commit that brought them.

Facts from inventories are kept with their snapshot: `snapshots`.
"""

from collections.abc import Iterable

import msgspec
import xxhash
from sqlalchemy import Connection, delete, select

from truant.connectors.store import settings
from truant.connectors.store.columns import chunks, put
from truant.connectors.store.schema import facts
from truant.model.fact import Fact

_decoder = msgspec.msgpack.Decoder(Fact)


def add(conn: Connection, more: Iterable[Fact]) -> bool:
    """Add facts; gives whether any of them was new."""
    fresh = {}
    for fact in more:
        encoded = msgspec.msgpack.encode(fact)
        fresh[xxhash.xxh3_128_digest(encoded)] = (fact.time, encoded)
    for digests in chunks(sorted(fresh)):
        known = select(facts.c.digest).where(facts.c.digest.in_(digests))
        for digest in conn.scalars(known):
            del fresh[digest]
    if not fresh:
        return False
    revision = settings.grow(conn, settings.WORLD)
    rows = [
        {"digest": digest, "time": time, "revision": revision, "fact": encoded}
        for digest, (time, encoded) in sorted(fresh.items())
    ]
    put(conn, facts, rows, update=())
    return True


def drop(conn: Connection, gone: Iterable[Fact]) -> int:
    """Drop facts; gives how many were there."""
    digests = sorted(xxhash.xxh3_128_digest(msgspec.msgpack.encode(fact)) for fact in gone)
    return sum(
        conn.execute(delete(facts).where(facts.c.digest.in_(some))).rowcount
        for some in chunks(digests)
    )


def since(conn: Connection, revision: int) -> set[Fact]:
    """The facts that came after a revision; 0 for all."""
    statement = select(facts.c.fact).where(facts.c.revision > revision)
    return {_decoder.decode(one) for one in conn.scalars(statement)}
