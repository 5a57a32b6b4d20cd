"""Tests of `words`: short lines that say what happened, and nothing in them acts."""

import pytest

from tests.told_findings import HOSTILE, hostile, told
from truant.formats.document import read
from truant.formats.words import LINE_MAX, REASONS_MAX, TITLE_MAX, text, title


def test_says_what_where_whose_and_why() -> None:
    document = read(told()[0])
    assert title(document, "created").startswith("High: New: Credentials for the EC2 instance role")
    shown = text(document, "created")
    key = document.resource.access_key_details
    for told_of in (document.account_id, document.region, key.user_name, key.access_key_id):
        assert told_of in shown
    assert document.resource.instance_details.instance_id in shown
    assert document.service.additional_info.evidence[0].sentence[:40] in shown
    assert len(shown.splitlines()) <= 8 + REASONS_MAX


def test_a_withdrawal_says_why() -> None:
    document = read(hostile("203.0.113.9 is a way out of ours"))
    assert title(document, "withdrawn").startswith("High: Withdrawn:")
    assert "Why it is withdrawn: 203.0.113.9 is a way out of ours" in text(document, "withdrawn")


@pytest.mark.parametrize("hostile_text", HOSTILE)
def test_nothing_mentions_links_or_breaks_a_line(hostile_text: str) -> None:
    document = read(hostile(hostile_text))
    shown = text(document, "withdrawn")
    assert len(shown.splitlines()) == len(text(read(hostile("plain")), "withdrawn").splitlines())
    assert len(title(document, "created")) <= TITLE_MAX
    for line in (title(document, "created"), *shown.splitlines()):
        assert len(line) <= LINE_MAX + 1
        assert line.isprintable()
        assert not set("@<>") & set(line)
        assert "://" not in line
