"""People who sign in to the console: a name, a role, and the hash of a password."""

from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from truant.connectors.store.columns import put
from truant.connectors.store.people_schema import users


class Role(StrEnum):
    """What a user may do: look; decide about findings and networks; everything."""

    VIEWER = "viewer"
    ANALYST = "analyst"
    ADMINISTRATOR = "administrator"

    def may(self, needed: "Role") -> bool:
        """Whether this role includes what another may do."""
        ordered = list(Role)
        return ordered.index(self) >= ordered.index(needed)


class User(Struct):
    """One user; times in milliseconds. `password`: an argon2 hash, or None for nobody to fit."""

    name: str
    role: Role
    created_at: int
    password: str | None = None
    signed_in_at: int | None = None


_COLUMNS = tuple(users.c[name] for name in User.__struct_fields__)


def keep(conn: Connection, one: User) -> None:
    """Write a user, new or changed."""
    put(conn, users, [msgspec.structs.asdict(one)])


def find(conn: Connection, name: str) -> User | None:
    """A user by name, or None."""
    row = conn.execute(select(*_COLUMNS).where(users.c.name == name)).first()
    return None if row is None else msgspec.convert(row, User, from_attributes=True)


def every(conn: Connection) -> list[User]:
    """All users in the order of their names."""
    rows = conn.execute(select(*_COLUMNS).order_by(users.c.name))
    return [msgspec.convert(row, User, from_attributes=True) for row in rows]


def count(conn: Connection) -> int:
    """How many users there are."""
    return conn.scalar(select(func.count()).select_from(users)) or 0


def administrators(conn: Connection) -> int:
    """How many users administer."""
    where = users.c.role == Role.ADMINISTRATOR
    return conn.scalar(select(func.count()).select_from(users).where(where)) or 0


def note_sign_in(conn: Connection, name: str, at: int) -> None:
    """Note when a user last signed in."""
    conn.execute(update(users).where(users.c.name == name).values(signed_in_at=at))


def remove(conn: Connection, name: str) -> bool:
    """Delete a user with all sessions; gives whether there was one."""
    return conn.execute(delete(users).where(users.c.name == name)).rowcount > 0
