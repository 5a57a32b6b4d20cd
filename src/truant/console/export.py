"""Export: the findings of a list as CSV or JSON lines, as many as are asked for at once.

In CSV a text that a spreadsheet would take for a formula begins with an apostrophe (OWASP, "CSV
Injection"), and whatever is invisible is written as a code.
"""

import csv
import io
import json

from starlette.responses import Response

from truant.connectors.store import finding_pages
from truant.connectors.store.findings import Finding
from truant.console.findings import wanted_of
from truant.console.render import HEADERS
from truant.console.views import selection, words
from truant.console.visit import Visit, refused
from truant.formats.plain import plain
from truant.model.event_time import iso
from truant.terminal import phrases
from truant.terminal.json_view import at

ROWS_MAX = 5_000
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
COLUMNS = (
    "id",
    "type",
    "severity",
    "confidence",
    "account",
    "region",
    "instance",
    "role",
    "accessKey",
    "usedFrom",
    "place",
    "firstSeen",
    "lastSeen",
    "calls",
    "archived",
    "why",
    "what",
)


def show(visit: Visit) -> Response:
    """The list as a file."""
    form = visit.path["form"]
    if form not in ("csv", "jsonl"):
        raise refused("Findings are exported as csv or jsonl.")
    wanted = wanted_of(selection.read(visit.query))
    rows: list[Finding] = []
    after: str | None = ""
    while after is not None and len(rows) < ROWS_MAX:
        found = finding_pages.page(visit.conn, wanted, after, most=500)
        rows += found.rows
        after = found.after
    text = _csv(rows) if form == "csv" else _lines(rows)
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    name = f"findings.{form}"
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    headers["x-truant-whole"] = "true" if after is None else "false"
    return Response(text, media_type=kind, headers=headers)


def _lines(rows: list[Finding]) -> str:
    return "".join(json.dumps(one.document(), ensure_ascii=True) + "\n" for one in rows)


def _csv(rows: list[Finding]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in rows:
        writer.writerow([cell(value) for value in _row(one)])
    return out.getvalue()


def cell(value: object) -> object:
    """A value as a spreadsheet may be given it."""
    if not isinstance(value, str):
        return value
    text = plain(value, 2_000)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text


def _row(one: Finding) -> list[object]:
    document = one.document()
    key = at(document, "resource", "accessKeyDetails")
    return [
        one.id,
        one.type,
        one.severity,
        document.get("confidence"),
        one.account,
        one.region,
        words.instance_of(document)[0],
        words.role_of(document),
        str(key.get("accessKeyId") or ""),
        "; ".join(phrases.origins(document, 10)),
        phrases.place(document),
        iso(one.first_seen),
        iso(one.last_seen),
        one.count,
        str(one.archived).lower(),
        finding_pages.why_archived(one),
        words.headline(document),
    ]
