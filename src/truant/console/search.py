"""Search: an instance, role, key, address, endpoint or account, and everything that knows it."""

import re

from starlette.responses import Response

from truant.connectors.store import finding_pages, mints, sessions
from truant.connectors.store.columns import key
from truant.connectors.store.finding_pages import Wanted
from truant.console.findings import row_of
from truant.console.views import session_rows
from truant.console.visit import Visit
from truant.model.fact import Mint
from truant.model.network import canonical, is_account
from truant.model.role_session import is_instance_id

SESSIONS_MAX, MINTS_MAX = 50, 20
_KEY = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,28}", re.ASCII)


def show(visit: Visit) -> Response:
    """The search, and what it finds."""
    text = visit.asked("q").strip()[:200]
    if is_instance_id(text):
        return visit.go(f"/instances/{text}")
    kind, names = _kind(visit, text) if text else ("", [])
    kept = sessions.load(visit.conn, names)
    found = (
        finding_pages.page(visit.conn, Wanted(archived=None, text=text), most=20) if text else None
    )
    return visit.page(
        "search.html",
        text=text,
        kind=kind,
        sessions=session_rows.rows(one.session for one in kept.values()),
        findings=[row_of(one) for one in found.rows] if found else [],
        looked=found.looked if found else 0,
        is_cut=bool(found and found.is_cut),
        mints=_mints(visit, text),
        latest=[] if text else _latest(visit),
    )


def _kind(visit: Visit, text: str) -> tuple[str, list[str]]:
    """What was asked for, and the sessions that it names."""
    conn, address = visit.conn, canonical(text)
    if address is not None:
        return "address", sessions.names_at(conn, address, SESSIONS_MAX)
    if text.startswith("vpce-"):
        return "endpoint", sessions.names_at(conn, text, SESSIONS_MAX)
    if is_account(text):
        return "account", sessions.names_by(conn, "account", text, SESSIONS_MAX)
    if _KEY.fullmatch(text):
        holders = sessions.holders(conn, [text]).get(key(text), set())
        return "access key", sorted(holders)[:SESSIONS_MAX]
    if ":" in text:
        return "session", sessions.names_by(conn, "principal", key(text), SESSIONS_MAX)
    return "role", sessions.names_by(conn, "role", text, SESSIONS_MAX)


def _mints(visit: Visit, text: str) -> list[Mint]:
    if not _KEY.fullmatch(text):
        return []
    return sorted(mints.of_keys(visit.conn, [text]), key=lambda one: one.time)[:MINTS_MAX]


def _latest(visit: Visit) -> list[session_rows.SessionRow]:
    """The sessions that were active last, to begin with."""
    kept = sessions.load(visit.conn, sessions.latest(visit.conn, 15))
    return session_rows.rows(one.session for one in kept.values())
