"""The report to AWS Trust & Safety about one finding: as text, as CSV, and as one HTML file.

What to send, after "How do I report abuse of AWS resources" and GuardDuty's announcement of 2022:
the suspicious account where it is known, addresses with ISO times and zone, logs in plain text, the
finding's JSON. Every text comes from logs, so that it is the attacker's: escaped for HTML, without
control characters, and no formula in a table.
"""

import json
from collections.abc import Mapping, Sequence
from html import escape

from truant.detection.finding_case import Case, at, objects
from truant.formats.plain import plain

ADDRESS = "trustandsafety@support.aws.com"
FORM = "https://support.aws.amazon.com/#/contacts/report-abuse"
COLUMNS = (
    "source address",
    "VPC endpoint",
    "account of the endpoint",
    "first seen (UTC)",
    "last seen (UTC)",
    "calls",
    "access key id",
    "API calls",
    "regions",
    "user agents",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;color:#222;max-width:70em;margin:2em auto;"
    "padding:0 1em}h1{font-size:1.4em}h2{font-size:1.1em;margin-top:2em}"
    "table{border-collapse:collapse;width:100%;font-size:.9em;margin-bottom:1.2em}"
    "th,td{border:1px solid #ccc;padding:.35em .5em;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}th{background:#f3f3f3;width:13em}"
    "pre{background:#f7f7f7;border:1px solid #ddd;padding:.8em;white-space:pre-wrap;"
    "overflow-wrap:anywhere;font-size:.8em}"
    "dl{display:grid;grid-template-columns:13em 1fr;gap:.3em 1em}dt{font-weight:600}dd{margin:0}"
    "svg{max-width:100%;height:auto}"
)


def text(finding: Mapping[str, object], logs: Sequence[str]) -> str:
    """The report as a letter in plain text. `logs`: records, a JSON object a line."""
    lines = [
        f"To: {ADDRESS} (or the form at {FORM})",
        f"Subject: Intrusion: stolen EC2 instance credentials, finding {plain(finding.get('id'))}",
        "",
        *_letter(finding),
        "",
        "Sources (times in UTC, ISO 8601):",
        "",
    ]
    for row in _rows(finding):
        lines += [f"  {name}: {value}" for name, value in zip(COLUMNS, row, strict=True) if value]
        lines.append("")
    lines += ["Logs (AWS CloudTrail, one record a line):", "", *map(_line, logs), ""]
    lines += ["Finding (JSON):", "", _json(finding), ""]
    return "\n".join(lines)


def _letter(finding: Mapping[str, object]) -> list[str]:
    return [f"{name}: {value}" for name, value in _summary(finding)]


def _summary(finding: Mapping[str, object]) -> list[tuple[str, str]]:
    case = Case(finding)
    service = at(finding, "service")
    remote = case.remote_account or "not known"
    first, last = (plain(service.get(name)) for name in ("eventFirstSeen", "eventLastSeen"))
    return [
        ("Type of abuse", "intrusion: use of credentials that were stolen from an EC2 instance"),
        ("What happened", plain(finding.get("description"), 1000)),
        ("Suspicious AWS account", remote),
        ("Our AWS account", plain(case.account)),
        ("Instance, role session", f"{plain(case.instance)}, {plain(case.principal)}"),
        ("Access keys", ", ".join(map(plain, case.used_keys()))),
        ("From", f"{first} (UTC)"),
        ("To", f"{last} (UTC)"),
        ("Calls", plain(service.get("count"))),
        ("Targets", f"AWS APIs in {plain(case.region)}: see the list of calls"),
        ("Source ports", "not recorded by AWS CloudTrail; protocol: HTTPS (TCP 443)"),
    ]


def _rows(finding: Mapping[str, object]) -> list[list[str]]:
    origins = objects(at(finding, "service", "additionalInfo").get("origins"))
    names = ("address", "vpcEndpointId", "vpcEndpointAccountId", "firstSeen", "lastSeen", "count")
    lists = ("apis", "regions", "userAgents")
    return [
        [
            *(_cell(one.get(name)) for name in names),
            _cell(one.get("accessKeyId")),
            *(_cell(one.get(name)) for name in lists),
        ]
        for one in origins
    ]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(plain(one, 200) for one in value[:48])
    return plain(value, 200)


def table(finding: Mapping[str, object]) -> str:
    """The sources as CSV (RFC 4180); no cell begins like a formula."""
    rows = [list(COLUMNS), *_rows(finding)]
    return "".join(",".join(map(_quoted, row)) + "\r\n" for row in rows)


def _quoted(cell: str) -> str:
    """A cell in quotes, after an apostrophe where a spreadsheet would take it for a formula."""
    inert = f"'{cell}" if cell.startswith(_FORMULA) else cell
    return '"' + inert.replace('"', '""') + '"'


def page(finding: Mapping[str, object], logs: Sequence[str], picture: str) -> str:
    """The report as one HTML file: no script, nothing from elsewhere. `picture`: an SVG of ours."""
    title = f"Stolen EC2 instance credentials: finding {plain(finding.get('id'))}"
    summary = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in _summary(finding)
    )
    sources = "".join(f"<table>{_source(row)}</table>" for row in _rows(finding))
    records = escape("\n".join(map(_line, logs)))
    return "\n".join(
        (
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "style-src 'unsafe-inline'\">",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            f"<p>For AWS Trust &amp; Safety: {escape(ADDRESS)}, or {escape(FORM)}</p>",
            f"<dl>{summary}</dl>",
            f"<h2>When</h2>{picture}",
            f"<h2>Sources</h2>{sources}",
            f"<h2>Logs</h2><p>AWS CloudTrail, one record a line.</p><pre>{records}</pre>",
            f"<h2>Finding</h2><pre>{escape(_json(finding))}</pre>",
            "</body></html>",
            "",
        )
    )


def _source(row: Sequence[str]) -> str:
    """The rows of one source's table, a name and a value each, so that no address is broken."""
    return "".join(
        f"<tr><th scope=row>{escape(name)}</th><td>{escape(value)}</td></tr>"
        for name, value in zip(COLUMNS, row, strict=True)
        if value
    )


def _line(record: str) -> str:
    return plain(record, 20_000)


def _json(finding: Mapping[str, object]) -> str:
    """ASCII alone: what is not stands as an escape."""
    return json.dumps(finding, indent=2, ensure_ascii=True, sort_keys=True)
