"""Sessions of the console: a token that only the browser has, kept as its digest."""

import hashlib
import secrets

from msgspec import Struct
from sqlalchemy import Connection, delete, or_, select, update

from truant.connectors.store.people_schema import users, web_sessions
from truant.connectors.store.users import Role

IDLE_MAX, AGE_MAX = 8 * 3_600_000, 24 * 3_600_000  # milliseconds
SEEN_NOTED_EVERY = 60_000


class WebSession(Struct, frozen=True):
    """Who is signed in, as what; `csrf` must come back with every form."""

    digest: str
    user: str
    role: Role
    csrf: str
    created_at: int
    seen_at: int


def begin(conn: Connection, user: str, at: int) -> str:
    """A new session of a user at a time (milliseconds); gives its token, which is not kept."""
    token = secrets.token_urlsafe(32)
    row = {
        "digest": _digest(token),
        "user": user,
        "csrf": secrets.token_urlsafe(24),
        "created_at": at,
        "seen_at": at,
    }
    conn.execute(web_sessions.insert(), [row])
    return token


def find(conn: Connection, token: str, at: int) -> WebSession | None:
    """The session of a token, unless it has ended by now."""
    mine = web_sessions.c
    found = conn.execute(
        select(mine.digest, mine.user, users.c.role, mine.csrf, mine.created_at, mine.seen_at)
        .join(users, users.c.name == mine.user)
        .where(mine.digest == _digest(token))
    ).first()
    if found is None or at - found.seen_at > IDLE_MAX or at - found.created_at > AGE_MAX:
        return None
    return WebSession(found[0], found[1], Role(found[2]), *found[3:])


def note_use(conn: Connection, one: WebSession, at: int) -> None:
    """Note that a session is in use."""
    mine = web_sessions.c.digest == one.digest
    conn.execute(update(web_sessions).where(mine).values(seen_at=at))


def is_use_due(one: WebSession, at: int) -> bool:
    """Whether the use should be noted: not for each of a hundred requests."""
    return at - one.seen_at >= SEEN_NOTED_EVERY


def end(conn: Connection, digest: str) -> None:
    """End a session."""
    conn.execute(delete(web_sessions).where(web_sessions.c.digest == digest))


def end_of(conn: Connection, user: str, but: str = "") -> None:
    """End all sessions of a user, but one."""
    mine = (web_sessions.c.user == user) & (web_sessions.c.digest != but)
    conn.execute(delete(web_sessions).where(mine))


def drop_ended(conn: Connection, at: int) -> None:
    """Forget sessions that have ended by a time (milliseconds)."""
    mine = web_sessions.c
    old = or_(mine.seen_at < at - IDLE_MAX, mine.created_at < at - AGE_MAX)
    conn.execute(delete(web_sessions).where(old))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
