"""Tests of `document`: everything that Truant tells can be read."""

import msgspec
import pytest

from tests.made_findings import made_finding
from tests.told_findings import told
from truant.formats.document import read


def test_findings_are_read() -> None:
    for document in told():
        found = read(document)
        assert (found.id, found.account_id) == (document["id"], document["accountId"])
        assert found.service.additional_info.evidence
    for number in range(8):
        assert read(made_finding(number).document()).severity > 0


def test_what_is_no_finding_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="accountId"):
        read({"id": "x"})
