"""A rule per event in the manner of Panther: an immutable wrapper, `deep_get`, no state of its own.

Written from the description of such engines: the engine wraps every event, asks `rule`, then
`dedup` and `alert_context`, and groups what matched.
"""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.contenders.answer import (
    INSTANCE_SESSION,
    SERVICE,
    Answer,
    Origin,
    Seen,
    note,
    over_files,
)
from benchmarks.generate import Trail


class Event(Mapping[str, object]):
    """A record that a rule cannot change: what comes out of it is wrapped as well."""

    def __init__(self, content: Mapping[str, object]) -> None:
        self._content = content

    def __getitem__(self, name: str) -> object:
        found = self._content[name]
        return Event(found) if isinstance(found, dict) else found

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    def deep_get(self, *path: str, default: object = None) -> object:
        """The member at a path, or the default."""
        found: object = self
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return default if found is None else found


def rule(event: Event) -> bool:
    """Whether the call is of an instance's session and not AWS's own."""
    principal = str(event.deep_get("userIdentity", "principalId", default=""))
    address = str(event.deep_get("sourceIPAddress", default=""))
    return INSTANCE_SESSION.search(principal) is not None and not address.endswith(SERVICE)


def dedup(event: Event) -> str:
    """What groups alerts."""
    return str(event.deep_get("userIdentity", "accessKeyId"))


def alert_context(event: Event) -> Origin:
    """What an alert tells."""
    endpoint = event.deep_get("vpcEndpointId")
    return str(event.deep_get("sourceIPAddress")), None if endpoint is None else str(endpoint)


def rule_per_event(trail: Trail, cores: int) -> Answer:
    """Every record wrapped, the rule asked."""
    return over_files(_loop, trail, cores)


def _loop(files: Sequence[Path]) -> tuple[int, Seen]:
    records, seen = 0, Seen()
    for path in files:
        with gzip.open(path) as stream:
            for record in json.loads(stream.read())["Records"]:
                records += 1
                event = Event(record)
                if rule(event):
                    note(seen, dedup(event), alert_context(event), str(event.get("eventTime")))
    return records, seen
