"""Keys of the API: each belongs to an account, as whose caller it speaks."""

import secrets
import string
from collections.abc import Callable

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from truant.connectors.store.columns import text
from truant.connectors.store.key_box import KeyBox
from truant.connectors.store.schema import api_keys

# As AWS's: AKIA and 16 characters of base 32; secrets of 40 characters, here of base 62: 238 bits.
ID_ALPHABET, ID_LENGTH = string.ascii_uppercase + "234567", 16
SECRET_ALPHABET, SECRET_LENGTH = string.ascii_letters + string.digits, 40
USE_NOTED_EVERY = 60_000  # milliseconds


class ApiKey(Struct, frozen=True):
    """A key without its secret; times in milliseconds."""

    id: str
    account: str
    name: str
    read_only: bool
    created_at: int
    used_at: int | None = None


class Issued(Struct, frozen=True):
    """A new key with its secret, which is shown once."""

    key: ApiKey
    secret: str


_COLUMNS = tuple(api_keys.c[name] for name in ApiKey.__struct_fields__)


def issue(
    conn: Connection, box: KeyBox, account: str, name: str, at: int, *, read_only: bool = False
) -> Issued:
    """Make a key."""
    id_ = "AKIA" + "".join(secrets.choice(ID_ALPHABET) for _ in range(ID_LENGTH))
    secret = "".join(secrets.choice(SECRET_ALPHABET) for _ in range(SECRET_LENGTH))
    key = ApiKey(id_, account, text(name, 128), read_only, at)
    row = {
        "id": id_,
        "account": account,
        "name": key.name,
        "read_only": read_only,
        "secret": box.seal(secret, id_),
        "created_at": at,
    }
    conn.execute(api_keys.insert(), [row])
    return Issued(key, secret)


def find(conn: Connection, id_: str, box: Callable[[], KeyBox]) -> Issued | None:
    """A key with its secret, or None. Raises BadKey where it was sealed in another box."""
    row = conn.execute(select(*_COLUMNS, api_keys.c.secret).where(api_keys.c.id == id_)).first()
    if row is None:
        return None
    *members, sealed = row
    return Issued(ApiKey(*members), box().open(sealed, id_))


def all_of(conn: Connection) -> list[ApiKey]:
    """Every key, the oldest first."""
    ordered = select(*_COLUMNS).order_by(api_keys.c.created_at, api_keys.c.id)
    return [ApiKey(*row) for row in conn.execute(ordered)]


def revoke(conn: Connection, id_: str) -> bool:
    """Delete a key, at once; gives whether there was one."""
    return conn.execute(delete(api_keys).where(api_keys.c.id == id_)).rowcount > 0


def is_use_due(key: ApiKey, at: int) -> bool:
    """Whether the use of a key should be noted: not for each of a thousand requests."""
    return key.used_at is None or at - key.used_at >= USE_NOTED_EVERY


def note_use(conn: Connection, id_: str, at: int) -> None:
    """Note when a key was last used."""
    conn.execute(update(api_keys).where(api_keys.c.id == id_).values(used_at=at))


def count(conn: Connection) -> int:
    """How many keys there are."""
    return conn.scalar(select(func.count()).select_from(api_keys)) or 0
