"""Findings: GuardDuty's JSON in one row each, with the columns that are searched and changed."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select, true, update

from truant.connectors.store.columns import chunks, put
from truant.connectors.store.schema import finding_history, findings, outbox
from truant.model.event_time import iso_milliseconds

Document = dict[str, object]


class Because(StrEnum):
    """Why a finding is archived."""

    USER = "archived by a user"
    SUPPRESSED = "a rule suppresses it"
    WITHDRAWN = "no longer supported by what is known"
    DETECTOR = "its detector is off"


class Finding(Struct):
    """One row. Times end in `_at` for the service's milliseconds, in `_seen` for epoch seconds."""

    id: str
    account: str
    region: str
    type: str
    severity: float
    principal: str
    created_at: int
    updated_at: int
    first_seen: int
    last_seen: int
    count: int
    body: str
    archived: bool = False
    archived_because: Because | None = None
    suppressed_by: str | None = None  # the rule or the sentence that says more of it
    sent_at: int | None = None
    feedback: str | None = None
    sample: bool = False
    verdict: bytes | None = None

    def document(self) -> Document:
        """The finding as GuardDuty's JSON, with what the service knows of it."""
        document: Document = msgspec.json.decode(self.body)
        document["createdAt"] = iso_milliseconds(self.created_at)
        document["updatedAt"] = iso_milliseconds(self.updated_at)
        service = document["service"]
        if isinstance(service, dict):
            service["archived"] = self.archived
            if self.feedback:
                service["userFeedback"] = self.feedback
            if self.archived and self.archived_because is not None:
                self._explain(service)
        return document

    def _explain(self, service: Document) -> None:
        """Say why it is archived, as a member and in the text that SDKs show."""
        info = service.get("additionalInfo")
        if not isinstance(info, dict) or self.archived_because is None:
            return
        by = f": {self.suppressed_by}" if self.suppressed_by else ""
        info["archivedBecause"] = why = self.archived_because.value + by
        told = msgspec.json.decode(str(info.get("value") or "{}"))
        told["archivedBecause"] = why
        info["value"] = msgspec.json.encode(told, order="deterministic").decode()


class Scope(Struct, frozen=True):
    """Which findings a caller may see: those of one region, of these accounts; None: of all."""

    region: str | None
    accounts: frozenset[str] | None


EVERYTHING = Scope(None, None)


class Page(Struct, frozen=True):
    """Where to go on: after the row with this value in the column of order, and this id."""

    value: str | float | int
    id: str


_COLUMNS = tuple(findings.c[name] for name in Finding.__struct_fields__)
# Criteria that a column answers; the rest is looked for in the documents.
INDEXED = {
    "id": findings.c.id,
    "accountId": findings.c.account,
    "region": findings.c.region,
    "type": findings.c.type,
}
ORDERS = {
    "id": findings.c.id,
    "accountId": findings.c.account,
    "type": findings.c.type,
    "severity": findings.c.severity,
    "createdAt": findings.c.created_at,
    "updatedAt": findings.c.updated_at,
    "service.eventFirstSeen": findings.c.first_seen,
    "service.eventLastSeen": findings.c.last_seen,
    "service.count": findings.c["count"],
}


def keep(conn: Connection, rows: Iterable[Finding]) -> None:
    """Write findings, new or changed."""
    put(conn, findings, [msgspec.structs.asdict(row) for row in rows])


def of_principals(conn: Connection, principals: Iterable[str]) -> dict[str, Finding]:
    """The findings of principals (`columns.key`) by id, locked until the transaction ends."""
    found = {}
    for some in chunks(sorted(set(principals))):
        statement = select(*_COLUMNS).where(findings.c.principal.in_(some)).order_by(findings.c.id)
        for row in conn.execute(statement.with_for_update()):
            found[row.id] = _finding(row)
    return found


def beginning(conn: Connection, start: str, most: int = 10) -> list[Finding]:
    """The findings whose ids begin so, at most so many."""
    where = findings.c.id.startswith(start, autoescape=True)
    statement = select(*_COLUMNS).where(where).order_by(findings.c.id).limit(most)
    return [_finding(row) for row in conn.execute(statement)]


def by_ids(
    conn: Connection, scope: Scope, ids: Collection[str], *, lock: bool = False
) -> list[Finding]:
    """The findings of these ids that the scope holds, in the order of the ids."""
    statement = select(*_COLUMNS).where(findings.c.id.in_(sorted(set(ids))), _within(scope))
    if lock:
        statement = statement.order_by(findings.c.id).with_for_update()
    found = {row.id: _finding(row) for row in conn.execute(statement)}
    return [found[one] for one in dict.fromkeys(ids) if one in found]


def listing(
    conn: Connection,
    scope: Scope,
    where: Sequence[ColumnElement[bool]] = (),
    order: str = "updatedAt",
    *,
    descending: bool = True,
    after: Page | None = None,
) -> Iterator[Finding]:
    """Findings of the scope, in the order of one of ORDERS and of ids, read as they are needed."""
    column = ORDERS[order]
    conditions = [_within(scope), *where]
    if after is not None:
        beyond = column < after.value if descending else column > after.value
        conditions.append(or_(beyond, and_(column == after.value, findings.c.id > after.id)))
    statement = (
        select(*_COLUMNS)
        .where(*conditions)
        .order_by(column.desc() if descending else column, findings.c.id)
        .execution_options(yield_per=200)
    )
    yield from map(_finding, conn.execute(statement))


def order_value(row: Finding, order: str) -> str | float | int:
    """A row's value in the column of an order."""
    value: str | float | int = getattr(row, ORDERS[order].name)
    return value


def equal_to(attribute: str, values: Sequence[str]) -> ColumnElement[bool] | None:
    """The condition that an attribute is one of these values, where a column answers it."""
    if attribute == "service.archived":
        truths = [value == "true" for value in values if value in ("true", "false")]
        return findings.c.archived.in_(truths)
    column = INDEXED.get(attribute)
    return None if column is None else column.in_([value.replace("\0", "") for value in values])


def mark_sent(conn: Connection, ids: Iterable[str], at: int) -> None:
    """Note that findings have left by some channel; the first time stays."""
    for some in chunks(sorted(set(ids))):
        unsent = findings.c.id.in_(some) & findings.c.sent_at.is_(None)
        conn.execute(update(findings).where(unsent).values(sent_at=at))


def delete_of(conn: Connection, account: str, region: str) -> int:
    """Delete all findings of an account in a region, with their history; gives how many."""
    where = (findings.c.account == account) & (findings.c.region == region)
    return _delete(conn, list(conn.scalars(select(findings.c.id).where(where))))


def drop_before(conn: Connection, seen: int, updated: int) -> int:
    """Delete findings last seen before `seen` (epoch seconds) and updated before `updated` (ms)."""
    where = (findings.c.last_seen < seen) & (findings.c.updated_at < updated)
    return _delete(conn, list(conn.scalars(select(findings.c.id).where(where))))


def _delete(conn: Connection, ids: list[str]) -> int:
    for some in chunks(ids):
        for table in (finding_history, outbox):  # labels are kept: they are learned from
            conn.execute(delete(table).where(table.c.finding_id.in_(some)))
        conn.execute(delete(findings).where(findings.c.id.in_(some)))
    return len(ids)


def count(conn: Connection) -> int:
    """How many findings there are."""
    return conn.scalar(select(func.count()).select_from(findings)) or 0


def are_more(
    conn: Connection, scope: Scope, where: Sequence[ColumnElement[bool]], most: int
) -> bool:
    """Whether a scope holds more findings than so many; no more than those are counted."""
    some = select(findings.c.id).where(_within(scope), *where).limit(most + 1).subquery()
    return (conn.scalar(select(func.count()).select_from(some)) or 0) > most


_BANDS = (("High", 7.0), ("Medium", 4.0), ("Low", 0.0))


def open_by_band(conn: Connection) -> dict[str, int]:
    """How many findings are not archived, by GuardDuty's bands of severity; samples left out."""
    counted = dict.fromkeys((name for name, _ in _BANDS), 0)
    statement = select(findings.c.severity, func.count()).where(
        findings.c.archived.is_(False), findings.c.sample.is_(False)
    )
    for severity, number in conn.execute(statement.group_by(findings.c.severity)):
        counted[next(name for name, least in _BANDS if severity >= least)] += number
    return counted


def _within(scope: Scope) -> ColumnElement[bool]:
    region, accounts = scope.region, scope.accounts
    return and_(
        true() if region is None else findings.c.region == region,
        true() if accounts is None else findings.c.account.in_(sorted(accounts)),
    )


def _finding(row: object) -> Finding:
    return msgspec.convert(row, Finding, from_attributes=True)
