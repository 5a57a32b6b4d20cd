"""Findings as the console lists and counts them: by index, a page at a time.

What a column answers is asked of the database. Other criteria are held against the documents of at
most SCAN_MAX findings; a page then says how far it has looked, and goes on from there.
"""

import json
from collections.abc import Generator, Sequence
from contextlib import closing

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, case, false, func, select, tuple_

from truant.connectors.store.findings import Because, Finding, equal_to
from truant.connectors.store.schema import finding_history, findings
from truant.detection.criteria import Condition, Criteria, meets
from truant.model.event_time import DAY

PAGE, SCAN_MAX = 25, 1_000
_COLUMNS = tuple(findings.c[n] for n in Finding.__struct_fields__ if n != "verdict")
# Each order by an index; ids make it whole.
ORDERS = {
    "last-seen": ("last_seen",),
    "severity": ("severity", "last_seen"),
    "updated": ("updated_at",),
    "created": ("created_at",),
    "type": ("type",),
}
_NUMBERS = {
    "severity": (findings.c.severity, 1),
    "createdAt": (findings.c.created_at, 1),
    "updatedAt": (findings.c.updated_at, 1),
    "service.count": (findings.c["count"], 1),
    "service.eventFirstSeen": (findings.c.first_seen, 1000),
    "service.eventLastSeen": (findings.c.last_seen, 1000),
}


class Wanted(Struct, frozen=True):
    """Which findings, in which order. `archived` None: both; `text`: somewhere in the document."""

    criteria: Criteria = ()
    archived: bool | None = False
    text: str = ""
    order: str = "last-seen"
    descending: bool = True


class Found(Struct, frozen=True):
    """One page. `after`: where the next begins, None at the end; `looked`: rows gone through.

    `is_cut`: the page ends because enough was looked through, not because it is full.
    """

    rows: list[Finding]
    after: str | None
    looked: int
    is_cut: bool


def page(conn: Connection, wanted: Wanted, after: str = "", most: int = PAGE) -> Found:
    """A page of findings, from the beginning or after a place that an earlier page named."""
    asked, rest = _split(wanted.criteria)
    where = [*asked, *_archived(wanted.archived)]
    names = (*ORDERS[wanted.order], "id")
    place = _place(after, names)
    by_document = bool(rest) or bool(wanted.text)
    batch = SCAN_MAX if by_document else most
    rows: list[Finding] = []
    looked, last = 0, None
    with closing(_listing(conn, where, names, wanted, place, batch + 1)) as listed:
        for row in listed:
            if len(rows) == most or looked == batch:
                is_cut = looked == batch and len(rows) < most
                return Found(rows, _token(last, names), looked, is_cut)
            looked, last = looked + 1, row
            if not by_document or _fits(row, rest, wanted.text):
                rows.append(row)
    return Found(rows, None, looked, False)


def _fits(row: Finding, rest: Criteria, text: str) -> bool:
    if text and text.casefold() not in row.body.casefold():
        return False
    return all(_may_hold(row.body, one) for one in rest) and (
        not rest or meets(row.document(), rest)
    )


def _may_hold(body: str, one: Condition) -> bool:
    """Whether a document may hold what is asked for: spares decoding those that cannot.

    Only where a text must stand there as it is: addresses may be asked for by network.
    """
    if one.operator != "equals" or "ddress" in one.attribute or one.attribute in _NUMBERS:
        return True
    words = [value for value in one.values if any(map(str.isalpha, value))]
    return len(words) < len(one.values) or any(json.dumps(word)[1:-1] in body for word in words)


def _split(wanted: Criteria) -> tuple[list[ColumnElement[bool]], Criteria]:
    """What the database answers, and what the documents must."""
    asked, rest = [], []
    for one in wanted:
        condition = _condition(one)
        if condition is None:
            rest.append(one)
        else:
            asked.append(condition)
    return asked, tuple(rest)


def _condition(one: Condition) -> ColumnElement[bool] | None:
    if one.operator == "equals":
        return equal_to(one.attribute, one.values)
    if one.attribute not in _NUMBERS or "Than" not in one.operator:
        return None
    column, scale = _NUMBERS[one.attribute]
    value = one.number / scale
    return {
        "greaterThan": column > value,
        "greaterThanOrEqual": column >= value,
        "lessThan": column < value,
        "lessThanOrEqual": column <= value,
    }[one.operator]


def _archived(wanted: bool | None) -> list[ColumnElement[bool]]:
    return [] if wanted is None else [findings.c.archived.is_(wanted)]


def _listing(
    conn: Connection,
    where: Sequence[ColumnElement[bool]],
    names: Sequence[str],
    wanted: Wanted,
    place: list[str | float] | None,
    most: int,
) -> Generator[Finding, None, None]:
    columns = [findings.c[name] for name in names]
    statement = select(*_COLUMNS).where(*where).limit(most)
    if place is not None:
        here = tuple_(*columns)
        beyond = here < tuple_(*place) if wanted.descending else here > tuple_(*place)
        statement = statement.where(beyond)
    ordered = [one.desc() if wanted.descending else one for one in columns]
    statement = statement.order_by(*ordered).execution_options(yield_per=100)
    result = conn.execute(statement)
    try:
        for row in result:
            yield msgspec.convert(row, Finding, from_attributes=True)
    finally:
        result.close()  # a cursor of the server's stays open otherwise


def _token(row: Finding | None, names: Sequence[str]) -> str:
    return ",".join(str(getattr(row, name)) for name in names)


def _place(after: str, names: Sequence[str]) -> list[str | float] | None:
    """Where a page begins, from its token; None for none, or for one that is not ours."""
    parts = after.split(",")
    if len(parts) != len(names):
        return None
    place: list[str | float] = []
    for name, part in zip(names, parts, strict=True):
        if name in ("id", "type"):
            place.append(part.replace("\0", ""))
            continue
        try:
            place.append(float(part) if name == "severity" else int(part))
        except ValueError:
            return None
    return place if all(abs(one) < 1e18 for one in place if not isinstance(one, str)) else None


def archived(conn: Connection) -> int:
    """How many findings are archived."""
    where = findings.c.archived.is_(True)
    return conn.scalar(select(func.count()).select_from(findings).where(where)) or 0


def bands(conn: Connection) -> dict[str, int]:
    """How many open findings there are of each band: high, medium, low."""
    band = case(
        (findings.c.severity >= 7, "high"), (findings.c.severity >= 4, "medium"), else_="low"
    )
    statement = select(band, func.count()).where(findings.c.archived.is_(False)).group_by(band)
    return {"high": 0, "medium": 0, "low": 0, **dict(iter(conn.execute(statement)))}


def by_day(conn: Connection, first_day: int) -> dict[tuple[int, str], int]:
    """How many open findings were last seen on each day (since the epoch), by band."""
    day = findings.c.last_seen // DAY
    band = case(
        (findings.c.severity >= 7, "high"), (findings.c.severity >= 4, "medium"), else_="low"
    )
    statement = (
        select(day, band, func.count())
        .where(findings.c.archived.is_(False), findings.c.last_seen >= first_day * DAY)
        .group_by(day, band)
    )
    return {(int(at), name): number for at, name, number in conn.execute(statement)}


def newest(conn: Connection) -> int:
    """When the latest call of any finding was (epoch seconds); 0 where there is none."""
    return conn.scalar(select(func.max(findings.c.last_seen))) or 0


def of_account(conn: Connection) -> dict[str, int]:
    """How many open findings each account has."""
    statement = (
        select(findings.c.account, func.count())
        .where(findings.c.archived.is_(False))
        .group_by(findings.c.account)
    )
    return dict(iter(conn.execute(statement)))


def choices(conn: Connection, column: str, most: int = 50) -> list[str]:
    """The values that a column has: of `type`, `account`, `region`."""
    own = findings.c[column]
    return list(conn.scalars(select(own).distinct().order_by(own).limit(most)))


def of_principals(conn: Connection, names: Sequence[str], most: int = 50) -> list[Finding]:
    """The latest findings of principals (`columns.key`)."""
    where = findings.c.principal.in_(list(names)) if names else false()
    statement = select(*_COLUMNS).where(where).order_by(findings.c.last_seen.desc()).limit(most)
    return [msgspec.convert(row, Finding, from_attributes=True) for row in conn.execute(statement)]


class News(Struct, frozen=True):
    """A change of a finding that is told to open pages."""

    number: int
    change: str
    finding_id: str
    severity: float


def news(conn: Connection, after: int, most: int = 50) -> list[News]:
    """What happened to findings after an entry of history, in order."""
    mine = finding_history.c
    statement = (
        select(mine.id, mine.change, mine.finding_id, mine.severity)
        .where(mine.id > after)
        .order_by(mine.id)
        .limit(most)
    )
    return [News(*row) for row in conn.execute(statement)]


def latest_news(conn: Connection) -> int:
    """The number of the latest entry of history."""
    return conn.scalar(select(func.max(finding_history.c.id))) or 0


def why_archived(row: Finding) -> str:
    """Why a finding is archived, in words; empty for one that is open."""
    if not row.archived or row.archived_because is None:
        return ""
    by = f": {row.suppressed_by}" if row.suppressed_by else ""
    return f"{Because(row.archived_because).value}{by}"
