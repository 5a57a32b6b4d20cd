"""Recall: one finding found again by its id, and the calls behind it read again from the trail."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from truant.connectors import trail_files
from truant.detection.fold import COPIES
from truant.detection.sight import call_note, origin_of, time_of
from truant.model.api_call import ApiCall, identity_of
from truant.model.event_time import epoch
from truant.model.network import Via
from truant.model.sighting import CallNote
from truant.runners.embedded import Progress, chunks
from truant.runners.processes import spread

Finding = Mapping[str, object]
Index = tuple[object, ...]  # principal, key, address, endpoint
Times = tuple[int, int]  # first and last call, epoch seconds
IDS_SHOWN = 5


class NoSuchFinding(ValueError):
    """No finding, or more than one, has an id that begins so; the message says what to do."""


def named(findings: Sequence[Finding], name: str, where: str) -> Finding:
    """The one finding whose id begins with `name`; of an ARN its last part counts.

    `where` says in errors what was looked through. Raises NoSuchFinding.
    """
    start = name.rsplit("/", 1)[-1].strip().lower()
    found = {str(one.get("id")): one for one in findings if str(one.get("id")).startswith(start)}
    if not start or not found:
        raise NoSuchFinding(f"{name or 'An empty id'}: no finding of that id in {where}.")
    if len(found) > 1:
        ids = ", ".join(one[: len(start) + 8] for one in sorted(found)[:IDS_SHOWN])
        more = f" and {len(found) - IDS_SHOWN} more" if len(found) > IDS_SHOWN else ""
        raise NoSuchFinding(
            f"{name}: {len(found)} findings begin so: {ids}{more}. Give more of the id."
        )
    return next(iter(found.values()))


def recall(
    finding: Finding, paths: Sequence[Path], jobs: int, progress: Progress
) -> list[CallNote]:
    """Every call of the finding's origins in its time that these files hold, each once, in order.

    Raises Unreadable for a path that is not there, and WorkerLost.
    """
    files, _ = trail_files.find(paths)
    notes: dict[str, CallNote] = {}
    done = 0
    progress(done, len(files))
    parts = chunks(files, jobs)
    for part, found in zip(
        parts, spread(partial(_read, _wanted(finding)), parts, jobs), strict=True
    ):
        for call, note in found:
            known = notes.get(call)
            notes[call] = note if known is None else min(known, note, key=lambda n: n.order)
        progress(done := done + len(part), len(files))
    return sorted(notes.values(), key=lambda note: note.order)


def _wanted(finding: Finding) -> dict[Index, list[Times]]:
    wanted: dict[Index, list[Times]] = {}
    for origin in _origins(finding):
        names = ("principalId", "accessKeyId", "address", "vpcEndpointId")
        first, last = (epoch(str(origin.get(name))) for name in ("firstSeen", "lastSeen"))
        if first is not None and last is not None:
            index = tuple(_text(origin.get(name)) for name in names)
            wanted.setdefault(index, []).append((first, last))
    return wanted


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _origins(finding: Finding) -> Iterator[Finding]:
    value: object = finding
    for name in ("service", "additionalInfo", "origins"):
        value = value.get(name) if isinstance(value, Mapping) else None
    yield from (
        one for one in (value if isinstance(value, list) else ()) if isinstance(one, Mapping)
    )


def _read(wanted: Mapping[Index, list[Times]], files: Sequence[Path]) -> list[tuple[str, CallNote]]:
    """The wanted calls of some files; each with what makes two records the same call."""
    found = []
    for file in files:
        for call in trail_files.read(file).decoded.calls:
            time = time_of(call)
            if time is None or call.event_category in COPIES:
                continue
            times = wanted.get(_index(call), ())
            if any(first <= time <= last for first, last in times):
                note = call_note(call)
                found.append((call.shared_event_id or note.event_id, note))
    return found


def _index(call: ApiCall) -> Index:
    who = identity_of(bytes(call.user_identity))
    if who is None:
        return ()
    source = (call.source_ip_address, call.vpc_endpoint_id, call.vpc_endpoint_account_id)
    origin = origin_of(Via.DIRECT, source)
    principal = who.principal_id or who.arn
    return (principal, who.access_key_id or None, origin.address, origin.endpoint)
