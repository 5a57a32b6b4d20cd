"""Findings to show: one written out by hand, and what hostile or broken ones look like."""

import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.text import Text

from truant.terminal.streams import console_on

Json = dict[str, Any]

HOSTILE = "\x1b[31m\u202e[bold]:bomb:\r\n\u200bé\u0301\u0301\u0301\u0301\x00"
# What no text from a log may do to a terminal: control, turn, hide, stack.
FORBIDDEN = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) != "\n"]
FORBIDDEN += list("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


FIRST, LAST = "2026-01-09T00:15:00.000Z", "2026-01-09T00:15:01.000Z"


def _call(number: int, api: str, error: str | None) -> Json:
    return {
        "time": f"2026-01-09T00:15:0{number}.000Z",
        "eventId": f"{number}a2b3c4d-0000-4000-8000-000000000000",
        "api": api,
        "region": "eu-west-1",
        "errorCode": error,
    }


def _origin() -> Json:
    return {
        "address": "10.0.0.7",
        "vpcEndpointId": "vpce-0aaaaaaaaaaaaaaaa",
        "vpcEndpointAccountId": "777788889999",
        "via": "direct",
        "place": "a foreign account",
        "reason": "10.0.0.7 came through VPC endpoint vpce-0aaaaaaaaaaaaaaaa of a stranger",
        "accessKeyId": "ASIAEXAMPLE",
        "principalId": "AROAEXAMPLE:i-0123456789abcdef0",
        "roleDelivery": "1.0",
        "firstSeen": FIRST,
        "lastSeen": LAST,
        "count": 2,
        "userAgents": ["aws-cli/2.15", "boto3/1.34", "curl/8.4", "wget/1.21"],
        "calls": [
            _call(0, "sts:GetCallerIdentity", None),
            _call(1, "s3:ListBuckets", "AccessDenied"),
        ],
    }


def _info() -> Json:
    mint = {
        "accessKeyId": "ASIAEXAMPLE",
        "time": "2026-01-08T23:00:00.000Z",
        "expires": "2026-01-09T05:30:00.000Z",
        "api": "sts:AssumeRole",
        "issuer": "ec2.amazonaws.com",
    }
    child = {
        "accessKeyId": "ASIACHILD",
        "time": LAST,
        "api": "sts:AssumeRole",
        "madeWith": "ASIAEXAMPLE",
        "address": "10.0.0.7",
    }
    return {
        "probability": 0.9526,
        "prior": -4.0,
        "evidence": [
            {"signal": "place", "weight": 8.0, "sentence": "Far from home."},
            {"signal": "client", "weight": 1.0, "sentence": "A client it never had."},
            {"signal": "steady", "weight": -4.5, "sentence": "It lives there."},
            {"signal": "twin-key", "weight": 2.5, "sentence": "The other twin."},
        ],
        "origins": [_origin()],
        "home": {
            "known": False,
            "expected": ["10.0.0.5 was an address of its interface eni-0aa"],
            "seen": ["10.0.0.5: its own"],
        },
        "exactCount": True,
        "issuance": [mint],
        "lineage": [child],
        "made": [{"time": LAST, "kind": "user", "name": "backup", "eventId": "1"}],
        "identityOnlyClaimed": False,
    }


def finding(**changes: object) -> Json:
    """A finding of use through a stranger's endpoint, as scan writes it."""
    action = {"remoteAccountDetails": {"accountId": "777788889999", "affiliated": False}}
    return {
        "id": "cdd56e96aaaaaaaaaaaaaaaaaaaaaaaa",
        "accountId": "111122223333",
        "region": "eu-west-1",
        "type": "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
        "severity": 8.0,
        "title": "Credentials for the EC2 instance role web were used from a remote AWS account.",
        "resource": {
            "accessKeyDetails": {
                "accessKeyId": "ASIAEXAMPLE",
                "principalId": "AROAEXAMPLE:i-0123456789abcdef0",
                "userName": "web",
            },
            "instanceDetails": {
                "instanceId": "i-0123456789abcdef0",
                "tags": [{"key": "Name", "value": "web-1"}],
            },
        },
        "service": {
            "action": {"awsApiCallAction": action},
            "additionalInfo": _info(),
            "eventFirstSeen": FIRST,
            "eventLastSeen": LAST,
            "count": 2,
        },
        **changes,
    }


def leaves(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value in a finding, the finding's own parts included."""
    items: Iterable[tuple[object, object]] = ()
    if isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in items:
        yield (*path, key)
        yield from leaves(inner, (*path, key))


def changed(path: tuple[Any, ...], value: object) -> Json:
    """The finding with another value at a path."""
    whole: Json = json.loads(json.dumps(finding()))
    at: Any = whole
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return whole


def all_hostile() -> Json:
    """The finding with hostile text added to every text in it."""

    def poisoned(value: object) -> object:
        if isinstance(value, dict):
            return {key: poisoned(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [poisoned(inner) for inner in value]
        return value + HOSTILE if isinstance(value, str) else value

    whole = poisoned(finding())
    assert isinstance(whole, dict)
    return whole


class Sheet:
    """A console of so many columns that keeps what is printed."""

    def __init__(self, width: int = 100) -> None:
        self._stream = io.StringIO()
        self.console: Console = console_on(self._stream)
        self.console.width = width

    @property
    def text(self) -> str:
        """All that was printed."""
        return self._stream.getvalue()

    @property
    def lines(self) -> list[str]:
        """Its lines."""
        return self.text.splitlines()


def check_is_plain(text: str) -> None:
    """Nothing in a text commands a terminal."""
    assert not [char for char in FORBIDDEN if char in text]
    assert "\u0301\u0301\u0301" not in text
    assert "[bold]" in text, "markup is shown as it is"
    assert ":bomb:" in text
    assert Text(text).cell_len >= 0
