"""One finding: first in words, then in pictures, then all that stands behind it; and what to do."""

import json

from markupsafe import Markup
from starlette.responses import Response

from truant.connectors.store import feedback, findings, history, responses, sessions
from truant.connectors.store.finding_pages import why_archived
from truant.connectors.store.findings import Finding
from truant.console.render import HEADERS
from truant.console.views import evidence, lanes, lanes_picture, map_picture, ways_map, words
from truant.console.views.response import Response as Plan
from truant.console.views.response import response
from truant.console.views.ways_map import WaysMap
from truant.console.visit import Visit, not_there, refused
from truant.detection.finding_case import Case
from truant.detection.knowing import knowledge
from truant.detection.view import View
from truant.model.sighting import Sighting
from truant.runners import deciding
from truant.runners.planning import kept
from truant.terminal.json_view import at

CALLS_MAX, MINTS_MAX, ORIGINS_MAX = 200, 50, 20
LABELS = {"theft": deciding.USEFUL, "expected": deciding.NOT_USEFUL}


def find(visit: Visit, *, lock: bool = False) -> Finding:
    """The finding that the path names. Raises Problem."""
    found = findings.by_ids(visit.conn, findings.EVERYTHING, [visit.path["id"]], lock=lock)
    if not found:
        raise not_there("finding")
    return found[0]


def show(visit: Visit) -> Response:
    """The page of a finding."""
    row = find(visit)
    document = row.document()
    info = at(document, "service", "additionalInfo")
    named = words.calls(document)
    line = lanes.lanes_of(document, _sightings(visit, row))
    where = _map(visit, row, document)
    origins, origins_more = words.origins(info, ORIGINS_MAX)
    return visit.page(
        "finding.html",
        row=row,
        story=words.story(document),
        sum=evidence.add_up(document),
        lanes=line,
        wide=lanes_picture.draw(line, 1000) if line else None,
        narrow=lanes_picture.draw(line, 340) if line else None,
        map=where,
        map_picture=map_picture.draw(where) if where.branches or where.strays else None,
        calls=named[:CALLS_MAX],
        calls_more=max(0, len(named) - CALLS_MAX),
        all_calls=row.count,
        origins=origins,
        origins_more=origins_more,
        issuance=words.issued(info)[:MINTS_MAX],
        lineage=words.lineage(info)[:MINTS_MAX],
        made=words.made(info)[:MINTS_MAX],
        plan=_plan(visit, row, document),
        history=history.of(visit.conn, row.id),
        answers=feedback.of(visit.conn, row.id),
        raw=raw_of(document),
        why=why_archived(row),
        instance=words.instance_of(document)[0],
        others=[one for one in _others(visit, row) if one["id"] != row.id],
    )


def _sightings(visit: Visit, row: Finding) -> list[Sighting]:
    kept = sessions.load(visit.conn, [row.principal]).get(row.principal)
    return kept.session.sightings if kept else []


def _map(visit: Visit, row: Finding, document: findings.Document) -> WaysMap:
    around = visit.site.around(visit.conn)
    instance, name = words.instance_of(document)
    return ways_map.map_of(View(around.inventory, row.last_seen), instance, name, document)


def _plan(visit: Visit, row: Finding, document: findings.Document) -> Plan:
    """The plan with what the store knows beside the finding. Nothing is done here."""
    case = Case(document)
    found, around = kept(visit.conn, case), visit.site.around(visit.conn)
    known = knowledge(case, around.inventory, found.users, found.members)
    return response(document, known, responses.of(visit.conn, row.id))


def _others(visit: Visit, row: Finding) -> list[dict[str, object]]:
    """Other findings of the same session, in a few words."""
    from truant.connectors.store.finding_pages import of_principals
    from truant.console.findings import row_of

    return [row_of(one) for one in of_principals(visit.conn, [row.principal], 10)]


def raw_of(document: findings.Document) -> Markup:
    """The JSON as it is, in ASCII: nothing in it can be invisible."""
    text = json.dumps(document, indent=2, ensure_ascii=True)
    if len(text) > RAW_MAX:
        text = f"{text[:RAW_MAX]}\n… {len(text) - RAW_MAX:,} more characters: download it"
    return Markup.escape(text)


RAW_MAX = 60_000


def download(visit: Visit) -> Response:
    """The finding's JSON as a file."""
    row = find(visit)
    text = json.dumps(row.document(), indent=2, ensure_ascii=True)
    name = f"finding-{row.id[:8]}.json"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="application/json", headers=headers)


def answer(visit: Visit) -> Response:
    """Keep what somebody says of a finding: theft or expected, with a comment."""
    row = find(visit, lock=True)
    said = visit.sent("answer")
    if said not in LABELS:
        raise refused("Say whether it was theft or expected.")
    comment = visit.sent("comment")[:4000]
    deciding.answer(visit.conn, [row], LABELS[said], comment, visit.now, visit.user)
    visit.note("feedback", row.id, {"answer": said, "comment": comment})
    return visit.go(f"/findings/{row.id}", "feedback")
