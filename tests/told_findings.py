"""Findings as they are sent, for tests: those of scenarios, a sample, and a hostile one."""

from functools import cache

import msgspec

from tests.worlds import world

Json = dict[str, object]
SCENARIOS = ("demo", "E8", "E14", "T12", "E15")
# What somebody may write into a user agent, a session name, a tag.
HOSTILE = (
    "a\r\n<134>1 - evil\n",
    "\x1b[2J\x07\x00\x7f\u202e\u2028",
    "<!channel> <https://evil.example|Truant> @everyone @here",
    "](javascript:x) | = \\ \" ' ${jndi:ldap://x} {{7*7}} %n",
    "x" * 5_000,
)


@cache
def _told() -> tuple[bytes, ...]:
    return tuple(msgspec.json.encode(one) for name in SCENARIOS for one in world(name).findings)


def told() -> list[Json]:
    """Findings of simulated thefts, as they stand in the outbox."""
    return [msgspec.json.decode(one) for one in _told()]


def hostile(text: str) -> Json:
    """A finding with a text in every member that a caller may choose."""
    document = told()[0]
    document["title"] = document["description"] = text
    resource: Json = document["resource"]  # type: ignore[assignment]
    resource["accessKeyDetails"] = {
        "accessKeyId": text,
        "principalId": text,
        "userName": text,
        "userType": "AssumedRole",
    }
    service: Json = document["service"]  # type: ignore[assignment]
    service["action"]["awsApiCallAction"]["userAgent"] = text  # type: ignore[index]
    service["action"]["awsApiCallAction"]["api"] = text  # type: ignore[index]
    service["additionalInfo"]["evidence"][0]["sentence"] = text  # type: ignore[index]
    service["additionalInfo"]["archivedBecause"] = text  # type: ignore[index]
    return document
