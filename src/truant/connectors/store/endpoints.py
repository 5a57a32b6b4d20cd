"""Who owns each VPC endpoint, as far as any record says it: not every service writes it."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from truant.connectors.store.columns import chunks, key, put, text
from truant.connectors.store.schema import endpoint_owners
from truant.model.role_session import RoleSession


def add(conn: Connection, sessions: Iterable[RoleSession]) -> bool:
    """Add what sessions tell; gives whether it was new. Of several owners the first counts."""
    told: dict[str, str] = {}
    for session in sessions:
        for sighting in session.sightings:
            name, owner = sighting.origin.endpoint, sighting.origin.endpoint_account
            if name and owner:
                told[key(name)] = min(text(owner), told.get(key(name), text(owner)))
    for names in chunks(sorted(told)):
        for name, owner in _where(conn, names).items():
            if owner <= told[name]:
                del told[name]
    put(conn, endpoint_owners, [{"endpoint": n, "account": a} for n, a in sorted(told.items())])
    return bool(told)


def of(conn: Connection, names: Iterable[str]) -> dict[str, str]:
    """The owners of these endpoints, by their own names."""
    wanted = {key(name): name for name in names}
    return {
        wanted[name]: owner
        for some in chunks(sorted(wanted))
        for name, owner in _where(conn, some).items()
    }


def _where(conn: Connection, names: list[str]) -> dict[str, str]:
    columns = (endpoint_owners.c.endpoint, endpoint_owners.c.account)
    return dict(iter(conn.execute(select(*columns).where(endpoint_owners.c.endpoint.in_(names)))))
