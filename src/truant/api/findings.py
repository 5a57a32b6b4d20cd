"""Findings: list, get, archive, feedback."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import nlargest, nsmallest
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

# An attribute that no column answers: so many documents are read for a page, and no more; texts
# are put in order by their beginnings, so that a page's token stays short.
SORTED_MAX, SORT_TEXT_MAX = 5_000, 200
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
    """By any other attribute: of all that match, those of the page are kept at a time."""
    if findings.are_more(call.conn, scope, list(_narrowing(wanted)), SORTED_MAX):
        raise invalid(
            f"sortCriteria.attributeName is no column, and more than {SORTED_MAX} findings are to "
            f"be put in order: narrow them by id, accountId, type or service.archived with equals, "
            f"or sort by one of {', '.join(ORDERS)}"
        )
    rows = matching(call, scope, wanted, "id", descending=False, after=None)
    keyed = ((_sort_key(row, order), row.id) for row in rows)
    place = position(given, (int, float, str, str))
    if place is not None:
        keyed = (one for one in keyed if _is_beyond(one, place, descending))
    first = nlargest if descending else nsmallest  # as a stable sort: equals stay in order of id
    page = first(most + 1, keyed, key=lambda one: one[0])
    ids = [id_ for _, id_ in page[:most]]
    if len(page) <= most:
        return ids, None
    key, id_ = page[most - 1]
    return ids, token(given, [*key, id_])


def _sort_key(row: Finding, order: str) -> tuple[int, float, str]:
    kind, number, text = sort_value(row.document(), order)
    return kind, number, text[:SORT_TEXT_MAX]


def _is_beyond(
    one: tuple[tuple[int, float, str], str], place: Sequence[object], descending: bool
) -> bool:
    """Whether a finding comes after a page that ended at a place: its key, and its id."""
    (key, id_), (*last, last_id) = one, place
    here = tuple(last)
    if key == here:
        return id_ > str(last_id)
    return key < here if descending else key > here


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
