"""The list of findings: narrowed, sorted, searched, and decided about many at once."""

from starlette.responses import Response

from truant.api.criteria import read_criteria
from truant.api.errors import BadRequest
from truant.connectors.store import finding_pages, findings
from truant.connectors.store.finding_pages import Wanted
from truant.connectors.store.findings import Finding
from truant.console.known import Site
from truant.console.views import selection, words
from truant.console.views.selection import Selection
from truant.console.visit import Problem, Visit, refused
from truant.runners import deciding
from truant.terminal import phrases

BULK_MAX, CHOICES_SECONDS = 500, 60.0


def wanted_of(chosen: Selection) -> Wanted:
    """What a selection asks of the store. Raises Problem for criteria that cannot be."""
    try:
        criteria = read_criteria({"FindingCriteria": {"Criterion": chosen.criterion}})
    except BadRequest as error:
        raise refused(error.message.rpartition("findingCriteria: ")[2]) from error
    archived = selection.STATUSES[chosen.status]
    return Wanted(criteria, archived, chosen.text, chosen.sort, chosen.descending)


def show(visit: Visit) -> Response:
    """One page of the list."""
    chosen = selection.read(visit.query)
    found = finding_pages.page(visit.conn, wanted_of(chosen), visit.asked("after"))
    return visit.page(
        "findings.html",
        chosen=chosen,
        found=found,
        rows=[row_of(one) for one in found.rows],
        bands=finding_pages.bands(visit.conn),
        archived=finding_pages.archived(visit.conn),
        types={kind.value: text for kind, text in words.TYPES.items()},
        accounts=_choices(visit, "account"),
        regions=_choices(visit, "region"),
        attributes=selection.ATTRIBUTES,
        operators={name: text for name, (text, _) in selection.OPERATORS.items()},
        sorts=selection.SORTS,
        paged=bool(visit.asked("after")),
    )


def _choices(visit: Visit, column: str) -> list[str]:
    site: Site = visit.site
    return site.remember(column, CHOICES_SECONDS, lambda: finding_pages.choices(visit.conn, column))


def row_of(one: Finding) -> dict[str, object]:
    """A finding as a row of the list."""
    document = one.document()
    id_, name = words.instance_of(document)
    return {
        "id": one.id,
        "band": phrases.band_word(document),
        "severity": f"{one.severity:g}",
        "headline": words.headline(document),
        "kind": words.kind_of(one.type),
        "role": words.role_of(document),
        "instance": name or id_,
        "instance_id": id_,
        "account": one.account,
        "region": one.region,
        "last_seen": one.last_seen,
        "calls": phrases.calls(document),
        "sure": phrases.sure(document).plain,
        "archived": one.archived,
        "why": finding_pages.why_archived(one),
        "feedback": one.feedback,
        "sample": one.sample,
    }


def decide(visit: Visit) -> Response:
    """Archive or take back the findings that were ticked."""
    ids = list(dict.fromkeys(visit.form.get("id", ())))
    back = visit.sent("back")
    back = back if back.startswith("?") else ""
    if not ids:
        return visit.go(f"/findings{back}", "nothing-chosen")
    if len(ids) > BULK_MAX:
        raise refused(f"At most {BULK_MAX} findings at once.")
    return visit.go(f"/findings{back}", _decide(visit, ids, visit.sent("what")))


def decide_one(visit: Visit) -> Response:
    """Archive or take back one finding."""
    id_ = visit.path["id"]
    return visit.go(f"/findings/{id_}", _decide(visit, [id_], visit.sent("what")))


def _decide(visit: Visit, ids: list[str], what: str) -> str:
    if what not in ("archive", "unarchive"):
        raise refused("Findings can be archived and taken out of the archive.")
    rows = findings.by_ids(visit.conn, findings.EVERYTHING, ids, lock=True)
    if not rows:
        raise Problem(404, "There are no such findings", "They may have been deleted since.")
    archived = what == "archive"
    deciding.set_archived(
        visit.conn, rows, visit.now, visit.user, "in the console", archived=archived
    )
    for row in rows:
        visit.note(f"finding {what}d", row.id)
    return "archived" if archived else "unarchived"
