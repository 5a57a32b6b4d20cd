"""Findings for reading."""

import pytest

from tests.terminal.known import Sheet, all_hostile, changed, check_is_plain, finding, leaves
from truant.terminal.findings_table import TABLE_WIDTH_MIN, hint, show, summary

CARD = """\
1 finding (1 high) about 1 instance.

HIGH 8  very likely (95 %)  cdd56e96
  who   role web, instance i-0123456789abcdef0 (web-1), account 111122223333
  from  10.0.0.7 through vpce-0aaaaaaaaaaaaaaaa, a foreign account, 777788889999
        (not affiliated)
  when  2026-01-09 00:15:00 to 00:15:01 UTC, 2 calls
  why   • Far from home.
        • It lives there.
        • The other twin.
          and 1 more reason
"""


def test_a_card_tells_who_from_where_when_and_why() -> None:
    sheet = Sheet(80)
    show([finding()], sheet.console)
    assert sheet.text == CARD


def test_a_table_tells_the_same() -> None:
    sheet = Sheet(TABLE_WIDTH_MIN)
    show([finding(), finding(id="1" * 32, severity=5.0)], sheet.console)
    words = " ".join(sheet.text.split())
    for told in ("Finding Who From where How sure Why", "role web", "very likely", "• Far from"):
        assert told in words
    assert sheet.text.count("cdd56e96") == sheet.text.count("11111111") == 1
    assert max(map(len, sheet.lines)) <= TABLE_WIDTH_MIN


@pytest.mark.parametrize("width", [40, 80, 130, 200, 400])
def test_hostile_text_is_only_text(width: int) -> None:
    sheet = Sheet(width)
    show([all_hostile()], sheet.console)
    hint([all_hostile()], "truant", sheet.console)
    check_is_plain(sheet.text.replace("\n", "") if width < 100 else sheet.text)


@pytest.mark.parametrize("value", [None, [], {}, "x", 7, [{}], [None]])
def test_a_finding_of_any_shape_is_shown(value: object) -> None:
    for path in leaves(finding()):
        for width in (80, TABLE_WIDTH_MIN):
            sheet = Sheet(width)
            show([changed(path, value)], sheet.console)
            assert sheet.lines


def test_the_summary_counts_by_severity_and_instance() -> None:
    other = changed(("resource", "instanceDetails", "instanceId"), "i-2")
    many = [finding(), finding(severity=5.0), other, finding(severity=2.0)]
    assert summary(many) == "4 findings (2 high, 1 medium, 1 low) about 2 instances."
    assert summary([]) == "No finding."


def test_the_hint_names_the_first_finding_and_the_program() -> None:
    sheet = Sheet()
    hint([finding()], ".venv/bin/truant", sheet.console)
    assert ".venv/bin/truant explain cdd56e96 " in sheet.text
