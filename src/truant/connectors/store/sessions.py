"""Role sessions: the folded state of each in one row, and where to find it by key and by place."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct
from sqlalchemy import Column, Connection, delete, func, select

from truant.connectors.store.columns import chunks, key, optional, put
from truant.connectors.store.schema import dirty, session_keys, session_places, sessions
from truant.model.network import Origin, Via, is_private
from truant.model.role_session import Identity, RoleSession, join_session
from truant.model.session_form import pack, unpack

NEIGHBOURS_MAX = 8  # as many as detection keeps


class Merged(Struct):
    """What a merge changed: sessions by principal. Names are in the form of `columns.key`."""

    sessions: dict[str, RoleSession]
    new_keys: set[str]
    new_places: set[tuple[str, str]]  # place, instance


class Kept(Struct, frozen=True):
    """A session, and the day (since the epoch) before which its sightings have been dropped."""

    session: RoleSession
    kept_from: int


def merge(conn: Connection, more: Iterable[RoleSession]) -> Merged:
    """Join sessions to those kept. Rows stay locked until the transaction ends."""
    merged = Merged({}, set(), set())
    fresh = {key(session.principal_id): session for session in more}
    for names in chunks(sorted(fresh)):
        _merge(conn, {name: fresh[name] for name in names}, merged)
    return merged


def _merge(conn: Connection, fresh: Mapping[str, RoleSession], merged: Merged) -> None:
    known = _locked(conn, fresh)
    missing = [_row(name, fresh[name], 0, empty=True) for name in fresh if name not in known]
    if missing:
        put(conn, sessions, missing, update=())
        known |= _locked(conn, {str(row["principal"]) for row in missing})
    rows, joined_all = [], {}
    for name, session in fresh.items():
        state, kept_from = known[name]
        joined = join_session(unpack(state), session)
        row = _row(name, joined, kept_from)
        if row["state"] != state:
            rows.append(row)
            joined_all[name] = joined
    put(conn, sessions, rows)
    merged.sessions |= joined_all
    _index(conn, joined_all, merged)


def _locked(conn: Connection, names: Collection[str]) -> dict[str, tuple[bytes, int]]:
    statement = (
        select(sessions.c.principal, sessions.c.state, sessions.c.kept_from)
        .where(sessions.c.principal.in_(names))
        .order_by(sessions.c.principal)
        .with_for_update()
    )
    return {name: (state, kept) for name, state, kept in conn.execute(statement)}


def _row(
    name: str, session: RoleSession, kept_from: int, *, empty: bool = False
) -> dict[str, object]:
    if empty:
        session = RoleSession(session.principal_id, Identity(), [])
    return {
        "principal": name,
        "account": optional(session.identity.account),
        "instance": optional(session.instance),
        "role": optional(session.identity.role_name),
        "newest": max((one.last for one in session.sightings), default=0),
        "oldest_day": min((one.day for one in session.sightings), default=0),
        "kept_from": kept_from,
        "claimed": is_claimed(session),
        "state": pack(session),
    }


def of_role(conn: Connection, account: str, role: str) -> list[tuple[str, int]]:
    """Who uses a role of an account: instance or principal, and when it was last seen to."""
    columns = sessions.c
    where = (columns.account == account) & (columns.role == role)
    statement = select(columns.instance, columns.principal, columns.newest).where(where)
    return sorted((row.instance or row.principal, row.newest) for row in conn.execute(statement))


def is_claimed(session: RoleSession) -> bool:
    """Whether the records leave it open for some key that EC2 delivered it."""
    delivered = {one.key for one in session.sightings if one.deliveries}
    return session.instance is not None and any(
        one.key not in delivered for one in session.sightings
    )


def _index(conn: Connection, changed: Mapping[str, RoleSession], merged: Merged) -> None:
    """Add what is new to the indexes of keys and places."""
    keys = {(k, name) for name, session in changed.items() for k in _keys(session)}
    places = {(p, name) for name, session in changed.items() for p in _places(session)}
    for names in chunks(sorted(changed)):
        keys -= _pairs(conn, session_keys.c.access_key, session_keys.c.principal, names)
        places -= _pairs(conn, session_places.c.place, session_places.c.principal, names)
    put(conn, session_keys, [{"access_key": k, "principal": n} for k, n in sorted(keys)], update=())
    rows = [
        {"place": place, "principal": name, "instance": _instance(changed[name])}
        for place, name in sorted(places)
    ]
    put(conn, session_places, rows, update=())
    merged.new_keys |= {k for k, _ in keys}
    merged.new_places |= {(place, _instance(changed[name])) for place, name in places}


def _pairs(
    conn: Connection, first: Column[str], second: Column[str], names: list[str]
) -> set[tuple[str, str]]:
    statement = select(first, second).where(second.in_(names))
    return {(one, other) for one, other in conn.execute(statement)}


def _keys(session: RoleSession) -> set[str]:
    return {key(one.key) for one in session.sightings if one.key}


def _places(session: RoleSession) -> set[str]:
    """The public addresses and endpoints that an instance's keys were used from."""
    if session.instance is None:
        return set()
    found = (place_of(one.origin) for one in session.sightings)
    return {place for place in found if place is not None}


def place_of(origin: Origin) -> str | None:
    """The public address or endpoint under which neighbours are looked for, or None."""
    if origin.via is not Via.DIRECT or origin.address is None:
        return None
    public = origin.endpoint or not is_private(origin.address)
    return key(origin.endpoint or origin.address) if public else None


def _instance(session: RoleSession) -> str:
    return key(session.instance or "")


def load(conn: Connection, principals: Iterable[str]) -> dict[str, Kept]:
    """The sessions of these principals (in the form of `columns.key`), those that there are."""
    found = {}
    for names in chunks(sorted(set(principals))):
        statement = select(sessions.c.principal, sessions.c.state, sessions.c.kept_from).where(
            sessions.c.principal.in_(names)
        )
        for name, state, kept_from in conn.execute(statement):
            found[name] = Kept(unpack(state), kept_from)
    return found


def known(conn: Connection, names: Iterable[str]) -> set[str]:
    """Which of these names are principals of sessions kept."""
    return {
        name
        for some in chunks(sorted(set(names)))
        for name in conn.scalars(select(sessions.c.principal).where(sessions.c.principal.in_(some)))
    }


def holders(conn: Connection, keys: Iterable[str]) -> dict[str, set[str]]:
    """Which principals were seen using each of these access keys."""
    found: dict[str, set[str]] = defaultdict(set)
    for some in chunks(sorted({key(one) for one in keys})):
        statement = select(session_keys).where(session_keys.c.access_key.in_(some))
        for access_key, principal in conn.execute(statement):
            found[access_key].add(principal)
    return found


def neighbours(conn: Connection, places: Iterable[str]) -> dict[str, frozenset[str]]:
    """Which instances were seen at each of these places: the first few in the alphabet."""
    found = {}
    for place in sorted(set(places)):
        statement = (
            select(session_places.c.instance)
            .where(session_places.c.place == place)
            .distinct()
            .order_by(session_places.c.instance)
            .limit(NEIGHBOURS_MAX)
        )
        found[place] = frozenset(conn.scalars(statement))
    return found


def at_places(conn: Connection, places: Collection[tuple[str, str]]) -> set[str]:
    """The principals for which a newcomer (place, instance) is among the neighbours kept."""
    found: set[str] = set()
    for place, instance in sorted(places):
        if instance in neighbours(conn, [place])[place]:
            where = session_places.c.place == place
            found.update(conn.scalars(select(session_places.c.principal).where(where)))
    return found


def claimed_in(conn: Connection, accounts: Iterable[str]) -> set[str]:
    """The principals of these accounts whose keys the records leave unproved."""
    where = sessions.c.claimed & sessions.c.account.in_(sorted(set(accounts)))
    return set(conn.scalars(select(sessions.c.principal).where(where)))


def of_instances(conn: Connection, instances: Iterable[str]) -> set[str]:
    """The principals of these instances."""
    return {
        name
        for some in chunks(sorted(set(instances)))
        for name in conn.scalars(select(sessions.c.principal).where(sessions.c.instance.in_(some)))
    }


def newest(conn: Connection) -> int:
    """The time of the newest call kept (epoch seconds), 0 where there is none."""
    return conn.scalar(select(func.max(sessions.c.newest))) or 0


def count(conn: Connection) -> int:
    """How many sessions are kept."""
    return conn.scalar(select(func.count()).select_from(sessions)) or 0


def names_by(conn: Connection, column: str, value: str, most: int) -> list[str]:
    """The principals with a value in `instance`, `role`, `account` or `principal`, latest first."""
    where = sessions.c[column] == value
    ordered = select(sessions.c.principal).where(where).order_by(sessions.c.newest.desc())
    return list(conn.scalars(ordered.limit(most)))


def latest(conn: Connection, most: int) -> list[str]:
    """The principals of instances that were active last."""
    where = sessions.c.instance.is_not(None)
    ordered = select(sessions.c.principal).where(where).order_by(sessions.c.newest.desc())
    return list(conn.scalars(ordered.limit(most)))


def names_at(conn: Connection, place: str, most: int) -> list[str]:
    """The principals seen at a public address or endpoint."""
    where = session_places.c.place == key(place)
    ordered = select(session_places.c.principal).where(where).order_by(session_places.c.principal)
    return list(conn.scalars(ordered.limit(most)))


def drop_before(conn: Connection, day: int) -> tuple[int, int]:
    """Drop what was seen before a day: sightings, and sessions of which nothing is left.

    Sessions that wait to be judged are left as they are. Gives how many sessions were shortened,
    and how many dropped.
    """
    waiting = select(dirty.c.principal)
    old = (sessions.c.oldest_day < day) & sessions.c.principal.not_in(waiting)
    names = list(conn.scalars(select(sessions.c.principal).where(old)))
    shortened = dropped = 0
    for some in chunks(names, 100):
        known = _locked(conn, some)
        kept, gone = [], []
        for name, (state, _) in known.items():
            session = unpack(state)
            session.sightings = [one for one in session.sightings if one.day >= day]
            if session.sightings:
                kept.append((name, session))
            else:
                gone.append(name)
        _forget(conn, list(known))
        conn.execute(delete(sessions).where(sessions.c.principal.in_(gone)))
        put(conn, sessions, [_row(name, session, day) for name, session in kept])
        _index(conn, dict(kept), Merged({}, set(), set()))
        shortened, dropped = shortened + len(kept), dropped + len(gone)
    return shortened, dropped


def _forget(conn: Connection, names: list[str]) -> None:
    conn.execute(delete(session_keys).where(session_keys.c.principal.in_(names)))
    conn.execute(delete(session_places).where(session_places.c.principal.in_(names)))


def everyone(conn: Connection) -> Iterator[Kept]:
    """Every session kept, in a fixed order."""
    statement = select(sessions.c.state, sessions.c.kept_from).order_by(sessions.c.principal)
    for state, kept_from in conn.execute(statement):
        yield Kept(unpack(state), kept_from)
