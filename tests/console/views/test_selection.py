"""Tests of `views.selection`: links mean GuardDuty's criteria, and what is no criterion is told."""

from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.console.views.selection import read

ROLE = "resource.accessKeyDetails.userName"


def of(link: str) -> dict[str, dict[str, object]]:
    return read(parse_qs(link, keep_blank_values=True)).criterion


def test_a_link_becomes_criteria() -> None:
    assert of("severity=medium") == {"severity": {"GreaterThanOrEqual": 4, "LessThan": 7}}
    assert of(f"where={ROLE}|equals|a&where={ROLE}|equals|b") == {ROLE: {"Equals": ["a", "b"]}}
    assert of(f"where={ROLE}|notEquals|a|b") == {ROLE: {"NotEquals": ["a|b"]}}
    day = of("where=service.eventLastSeen|greaterThanOrEqual|2026-01-01")
    assert day == {"service.eventLastSeen": {"GreaterThanOrEqual": 1_767_225_600_000}}
    assert of(f"attribute={ROLE}&operator=equals&value=a") == {ROLE: {"Equals": ["a"]}}


@pytest.mark.parametrize(
    "link",
    [
        "severity=purple",
        "where=x",
        "where=a|b|c",
        "where=a|equals|",
        "status=x",
        "sort=body",
        "where=severity|lessThanOrEqual|high",
    ],
)
def test_what_cannot_be_read_is_told_and_left_out(link: str) -> None:
    chosen = read(parse_qs(link))
    assert chosen.bad
    assert chosen.criterion == {}
    assert chosen.sort == "last-seen"


def test_each_chip_takes_one_condition_away() -> None:
    chosen = read(parse_qs(f"severity=high&q=x&where={ROLE}|equals|a&sort=severity"))
    assert [chip.words for chip in chosen.chips] == [
        "Severity is high",
        "Contains “x”",
        "Role is a",
    ]
    for chip in chosen.chips:
        rest = read(parse_qs(chip.without.removeprefix("?")))
        assert len(rest.chips) == 2
        assert rest.sort == "severity"


@given(st.dictionaries(st.sampled_from(["where", "severity", "q", "sort"]), st.lists(st.text())))
def test_no_link_breaks_it_and_links_come_back(query: dict[str, list[str]]) -> None:
    chosen = read(query)
    again = read(parse_qs(chosen.link().removeprefix("?"), keep_blank_values=True))
    assert (again.criterion, again.text, again.sort) == (chosen.criterion, chosen.text, chosen.sort)
