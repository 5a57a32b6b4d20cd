"""What people decide about findings, by the API or the console: archive, take back, answer."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from truant.connectors.store import feedback, findings, history
from truant.connectors.store.feedback import Label
from truant.connectors.store.findings import Because, Finding
from truant.connectors.store.history import Change, Entry

USEFUL, NOT_USEFUL = "USEFUL", "NOT_USEFUL"


def set_archived(
    conn: Connection,
    rows: Iterable[Finding],
    at: int,
    actor: str,
    reason: str,
    *,
    archived: bool,
    rule: str | None = None,
) -> int:
    """Archive findings, or take them out of the archive; gives how many it changed.

    `rows` are locked. `rule`: the suppression rule that does it. `at`: milliseconds.
    """
    changed = [row for row in rows if row.archived is not archived]
    because = Because.SUPPRESSED if rule else Because.USER
    for row in changed:
        row.archived, row.suppressed_by = archived, rule
        row.archived_because = because if archived else None
    findings.keep(conn, changed)
    suppressed = Change.SUPPRESSED if rule else Change.ARCHIVED
    note(conn, changed, suppressed if archived else Change.UNARCHIVED, at, actor, reason)
    return len(changed)


def answer(
    conn: Connection, rows: Sequence[Finding], label: str, comments: str, at: int, actor: str
) -> None:
    """Keep what a person says of findings, USEFUL or NOT_USEFUL, to learn from."""
    feedback.add(conn, [Label(row.id, at, label, comments, actor) for row in rows])
    note(conn, rows, Change.FEEDBACK, at, actor, f"{label}: {comments}" if comments else label)


def note(
    conn: Connection, rows: Iterable[Finding], change: Change, at: int, actor: str, reason: str
) -> None:
    """Write a change into the history of findings."""
    history.add(conn, [_entry(row, change, at, actor, reason) for row in rows])


def _entry(row: Finding, change: Change, at: int, actor: str, reason: str) -> Entry:
    confidence = row.document().get("confidence")
    return Entry(
        finding_id=row.id,
        at=at,
        change=change,
        reason=reason,
        actor=actor,
        count=row.count,
        severity=row.severity,
        confidence=float(confidence) if isinstance(confidence, int | float) else 0.0,
        last_seen=row.last_seen,
    )
