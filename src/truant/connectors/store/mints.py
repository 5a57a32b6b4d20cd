"""Credentials made, by their key and by the key that made them."""

from collections.abc import Iterable

import msgspec
import xxhash
from sqlalchemy import ColumnElement, Connection, delete, select

from truant.connectors.store.columns import chunks, key, optional, put
from truant.connectors.store.schema import mints
from truant.model.fact import Mint

EC2 = "ec2.amazonaws.com"
GENERATIONS_MAX = 8  # as detection follows

_decoder = msgspec.msgpack.Decoder(Mint)


def add(conn: Connection, more: Iterable[Mint]) -> list[Mint]:
    """Add mints; gives those that were new."""
    fresh = {xxhash.xxh3_128_digest(msgspec.msgpack.encode(mint)): mint for mint in more}
    for digests in chunks(sorted(fresh)):
        for digest in conn.scalars(select(mints.c.digest).where(mints.c.digest.in_(digests))):
            del fresh[digest]
    put(conn, mints, [_row(digest, mint) for digest, mint in sorted(fresh.items())], update=())
    return list(fresh.values())


def _row(digest: bytes, mint: Mint) -> dict[str, object]:
    return {
        "digest": digest,
        "access_key": key(mint.key),
        "parent": _parent(mint),
        "issuer": optional(mint.issuer),
        "account": optional(mint.account),
        "time": mint.time,
        "mint": msgspec.msgpack.encode(mint),
    }


def _parent(mint: Mint) -> str | None:
    """What it was made with, as detection looks it up: a key, or a session where none is named."""
    maker = mint.parent_key or mint.parent_principal
    return key(maker) if maker else None


def of_keys(conn: Connection, keys: Iterable[str]) -> set[Mint]:
    """All mints of these keys."""
    return {
        mint
        for some in chunks(sorted({key(one) for one in keys}))
        for mint in _where(conn, mints.c.access_key.in_(some))
    }


def lineage(conn: Connection, makers: Iterable[str]) -> set[Mint]:
    """All mints made with these keys or by these principals, directly or along a chain."""
    found: set[Mint] = set()
    pending = {key(one) for one in makers}
    for _ in range(GENERATIONS_MAX):
        children = {
            mint
            for some in chunks(sorted(pending))
            for mint in _where(conn, mints.c.parent.in_(some))
        }
        pending = {key(mint.key) for mint in children - found}
        found |= children
        if not pending:
            break
    return found


def ancestors(conn: Connection, keys: Iterable[str]) -> set[str]:
    """The keys and principals with which these keys were made, directly or along a chain.

    In the form of `columns.key`.
    """
    found: set[str] = set()
    pending = {key(one) for one in keys}
    for _ in range(GENERATIONS_MAX):
        parents = {
            parent
            for some in chunks(sorted(pending))
            for mint in _where(conn, mints.c.access_key.in_(some))
            if (parent := _parent(mint)) is not None
        }
        pending = parents - found
        found |= parents
        if not pending:
            break
    return found


def issued_in(conn: Connection, accounts: Iterable[str]) -> set[Mint]:
    """The keys that EC2 issued in these accounts."""
    where = mints.c.account.in_(sorted(set(accounts))) & (mints.c.issuer == EC2)
    return set(_where(conn, where))


def drop_before(conn: Connection, time: int) -> int:
    """Drop what was made before a time (epoch seconds); gives how many."""
    return conn.execute(delete(mints).where(mints.c.time < time)).rowcount


def _where(conn: Connection, condition: ColumnElement[bool]) -> list[Mint]:
    return [_decoder.decode(one) for one in conn.scalars(select(mints.c.mint).where(condition))]
