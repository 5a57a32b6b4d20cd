"""A survey of what sessions show: ways out to propose, and how often trusted ranges are used.

It looks at every session, so it is made when somebody asks for it or from time to time, never while
a page is waited for; what it found is kept in the store with its time.
"""

from collections import Counter
from collections.abc import Iterator

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.store import baselines, sessions
from truant.connectors.store.columns import chunks
from truant.connectors.store.database import Store
from truant.detection.place import Subject, Surroundings, place_of
from truant.detection.proposals import Proposal, proposals
from truant.model.network import Via
from truant.model.role_session import RoleSession

NAME, SESSIONS_AT_ONCE, SESSIONS_MAX = "survey", 200, 50_000


class Survey(Struct, frozen=True):
    """What was found at a time (milliseconds). `used`: origins excused, by trusted rule."""

    at: int
    sessions: int
    proposals: list[Proposal]
    used: dict[str, int]


def survey(store: Store, around: Surroundings, at: int) -> Survey:
    """Look through the sessions, and keep what was found. `at`: milliseconds."""
    with store.read() as conn:
        some = list(_every(conn))
    used = Counter[str]()
    for session in some:
        used.update(_excused(session, around))
    found = Survey(at, len(some), proposals(some, around), dict(used))
    store.run(lambda conn: baselines.keep(conn, NAME, msgspec.msgpack.encode(found), at))
    return found


def last(conn: Connection) -> Survey | None:
    """The last survey, or None."""
    kept = baselines.get(conn, NAME)
    try:
        return msgspec.msgpack.decode(kept, type=Survey) if kept else None
    except msgspec.DecodeError:
        return None  # another Truant's: made anew when asked for


def _every(conn: Connection) -> Iterator[RoleSession]:
    names = sessions.latest(conn, SESSIONS_MAX)
    for some in chunks(names, SESSIONS_AT_ONCE):
        yield from (kept.session for kept in sessions.load(conn, some).values())


def _excused(session: RoleSession, around: Surroundings) -> Iterator[str]:
    """The trusted rules that excuse a session's origins, once for each origin."""
    seen = set()
    subject = Subject(session.instance or "", session.identity.account, session.identity.region)
    for sighting in session.sightings:
        if sighting.origin in seen or sighting.origin.via is not Via.DIRECT:
            continue
        seen.add(sighting.origin)
        placement, _ = place_of(sighting.origin, subject, sighting.first, around)
        if placement.rule is not None:
            yield str(placement.rule)
