"""The files of a report and of a case file, as texts by name. The same finding, the same bytes."""

import hashlib
import io
import json
from collections.abc import Mapping, Sequence

from rich.console import Console

from truant.formats import abuse_report, redacted
from truant.formats.timeline_svg import picture
from truant.terminal import explanation

Finding = Mapping[str, object]
WIDTH = 100
SUMS = "SHA256SUMS"


def report(finding: Finding, logs: Sequence[str], *, everything: bool = False) -> dict[str, str]:
    """The report for AWS Trust & Safety. `logs`: records, a JSON object a line.

    `everything`: the whole finding, our network in it too.
    """
    told = finding if everything else redacted.finding_for_strangers(finding)
    return {
        "report.txt": abuse_report.text(told, logs),
        "report.csv": abuse_report.table(told),
        "report.html": abuse_report.page(told, logs, picture(told)),
    }


def case(finding: Finding, logs: Sequence[str], records: str | None) -> dict[str, str]:
    """The case file of a finding without secrets. `records`: as JSON lines; None: not at hand."""
    files = report(finding, logs) | {
        "finding.json": json.dumps(finding, indent=2, sort_keys=True) + "\n",
        "evidence.txt": _evidence(finding),
        "timeline.svg": picture(finding),
    }
    if records is not None:
        files["records.jsonl"] = records
    sums = (
        f"{hashlib.sha256(text.encode()).hexdigest()}  {name}\n"
        for name, text in sorted(files.items())
    )
    return files | {SUMS: "".join(sums)}


def _evidence(finding: Finding) -> str:
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, no_color=True, color_system=None)
    explanation.show(finding, None, console)
    return out.getvalue()
