"""A role session in a few words and rows: from where, with which keys, when, and how often."""

from collections.abc import Iterable

from msgspec import Struct

from truant.model.distinct import count
from truant.model.network import Origin
from truant.model.role_session import RoleSession
from truant.model.sighting import Sighting

ORIGINS_MAX, KEYS_MAX = 100, 50


class Seen(Struct):
    """What was seen of one origin, over all days held."""

    origin: str
    via: str
    first: int
    last: int
    calls: int
    keys: set[str]
    apis: set[str]
    clients: set[str]
    days: set[int]


class SessionRow(Struct, frozen=True):
    """One session. Times are epoch seconds."""

    principal: str
    role: str
    account: str
    instance: str
    first: int
    last: int
    calls: int
    keys: tuple[str, ...]
    origins: tuple[Seen, ...]
    more: int


def row(session: RoleSession) -> SessionRow:
    """A session, its origins by their last call."""
    seen: dict[Origin, Seen] = {}
    for sighting in session.sightings:
        known = seen.get(sighting.origin)
        if known is None:
            known = seen[sighting.origin] = _new(sighting)
        _add(known, sighting)
    ordered = sorted(seen.values(), key=lambda one: (-one.last, one.origin))
    keys = sorted({one.key for one in session.sightings if one.key})
    return SessionRow(
        principal=session.principal_id,
        role=session.identity.role_name or "unnamed",
        account=session.identity.account or "",
        instance=session.instance or "",
        first=min((one.first for one in session.sightings), default=0),
        last=max((one.last for one in session.sightings), default=0),
        calls=sum(one.calls for one in ordered),
        keys=tuple(keys[:KEYS_MAX]),
        origins=tuple(ordered[:ORIGINS_MAX]),
        more=max(0, len(ordered) - ORIGINS_MAX),
    )


def _new(sighting: Sighting) -> Seen:
    via = sighting.origin.via.value
    return Seen(
        str(sighting.origin), via, sighting.first, sighting.last, 0, set(), set(), set(), set()
    )


def _add(known: Seen, sighting: Sighting) -> None:
    known.first = min(known.first, sighting.first)
    known.last = max(known.last, sighting.last)
    known.calls += count(sighting.calls)
    known.keys |= {sighting.key} if sighting.key else set()
    known.apis |= sighting.apis
    known.clients |= sighting.agents
    known.days.add(sighting.day)


def rows(some: Iterable[RoleSession]) -> list[SessionRow]:
    """Sessions, the latest first."""
    return sorted(map(row, some), key=lambda one: (-one.last, one.principal))
