"""The time line: well-formed, the same each time, and nobody's markup but ours."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from tests.inventories import Json
from truant.formats.timeline_svg import ROWS_MAX, picture

ODD: tuple[Json, ...] = ({}, {"service": 7}, {"service": {"additionalInfo": {"origins": [{}]}}})
HOSTILE = '"><script>alert(1)</script><image href="https://evil.example/x"/>'


def finding(name: str, origins: int = 1) -> Json:
    """A finding with something of each kind, all named so."""
    time = "2026-01-09T00:15:04.000Z"
    later = "2026-01-09T03:15:04.000Z"
    calls = [{"time": time}, {"time": later}]
    return {
        "title": name,
        "service": {
            "additionalInfo": {
                "issuance": [{"accessKeyId": name, "time": time, "expires": later}],
                "origins": [{"address": name, "firstSeen": time, "lastSeen": later, "calls": calls}]
                * origins,
                "made": [{"kind": name, "name": name, "time": later}],
            }
        },
    }


def texts(svg: str) -> set[str]:
    root = ElementTree.fromstring(svg)  # noqa: S314 our own
    assert {one.tag.rpartition("}")[2] for one in root.iter()} <= {
        "svg",
        "title",
        "rect",
        "line",
        "circle",
        "text",
    }
    return {one.text or "" for one in root.iter() if one.tag.endswith("text")}


def test_it_shows_keys_uses_and_what_was_made() -> None:
    shown = texts(picture(finding("198.51.100.7")))
    assert {"198.51.100.7", "key 198.51.100.7: valid"} <= shown
    assert "2026-01-09 00:15:04 UTC" in shown
    assert "2026-01-09 03:15:04 UTC" in shown


def test_the_same_finding_gives_the_same_bytes() -> None:
    assert picture(finding("a")) == picture(finding("a"))


@given(st.text() | st.just(HOSTILE))
def test_no_name_becomes_markup(name: str) -> None:
    texts(picture(finding(name)))


def test_it_is_bounded() -> None:
    assert len(texts(picture(finding("a", origins=5000)))) < ROWS_MAX
    assert picture(finding("a", origins=5000)).count("<circle") <= 2 * ROWS_MAX


def test_odd_findings_give_an_empty_picture() -> None:
    for odd in ODD:
        assert texts(picture(odd))
