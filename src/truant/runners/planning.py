"""What the store knows of who uses a finding's role, and of the accounts that are monitored."""

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.store import members, sessions
from truant.detection.finding_case import Case
from truant.detection.plan import RoleUser


class Kept(Struct, frozen=True):
    """`users`: None where the store holds no session of the role, so that nobody looked."""

    users: tuple[RoleUser, ...] | None
    members: frozenset[str]


def kept(conn: Connection, case: Case) -> Kept:
    """What the store knows beside a finding."""
    seen = sessions.of_role(conn, case.account, case.role)
    administrator, monitored = members.monitored(conn)
    own = {administrator} if administrator else set()
    return Kept(tuple(RoleUser(*one) for one in seen) or None, frozenset(own | set(monitored)))
