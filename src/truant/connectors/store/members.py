"""The administrator and its members: which accounts are monitored together, hence affiliated.

One store has one administrator. What GuardDuty keeps for each region holds here for all.
"""

import json
from collections.abc import Collection, Iterable
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, RowMapping, delete, func, select

from truant.connectors.store import columns, settings
from truant.connectors.store.schema import members

AUTO_ENABLE = ("NEW", "ALL", "NONE")


class Status(StrEnum):
    """GuardDuty's relationshipStatus."""

    CREATED = "Created"  # named, and not asked yet
    INVITED = "Invited"
    ENABLED = "Enabled"  # monitored: affiliated
    DISABLED = "Disabled"  # monitoring is stopped
    REMOVED = "Removed"  # disassociated by the administrator
    RESIGNED = "Resigned"  # disassociated by itself


ASSOCIATED = (Status.ENABLED, Status.DISABLED)


class Member(Struct):
    """One member account; times in milliseconds."""

    account: str
    administrator: str
    email: str
    status: Status
    updated_at: int
    invitation_id: str | None = None
    invited_at: int | None = None
    features: dict[str, str] = {}


class Organization(Struct):
    """How accounts that are newly seen become members: AUTO_ENABLE, and GuardDuty's features."""

    auto_enable: str = "ALL"
    features: dict[str, str] = {}


def administrator(conn: Connection) -> str | None:
    """The administrator's account, or None while there is none."""
    return settings.get(conn, settings.ADMINISTRATOR) or None


def appoint(conn: Connection, account: str | None) -> None:
    """Make an account the administrator, or (None) nobody."""
    settings.put_value(conn, settings.ADMINISTRATOR, account or "")
    settings.grow(conn, settings.WORLD)


def organization(conn: Connection) -> Organization:
    """How new accounts become members."""
    kept = settings.get(conn, settings.ORGANIZATION)
    return msgspec.json.decode(kept, type=Organization) if kept else Organization()


def put_organization(conn: Connection, how: Organization) -> None:
    """Set how new accounts become members."""
    settings.put_value(conn, settings.ORGANIZATION, msgspec.json.encode(how).decode())


def configure(
    conn: Connection, administrator_: str | None, named: Collection[str], at: int
) -> None:
    """Take over what a configuration file says. Members named there are monitored, and no others.

    Where it names no administrator, nothing changes.
    """
    if administrator_ is None:
        return
    if administrator(conn) != administrator_:
        appoint(conn, administrator_)
    put_organization(conn, Organization("NONE" if named else "ALL", organization(conn).features))
    known = {member.account: member for member in every(conn)}
    wanted = sorted(set(named) - {administrator_})
    fresh = [one for one in wanted if one not in known or known[one].status is not Status.ENABLED]
    keep(conn, [Member(one, administrator_, "", Status.ENABLED, at) for one in fresh])


def enrol(conn: Connection, accounts: Iterable[str], at: int) -> None:
    """Make accounts whose trail or inventory is read members, where the organization says so."""
    chief = administrator(conn)
    if chief is None or organization(conn).auto_enable == "NONE":
        return
    known = set(conn.scalars(select(members.c.account)))
    fresh = sorted(set(accounts) - known - {chief})
    keep(conn, [Member(one, chief, "", Status.ENABLED, at) for one in fresh])


def keep(conn: Connection, changed: Iterable[Member]) -> None:
    """Write members, new or changed."""
    rows = [
        {**msgspec.structs.asdict(one), "features": json.dumps(one.features)} for one in changed
    ]
    if rows:
        columns.put(conn, members, rows)
        settings.grow(conn, settings.WORLD)


def remove(conn: Connection, accounts: Collection[str]) -> None:
    """Forget members."""
    conn.execute(delete(members).where(members.c.account.in_(sorted(accounts))))
    settings.grow(conn, settings.WORLD)


def every(conn: Connection) -> list[Member]:
    """All members, in the order of their accounts."""
    rows = conn.execute(select(members).order_by(members.c.account)).mappings()
    return [_member(row) for row in rows]


def page(conn: Connection, statuses: Collection[Status], after: str, most: int) -> list[Member]:
    """Members of these statuses whose account follows `after`, at most so many."""
    where = members.c.status.in_(sorted(statuses)) & (members.c.account > after)
    statement = select(members).where(where).order_by(members.c.account).limit(most)
    return [_member(row) for row in conn.execute(statement).mappings()]


def of_accounts(conn: Connection, accounts: Collection[str]) -> dict[str, Member]:
    """The members among these accounts."""
    where = members.c.account.in_(sorted(set(accounts)))
    rows = conn.execute(select(members).where(where)).mappings()
    return {member.account: member for member in map(_member, rows)}


def associated(conn: Connection) -> frozenset[str]:
    """The member accounts whose findings the administrator sees."""
    where = members.c.status.in_(ASSOCIATED)
    return frozenset(conn.scalars(select(members.c.account).where(where)))


def monitored(conn: Connection) -> tuple[str | None, frozenset[str]]:
    """What detection is told: the administrator, and the members that are monitored with it."""
    where = members.c.status == Status.ENABLED
    return administrator(conn), frozenset(conn.scalars(select(members.c.account).where(where)))


def count(conn: Connection) -> int:
    """How many members there are."""
    return conn.scalar(select(func.count()).select_from(members)) or 0


def _member(row: RowMapping) -> Member:
    return msgspec.convert(
        {**columns.members(row), "features": json.loads(str(row["features"]))}, Member
    )
