"""Ways out that people trust by the console, beside those of truant.toml; and proposals refused."""

import json

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from truant.connectors.store import settings
from truant.connectors.store.columns import key, put, text
from truant.connectors.store.people_schema import refused_proposals, trusted_ranges
from truant.detection.trust import Rule


class Trusted(Struct, frozen=True):
    """A rule that somebody added; `created_at`: milliseconds."""

    id: int
    rule: Rule
    created_at: int
    actor: str


class Refusal(Struct, frozen=True):
    """A proposal that somebody refused; `at`: milliseconds."""

    subnet: str
    target: str
    reason: str
    at: int
    actor: str


def add(conn: Connection, rule: Rule, at: int, actor: str) -> None:
    """Trust a network from now on: everybody is judged anew."""
    row = {
        "cidr": rule.cidr,
        "account": rule.account,
        "vpc_endpoint": rule.vpc_endpoint,
        "reason": text(rule.reason),
        "accounts": json.dumps(rule.accounts),
        "expires": rule.expires,
        "created_at": at,
        "actor": text(actor, 200),
    }
    conn.execute(trusted_ranges.insert(), [row])
    settings.grow(conn, settings.WORLD)


def every(conn: Connection) -> list[Trusted]:
    """All of them, the oldest first."""
    found = []
    for row in conn.execute(select(trusted_ranges).order_by(trusted_ranges.c.id)):
        rule = Rule(
            reason=row.reason,
            cidr=row.cidr,
            account=row.account,
            vpc_endpoint=row.vpc_endpoint,
            accounts=tuple(json.loads(row.accounts)),
            expires=row.expires,
        )
        found.append(Trusted(row.id, rule, row.created_at, row.actor))
    return found


def rules(conn: Connection) -> tuple[Rule, ...]:
    """The rules alone, for judging."""
    return tuple(one.rule for one in every(conn))


def remove(conn: Connection, id_: int) -> bool:
    """Trust a network no longer; gives whether it was trusted. Everybody is judged anew."""
    found = conn.execute(delete(trusted_ranges).where(trusted_ranges.c.id == id_)).rowcount > 0
    if found:
        settings.grow(conn, settings.WORLD)
    return found


def refuse(conn: Connection, one: Refusal) -> None:
    """Refuse a proposal: it is not shown again among those to decide."""
    row = {
        "subnet": key(one.subnet),
        "target": key(one.target),
        "reason": text(one.reason),
        "at": one.at,
        "actor": text(one.actor, 200),
    }
    put(conn, refused_proposals, [row])


def refusals(conn: Connection) -> dict[tuple[str, str], Refusal]:
    """The proposals refused, by subnet and target."""
    rows = conn.execute(select(refused_proposals).order_by(refused_proposals.c.at))
    return {
        (row.subnet, row.target): Refusal(row.subnet, row.target, row.reason, row.at, row.actor)
        for row in rows
    }


def reconsider(conn: Connection, subnet: str, target: str) -> None:
    """Take a refusal back."""
    mine = (refused_proposals.c.subnet == key(subnet)) & (refused_proposals.c.target == key(target))
    conn.execute(delete(refused_proposals).where(mine))
