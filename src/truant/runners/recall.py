"""Recall: the calls behind a finding, read again from the trail, in the order of time."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from truant.connectors import trail_files
from truant.detection.sight import call_note, origin_of, time_of
from truant.model.api_call import ApiCall, identity_of
from truant.model.network import Via
from truant.model.sighting import CallNote


def recall(finding: Mapping[str, object], paths: Sequence[Path]) -> list[CallNote]:
    """Every call of the finding's origins that these trail files hold, each once.

    Raises Unreadable for a path that is not there.
    """
    wanted = set(_origins(finding))
    files, _ = trail_files.find(paths)
    notes = {
        call_note(call)
        for file in files
        for call in trail_files.read(file).decoded.calls
        if time_of(call) is not None and _origin_index(call) in wanted
    }
    return sorted(notes, key=lambda note: note.order)


def _origins(finding: Mapping[str, object]) -> Iterator[tuple[object, ...]]:
    value: object = finding
    for name in ("service", "additionalInfo", "origins"):
        value = value.get(name) if isinstance(value, Mapping) else None
    for origin in value if isinstance(value, list) else ():
        names = ("principalId", "accessKeyId", "address", "vpcEndpointId")
        yield tuple(origin.get(name) for name in names)


def _origin_index(call: ApiCall) -> tuple[object, ...]:
    who = identity_of(bytes(call.user_identity))
    if who is None:
        return ()
    source = (call.source_ip_address, call.vpc_endpoint_id, call.vpc_endpoint_account_id)
    origin = origin_of(Via.DIRECT, source)
    principal = who.principal_id or who.arn
    return (principal, who.access_key_id or None, origin.address, origin.endpoint)
