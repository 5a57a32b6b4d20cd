"""Tests of `reports`: what a console gives to download is what the commands write."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable

from tests import hostile_finding
from tests.console.doors import Visitor
from tests.made_findings import made_finding
from truant.connectors.store import findings
from truant.connectors.store.database import Store
from truant.terminal import case_files

Visitors = Callable[[str], Visitor]
ID = hostile_finding.ID


def test_the_report_is_that_of_the_command(visitor: Visitors, lite: Store) -> None:
    row = hostile_finding.hostile_finding()
    with lite.write() as conn:
        findings.keep(conn, [row])
    ann = visitor("viewer")
    told = case_files.report(row.document(), [])
    for form, kind in (("txt", "text/plain"), ("csv", "text/csv"), ("html", "text/html")):
        answer = ann.get(f"/findings/{ID}/report.{form}")
        assert answer.content == told[f"report.{form}"].encode()
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-disposition"].startswith("attachment"), "never on our page"
    assert ann.get(f"/findings/{ID}/report.exe").status_code == 404
    assert ann.get(f"/findings/{'0' * 32}/report.txt").status_code == 404


def test_the_case_file_is_whole_and_the_same_twice(visitor: Visitors, lite: Store) -> None:
    row = made_finding(1)
    document = row.document() | {"sessionToken": "a-secret-of-somebody"}
    row.body = json.dumps(document)
    with lite.write() as conn:
        findings.keep(conn, [row])
    ann = visitor("viewer")
    first, second = (ann.get(f"/findings/{row.id}/case.zip").content for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as made:
        files = {name: made.read(name) for name in made.namelist()}
    assert "records.jsonl" not in files, "none are kept; an empty file would lie"
    assert {"report.html", "finding.json", "evidence.txt", "timeline.svg"} < set(files)
    lines = files["SHA256SUMS"].decode().splitlines()
    assert len(lines) == len(files) - 1
    for line in lines:
        digest, _, name = line.partition("  ")
        assert hashlib.sha256(files[name]).hexdigest() == digest
    assert b"a-secret-of-somebody" not in b"".join(files.values())
