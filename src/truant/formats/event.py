"""GuardDuty's event: a finding in the envelope in which EventBridge delivers it.

https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings_eventbridge.html.
"""

from collections.abc import Mapping

from truant.formats.size import Json, fitted

DETAIL_TYPE = "GuardDuty Finding"
# What GuardDuty calls itself. EventBridge lets nobody but AWS put events of a source aws.*.
GUARDDUTY, TRUANT = "aws.guardduty", "truant"
BYTES_MAX = 240_000  # EventBridge and SNS take 256 KB


def event(document: Mapping[str, object], key: str, at: str, source: str = GUARDDUTY) -> Json:
    """The event of a finding. `key`: its id as 32 hexadecimal digits; `at`: ISO 8601, UTC."""
    return {
        "version": "0",
        "id": f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:32]}",
        "detail-type": DETAIL_TYPE,
        "source": source,
        "account": document["accountId"],
        "time": at,
        "region": document["region"],
        "resources": [],
        "detail": fitted(document, BYTES_MAX),
    }
