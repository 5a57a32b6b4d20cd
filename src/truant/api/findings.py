"""Findings: list, get, archive, feedback."""

from collections.abc import Iterator, Mapping
from itertools import islice

from sqlalchemy import ColumnElement

from truant.api.call import Call, Given, Output
from truant.api.criteria import read_criteria
from truant.api.errors import BadRequest, invalid
from truant.api.paging import PAGE_MAX, position, token
from truant.api.protocol import Wire
from truant.connectors.store import findings
from truant.connectors.store.findings import ORDERS, Finding, Page, Scope
from truant.detection.criteria import DEPTH_MAX, PATH_MAX, Criteria, meets, sort_value
from truant.runners import deciding

MISSING = "The request is rejected because one or more of the input finding ids are invalid."


def matching(
    call: Call, scope: Scope, wanted: Criteria, order: str, *, descending: bool, after: Page | None
) -> Iterator[Finding]:
    """Findings of the scope that meet criteria, in the order of a column."""
    where = list(_narrowing(wanted))
    rows = findings.listing(call.conn, scope, where, order, descending=descending, after=after)
    return (row for row in rows if not wanted or meets(row.document(), wanted))


def _narrowing(wanted: Criteria) -> Iterator[ColumnElement[bool]]:
    for one in wanted:
        if one.operator == "equals":
            condition = findings.equal_to(one.attribute, one.values)
            if condition is not None:
                yield condition


def list_findings(call: Call, given: Given) -> Output:
    """Ids of findings that meet criteria, in the order that was asked for, else newest first."""
    scope = call.scope(call.detector(given))
    wanted = read_criteria(given)
    order, descending = _order(given)
    most = given.get("MaxResults") or PAGE_MAX
    if order in ORDERS:
        ids, next_token = _by_column(call, scope, wanted, given, order, descending, most)
    else:
        ids, next_token = _by_value(call, scope, wanted, given, order, descending, most)
    return {"FindingIds": ids, "NextToken": next_token}


def _order(given: Given) -> tuple[str, bool]:
    sort: Mapping[str, str] = given.get("SortCriteria") or {}
    attribute = sort.get("AttributeName") or ""
    if len(attribute) > PATH_MAX or attribute.count(".") >= DEPTH_MAX:
        raise invalid("sortCriteria.attributeName is too long or too deep")
    descending = sort.get("OrderBy", "ASC" if sort else "DESC") == "DESC"
    return sort.get("AttributeName") or "updatedAt", descending


def _by_column(
    call: Call,
    scope: Scope,
    wanted: Criteria,
    given: Given,
    order: str,
    descending: bool,
    most: int,
) -> tuple[list[str], str | None]:
    kind = str if order in ("id", "accountId", "type") else float
    place = position(given, (kind, str))
    after = Page(place[0], str(place[1])) if place else None  # type: ignore[arg-type]
    rows = matching(call, scope, wanted, order, descending=descending, after=after)
    page = list(islice(rows, most + 1))
    ids = [row.id for row in page[:most]]
    if len(page) <= most:
        return ids, None
    last = page[most - 1]
    return ids, token(given, [findings.order_value(last, order), last.id])


def _by_value(
    call: Call,
    scope: Scope,
    wanted: Criteria,
    given: Given,
    order: str,
    descending: bool,
    most: int,
) -> tuple[list[str], str | None]:
    """By any other attribute: all that match are put in order, then cut."""
    rows = matching(call, scope, wanted, "id", descending=False, after=None)
    keyed = [(sort_value(row.document(), order), row.id) for row in rows]
    keyed.sort(key=lambda one: one[0], reverse=descending)  # stable: equals stay in order of id
    skipped = position(given, (int,))
    start = int(skipped[0]) if skipped else 0  # type: ignore[call-overload]
    ids = [id_ for _, id_ in keyed[start : start + most]]
    more = start + most < len(keyed)
    return ids, token(given, [start + most]) if more else None


def get_findings(call: Call, given: Given) -> Output:
    """Findings in full. An id that is not there is left out, as GuardDuty does."""
    scope = call.scope(call.detector(given))
    documents = [row.document() for row in findings.by_ids(call.conn, scope, given["FindingIds"])]
    if given.get("SortCriteria"):
        order, descending = _order(given)
        documents.sort(key=lambda one: sort_value(one, order), reverse=descending)
    return {"Findings": Wire(documents)}


def archive_findings(call: Call, given: Given) -> Output:
    """Archive findings. All of them must be there."""
    _set_archived(call, given, archived=True)
    return {}


def unarchive_findings(call: Call, given: Given) -> Output:
    """Take findings out of the archive."""
    _set_archived(call, given, archived=False)
    return {}


def _set_archived(call: Call, given: Given, *, archived: bool) -> None:
    call.only_administrator()
    rows = _all_of(call, given)
    deciding.set_archived(call.conn, rows, call.now, call.actor, "by the API", archived=archived)


def _all_of(call: Call, given: Given) -> list[Finding]:
    scope = call.scope(call.detector(given))
    rows = findings.by_ids(call.conn, scope, given["FindingIds"], lock=True)
    if len(rows) != len(set(given["FindingIds"])):
        raise BadRequest(MISSING)
    return rows


def update_findings_feedback(call: Call, given: Given) -> Output:
    """Keep what a person says of findings, to learn from."""
    rows = _all_of(call, given)
    label, comments = given["Feedback"], given.get("Comments", "")
    deciding.answer(call.conn, rows, label, comments, call.now, call.actor)
    return {}
