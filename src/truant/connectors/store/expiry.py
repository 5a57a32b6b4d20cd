"""What is dropped, and when: by the time of the newest call, so that a replay keeps what it needs.

A clock that runs ahead in one record cannot make everything old: the service's own clock bounds
the newest call.
"""

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors.store import (
    arrivals,
    client_tokens,
    facts,
    findings,
    habits,
    hearings,
    intake,
    mints,
    sessions,
    settings,
    snapshots,
)
from truant.detection.compaction import compacted
from truant.model.event_time import DAY

HOUR = 3_600
SESSIONS_HOURS = 36  # a key lives less than 7 hours, one made by another up to 36
MINTS_HOURS = 36
FINDINGS_DAYS = 90
HABITS_DAYS = 60  # two half-lives
TOKENS_HOURS = 24
TAKEN_DAYS = 15  # queues keep messages for 14 days at most


class Expired(Struct, frozen=True):
    """How many were dropped; `shortened`: sessions that lost days and go on."""

    sessions: int
    shortened: int
    mints: int
    habits: int
    findings: int
    snapshots: int
    items: int


def expire(
    conn: Connection, now: int, hours: int = SESSIONS_HOURS, findings_days: int = FINDINGS_DAYS
) -> Expired:
    """Drop what is over. `now`: milliseconds; `hours` of sessions are kept, in whole days."""
    newest = min(sessions.newest(conn), now // 1000)
    before = settings.number(conn, settings.KEPT_FROM)
    day = max(before, (newest - hours * HOUR) // DAY, 0)
    settings.put_value(conn, settings.KEPT_FROM, str(day))
    if day > before:
        _compact(conn, day * DAY)
    shortened, dropped = sessions.drop_before(conn, day)
    start = day * DAY
    arrivals.forget_before(conn, now)
    hearings.drop_before(conn, day)
    client_tokens.forget_before(conn, now - TOKENS_HOURS * HOUR * 1000)
    gone = snapshots.drop_before(conn, start)
    if gone:
        settings.grow(conn, settings.EPOCH)
    return Expired(
        sessions=dropped,
        shortened=shortened,
        mints=mints.drop_before(conn, start - MINTS_HOURS * HOUR),
        habits=habits.drop_before(conn, newest // DAY - HABITS_DAYS),
        findings=findings.drop_before(
            conn, newest - findings_days * DAY, now - findings_days * DAY * 1000
        ),
        snapshots=gone,
        items=intake.forget_before(conn, now - TAKEN_DAYS * DAY * 1000),
    )


def _compact(conn: Connection, horizon: int) -> None:
    """Drop facts of the trail from which nothing follows that is still to be judged."""
    told = facts.since(conn, -1) | snapshots.since(conn, -1)
    added, dropped = compacted(told, horizon)
    facts.add(conn, added)
    if facts.drop(conn, dropped):
        settings.grow(conn, settings.EPOCH)
