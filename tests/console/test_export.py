"""Tests of `export`: whole lists as files that harm no spreadsheet."""

import csv
import io
import json
from collections.abc import Callable

import pytest

from tests import hostile_finding
from tests.console.doors import Visitor
from tests.made_findings import made_finding
from truant.connectors.store import findings
from truant.connectors.store.database import Store
from truant.console.export import cell

Visitors = Callable[[str], Visitor]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "|cmd", "%0a=1", " =1", "\n=1"])
def test_formulas_are_texts(text: str) -> None:
    assert str(cell(text))[0] in "'\\"


@pytest.mark.parametrize("value", ["i-0123", "role", "", 8.0, 3])
def test_other_values_stay(value: object) -> None:
    assert cell(value) == value


def test_the_list_comes_as_it_is_narrowed(visitor: Visitors, lite: Store) -> None:
    with lite.write() as conn:
        findings.keep(conn, [made_finding(number) for number in range(60)])
        findings.keep(conn, [hostile_finding.hostile_finding()])
    ann = visitor("viewer")
    rows = list(csv.DictReader(io.StringIO(ann.get("/findings/export.csv").text)))
    assert len(rows) == 60 - 12 + 1
    hostile = next(row for row in rows if row["id"] == hostile_finding.ID)
    assert hostile["role"].startswith("'=HYPERLINK")
    assert "\u202e" not in "".join(hostile.values())
    high = ann.get("/findings/export.jsonl?severity=high&status=all").text
    documents = [json.loads(line) for line in high.splitlines()]
    assert len(documents) == 31
    assert {one["severity"] for one in documents} == {8.0}
    assert ann.get("/findings/export.exe").status_code == 400
