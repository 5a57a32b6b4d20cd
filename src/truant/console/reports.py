"""The report and the case file of a finding, to download: what the store alone can tell.

CloudTrail's records are not kept in the store, so neither holds any: `truant report` and
`truant case` read them from the trail.
"""

import io
import zipfile
from collections.abc import Mapping

from starlette.responses import Response

from truant.console.finding import find
from truant.console.render import HEADERS
from truant.console.visit import Visit, not_there
from truant.formats import redacted
from truant.terminal import case_files

KINDS = {"txt": "text/plain", "csv": "text/csv", "html": "text/html"}
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same finding gives the same bytes


def report(visit: Visit) -> Response:
    """The report for AWS Trust & Safety, in one of its forms."""
    form = visit.path["form"]
    if form not in KINDS:
        raise not_there("report")
    id_, finding = _found(visit)
    content = case_files.report(finding, [])[f"report.{form}"].encode()
    return _file(content, f"{KINDS[form]}; charset=utf-8", f"report-{id_}.{form}")


def case(visit: Visit) -> Response:
    """The case file as one ZIP, without records."""
    id_, finding = _found(visit)
    return _file(_zipped(case_files.case(finding, [], None)), "application/zip", f"case-{id_}.zip")


def _found(visit: Visit) -> tuple[str, Mapping[str, object]]:
    row = find(visit)
    cleaned = redacted.without_secrets(row.document())
    return row.id[:8], cleaned if isinstance(cleaned, Mapping) else {}


def _zipped(files: Mapping[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in sorted(files.items()):
            member = zipfile.ZipInfo(name, LONG_AGO)
            member.external_attr = 0o600 << 16
            made.writestr(member, text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
