"""Tests of `event`: GuardDuty's envelope around the finding."""

import uuid

from tests.told_findings import told
from truant.formats.event import event

KEY = "0123456789abcdef0123456789abcdef"


def test_the_envelope_is_eventbridge_s() -> None:
    document = told()[0]
    made = event(document, KEY, "2026-11-25T01:02:03Z")
    assert str(uuid.UUID(str(made["id"]))) == made["id"]
    assert (made["source"], made["detail-type"]) == ("aws.guardduty", "GuardDuty Finding")
    assert (made["account"], made["region"]) == (document["accountId"], document["region"])
    assert made["detail"] == document
