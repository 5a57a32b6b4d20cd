"""Sign-ins that failed, kept a quarter of an hour: too many, and the next must wait."""

from sqlalchemy import ColumnElement, Connection, delete, func, select

from truant.connectors.store.columns import key
from truant.connectors.store.people_schema import failed_sign_ins

WINDOW = 15 * 60_000  # milliseconds
# For a name from one address; for an address; for a name. The last is high, because whoever
# knows a name could keep its owner out with it.
PAIR_MAX, ADDRESS_MAX, NAME_MAX = 5, 50, 100


def must_wait(conn: Connection, name: str, address: str, at: int) -> bool:
    """Whether too many attempts for this name and from this address failed of late."""
    of_name = failed_sign_ins.c.name == key(name)
    of_address = failed_sign_ins.c.address == key(address)
    return (
        _count(conn, of_name & of_address, at) >= PAIR_MAX
        or _count(conn, of_address, at) >= ADDRESS_MAX
        or _count(conn, of_name, at) >= NAME_MAX
    )


def _count(conn: Connection, where: ColumnElement[bool], at: int) -> int:
    late = where & (failed_sign_ins.c.at > at - WINDOW)
    return conn.scalar(select(func.count()).select_from(failed_sign_ins).where(late)) or 0


def failed(conn: Connection, name: str, address: str, at: int) -> None:
    """Note a failure at a time (milliseconds), and forget old ones."""
    conn.execute(delete(failed_sign_ins).where(failed_sign_ins.c.at < at - WINDOW))
    row = {"name": key(name), "address": key(address), "at": at}
    conn.execute(failed_sign_ins.insert(), [row])


def succeeded(conn: Connection, name: str, address: str) -> None:
    """Forget the failures of a name from an address."""
    mine = (failed_sign_ins.c.name == key(name)) & (failed_sign_ins.c.address == key(address))
    conn.execute(delete(failed_sign_ins).where(mine))
