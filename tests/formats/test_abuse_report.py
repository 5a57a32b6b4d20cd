"""The report to AWS: what they ask for is in it, and nothing of a log does anything."""

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inventories import Json
from truant.formats import abuse_report
from truant.formats.timeline_svg import picture

ODD: tuple[Json, ...] = ({}, {"service": 7}, {"service": {"additionalInfo": {"origins": [{}]}}})
HOSTILE = "</pre><script>alert(1)</script>\u202e\x1b[2J\"'><img src=x onerror=alert(1)>"
FORMULAS = ("=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


def finding(name: str = "aws-cli/2") -> Json:
    """A finding whose every text is `name` where a log chooses it."""
    origin = {
        "address": "198.51.100.7",
        "vpcEndpointId": "vpce-1",
        "vpcEndpointAccountId": "999999999999",
        "accessKeyId": "ASIA1",
        "firstSeen": "2026-01-09T00:15:04.000Z",
        "lastSeen": "2026-01-09T03:15:04.000Z",
        "count": 7,
        "apis": ["s3:ListBuckets"],
        "regions": ["eu-west-1"],
        "userAgents": [name],
    }
    remote = {"remoteAccountDetails": {"accountId": "999999999999"}}
    return {
        "id": "f" * 32,
        "accountId": "111122223333",
        "description": name,
        "service": {
            "count": 7,
            "eventFirstSeen": "2026-01-09T00:15:04.000Z",
            "eventLastSeen": "2026-01-09T03:15:04.000Z",
            "action": {"awsApiCallAction": remote},
            "additionalInfo": {"origins": [origin]},
        },
    }


LOG = '{"eventID": "e-1", "sourceIPAddress": "198.51.100.7"}'
ASKED_FOR = (
    "intrusion",
    "999999999999",
    "198.51.100.7",
    "2026-01-09T00:15:04.000Z",
    "UTC",
    "ASIA1",
    "HTTPS (TCP 443)",
    "e-1",
    "f" * 32,
)


def test_all_that_aws_asks_for_is_in_it() -> None:
    written = abuse_report.text(finding(), [LOG])
    assert written.startswith("To: trustandsafety@support.aws.com")
    shown = words(abuse_report.page(finding(), [LOG], picture(finding())))
    for asked in ASKED_FOR:
        assert asked in written
        assert asked in shown


class _Seen(HTMLParser):
    """Which elements and attributes a browser would see, and which text."""

    def __init__(self) -> None:
        """Nothing yet."""
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.data: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        """Note it."""
        self.data.append(data)


def words(page: str) -> str:
    seen = _Seen()
    seen.feed(page)
    assert not seen.tags & {"script", "img", "iframe", "object", "link", "a", "form", "base"}
    assert not {name for name in seen.attributes if name.startswith("on")}
    assert not seen.attributes & {"src", "href"}
    return "\n".join(seen.data)


@given(st.text() | st.just(HOSTILE))
def test_no_text_becomes_markup(name: str) -> None:
    words(abuse_report.page(finding(name), [name], picture(finding(name))))


def test_nothing_moves_a_terminal() -> None:
    written = abuse_report.text(finding(HOSTILE), [HOSTILE])
    assert "\x1b" not in written
    assert "\u202e" not in written


@pytest.mark.parametrize("name", FORMULAS)
def test_no_cell_is_a_formula(name: str) -> None:
    rows = list(csv.reader(io.StringIO(abuse_report.table(finding(name)))))
    assert len(rows) == 2
    assert len(rows[1]) == len(abuse_report.COLUMNS)
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in rows[1])


def test_a_line_break_in_a_text_makes_no_row() -> None:
    rows = list(csv.reader(io.StringIO(abuse_report.table(finding('a"\n1,2\r\n3')))))
    assert len(rows) == 2


def test_the_finding_can_be_read_back() -> None:
    written = abuse_report.text(finding("\u00e9"), [])
    assert json.loads(written.partition("Finding (JSON):")[2]) == finding("\u00e9")


def test_odd_findings_give_a_report() -> None:
    for odd in ODD:
        assert "not known" in abuse_report.text(odd, [])
        abuse_report.table(odd)
        words(abuse_report.page(odd, [], ""))
