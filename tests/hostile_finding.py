"""A finding whose every text is an attack on whoever shows it."""

import msgspec

from tests.made_findings import made_finding
from truant.connectors.store.findings import Finding
from truant.model.finding import FindingType

ID = "f" * 32
SCRIPT = "<script>document.title='taken'</script><img src=x onerror=\"document.title='taken'\">"
OVERRIDE = "abc\u202egnp.exe\u2066\u200b"
FORMULA = '=HYPERLINK("https://attacker.example","look")'
HUGE = "A" * 1_000_000


def hostile_finding() -> Finding:
    """Scripts, direction overrides, formulas, templates, and texts of a megabyte."""
    row = made_finding(1)
    row.id, row.type, row.archived, row.archived_because = ID, FindingType.OUTSIDE_AWS, False, None
    document = msgspec.json.decode(row.body)
    document |= {"id": ID, "type": row.type, "title": SCRIPT, "description": OVERRIDE}
    key = document["resource"]["accessKeyDetails"]
    key |= {"userName": FORMULA, "accessKeyId": SCRIPT, "principalId": OVERRIDE}
    details = document["resource"]["instanceDetails"]
    details["tags"] = [{"key": "Name", "value": f"{OVERRIDE}{SCRIPT}"}]
    action = document["service"]["action"]["awsApiCallAction"]
    action |= {"userAgent": HUGE, "api": SCRIPT, "remoteIpDetails": {"ipAddressV4": SCRIPT}}
    document["service"]["additionalInfo"] = _info()
    row.body = msgspec.json.encode(document).decode()
    row.severity = document["severity"] = 8.0
    return row


def _info() -> dict[str, object]:
    call = {
        "time": "2026-01-01T00:01:00.000Z",
        "eventId": f"'; {SCRIPT}",
        "api": f"{{{{7*7}}}}{SCRIPT}",
        "region": SCRIPT,
        "errorCode": OVERRIDE,
    }
    origin = {
        "address": SCRIPT,
        "vpcEndpointId": OVERRIDE,
        "vpcEndpointAccountId": SCRIPT,
        "via": "direct",
        "place": SCRIPT,
        "reason": f"{OVERRIDE} {SCRIPT}",
        "accessKeyId": SCRIPT,
        "principalId": OVERRIDE,
        "roleDelivery": SCRIPT,
        "firstSeen": "2026-01-01T00:01:00.000Z",
        "lastSeen": "2026-01-01T00:09:00.000Z",
        "count": 3,
        "apis": [SCRIPT],
        "userAgents": [SCRIPT, OVERRIDE, HUGE],
        "calls": [call] * 3,
    }
    evidence = [
        {"signal": SCRIPT, "weight": 5.0, "sentence": SCRIPT, "eventIds": [SCRIPT]},
        {"signal": "place", "weight": 2.0, "sentence": HUGE, "eventIds": []},
        {"signal": "odd", "weight": "1e999", "sentence": None, "eventIds": "x"},
    ]
    mint = {"accessKeyId": SCRIPT, "time": OVERRIDE, "api": SCRIPT, "issuer": SCRIPT}
    return {
        "probability": 0.97,
        "prior": -4.0,
        "evidence": evidence,
        "origins": [origin],
        "home": {"known": False, "expected": [SCRIPT], "seen": [OVERRIDE]},
        "issuance": [mint],
        "lineage": [{**mint, "madeWith": SCRIPT, "address": OVERRIDE}],
        "made": [{"time": SCRIPT, "kind": SCRIPT, "name": OVERRIDE, "eventId": SCRIPT}],
        "remoteNetwork": SCRIPT,
        "type": "default",
        "value": "{}",
    }
