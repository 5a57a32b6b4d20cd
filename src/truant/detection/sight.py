"""Telling the calls of one identity from one origin as sightings, one for each day.

This runs over every call of an instance, so it works on whole groups: one pass of C code for each
member of a sighting, and Python only for the few calls that are named in it.
"""

import re
from collections.abc import Iterable, Iterator

from truant.detection.makings import MAKINGS, makings
from truant.model.api_call import ApiCall, UserIdentity, blob
from truant.model.distinct import call_number, distinct
from truant.model.event_time import DAY, SLOT, SLOTS_A_DAY, epoch
from truant.model.network import Origin, Via, canonical, is_account
from truant.model.sighting import (
    AGENTS_MAX,
    EARLIEST_MAX,
    IN_SCOPE,
    LATEST_MAX,
    MADE_MAX,
    NAMES_MAX,
    CallNote,
    Made,
    Sighting,
    few,
)

_NAME_LENGTH, _TEXT_LENGTH = 128, 256
_ANY_MINUTE = "2026-01-09T00:15"
_PLAIN_MINUTE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_QUERY_SIGNED = (b"QueryString", b"HtmlForm")  # additionalEventData.AuthenticationMethod of S3


class Timeless(ValueError):
    """A call of the group has no usable time."""


class _Slots(dict[str, int]):
    """Minute text (`2026-01-09T00:15`) to number of slots since the epoch, worked out once."""

    def __missing__(self, minute: str) -> int:
        time = epoch(minute + ":00Z")
        if time is None:
            raise Timeless
        self[minute] = slot = time // SLOT
        return slot


def time_of(call: ApiCall) -> int | None:
    """When the call was made, epoch seconds; Logstash's `@timestamp` stands in for `eventTime`."""
    return epoch(_when(call))


def _when(call: ApiCall) -> str:
    return call.event_time or call.timestamp or ""


def _call_id(call: ApiCall) -> str:
    """What makes two records the same call.

    A call that concerns two accounts is recorded in each under one `sharedEventID`. A record
    without any id is known by what it says.
    """
    return call.shared_event_id or event_id(call)


def event_id(call: ApiCall) -> str:
    """The record's `eventID`; for a record without one, a name made of what it says."""
    return call.event_id or f"{_when(call)} {call.event_source} {call.event_name}"


def sightings(
    calls: list[ApiCall], who: UserIdentity, source: tuple[str | None, str | None, str | None]
) -> Iterator[Sighting]:
    """Tell calls of one identity from one address and endpoint. Raises Timeless."""
    _put_in_order(calls)
    for via, by_way in _by_way(calls, who, source[0]):
        origin = origin_of(via, source)
        for day, of_day in _by_day(by_way):
            yield _sighting(of_day, who, origin, day)


def _put_in_order(calls: list[ApiCall]) -> None:
    """Sort by time. Raises Timeless if any call has none, wherever it stands among the others.

    Texts of CloudTrail's own form sort as their times do; `2026-01-09 00:15:04` does not.
    """
    minutes = {_when(call)[:16] for call in calls}
    if any(epoch(f"{minute}:00Z") is None for minute in minutes):
        raise Timeless
    ends = {_when(call)[16:] for call in calls}  # seconds and zone
    if any(epoch(_ANY_MINUTE + end) is None for end in ends):
        raise Timeless
    plain = all(_PLAIN_MINUTE.fullmatch(minute) for minute in minutes)
    calls.sort(key=_when if plain else _moment)


def _moment(call: ApiCall) -> int:
    return time_of(call) or 0


def _by_way(
    calls: list[ApiCall], who: UserIdentity, address: str | None
) -> Iterable[tuple[Via, list[ApiCall]]]:
    if who.invoked_by or canonical(address or "") is None:
        return [(Via.SERVICE, calls)]
    presigned = [call for call in calls if _is_presigned(call)]
    if not presigned:
        return [(Via.DIRECT, calls)]
    direct = [call for call in calls if not _is_presigned(call)]
    return [(via, some) for via, some in ((Via.PRESIGNED, presigned), (Via.DIRECT, direct)) if some]


def _is_presigned(call: ApiCall) -> bool:
    if call.event_source != "s3.amazonaws.com":
        return False
    data = bytes(call.additional_event_data)
    return any(mark in data for mark in _QUERY_SIGNED) and (
        blob(data).get("AuthenticationMethod") in ("QueryString", "HtmlForm")
    )


def origin_of(via: Via, source: tuple[str | None, str | None, str | None]) -> Origin:
    """The origin of a call from its address, endpoint and endpoint's account, as recorded."""
    text, endpoint, owner = source
    if endpoint and not endpoint.startswith("vpce-") and (owner or "").startswith("vpce-"):
        endpoint, owner = owner, endpoint  # seen the wrong way round in AWS's own example
    own = endpoint[:_NAME_LENGTH] if endpoint and endpoint.startswith("vpce-") else None
    if endpoint and own is None:
        via = Via.SERVICE  # "usually `AWS Internal` or the service name": AWS's own network
    if via is Via.SERVICE:
        return Origin(via, (text or endpoint or "unknown")[:_NAME_LENGTH])
    if owner and not is_account(owner):
        return Origin(Via.SERVICE, owner[:_NAME_LENGTH])  # an endpoint of an AWS service
    return Origin(via, canonical(text or ""), own, owner if own else None)


def _by_day(calls: list[ApiCall]) -> Iterable[tuple[int, list[ApiCall]]]:
    first, last = time_of(calls[0]), time_of(calls[-1])
    if first is None or last is None:
        raise Timeless
    if first // DAY == last // DAY:
        return [(first // DAY, calls)]
    days: dict[int, list[ApiCall]] = {}
    for call in calls:
        time = time_of(call)
        if time is None:
            raise Timeless
        days.setdefault(time // DAY, []).append(call)
    return days.items()


def _sighting(calls: list[ApiCall], who: UserIdentity, origin: Origin, day: int) -> Sighting:
    slot_of = _Slots()
    start = day * SLOTS_A_DAY
    numbers = [call_number(_call_id(call), slot_of[_when(call)[:16]] - start) for call in calls]
    context = who.session_context
    attributes = context.attributes if context else None
    apis = {(call.event_source, call.event_name) for call in calls}
    earliest, latest = _notes(_ahead(calls)), _notes(_ahead(calls[::-1]))
    return Sighting(
        key=(who.access_key_id or "")[:_TEXT_LENGTH] or None,
        origin=origin,
        day=day,
        first=earliest[0].time,
        last=latest[-1].time,
        slots=_bitmap({slot - start for slot in slot_of.values()}),
        calls=distinct(numbers),
        apis=few({_api(*names) for names in apis}, NAMES_MAX),
        regions=_texts({call.aws_region for call in calls}, NAMES_MAX),
        agents=_texts({call.user_agent for call in calls}, AGENTS_MAX),
        errors=_texts({call.error_code for call in calls}, NAMES_MAX),
        deliveries=_texts(_deliveries(who), AGENTS_MAX),
        created=epoch(attributes.creation_date) if attributes else None,
        earliest=earliest[:EARLIEST_MAX],
        latest=latest[-LATEST_MAX:],
        made=_made(calls, apis),
    )


def _deliveries(who: UserIdentity) -> set[str | None]:
    scope = who.in_scope_of
    of_instance = scope is not None and scope.issuer_type == "AWS::EC2::Instance"
    context = who.session_context
    return {context.ec2_role_delivery if context else None, IN_SCOPE if of_instance else None}


def _bitmap(slots: set[int]) -> int:
    return sum(1 << slot for slot in slots)


def _texts(found: set[str | None], most: int) -> frozenset[str]:
    return few({text[:_TEXT_LENGTH] for text in found if text}, most)


def _api(source: str | None, name: str | None) -> str:
    service = (source or "unknown").removesuffix(".amazonaws.com")
    return f"{service}:{name or 'unknown'}"[:_NAME_LENGTH]


def _ahead(calls: list[ApiCall]) -> Iterator[ApiCall]:
    """The first few different calls of ordered ones, and all that share the second of the last."""
    seen: set[str] = set()
    edge: int | None = None
    for call in calls:
        if edge is not None and time_of(call) != edge:
            return
        seen.add(event_id(call))
        if edge is None and len(seen) >= EARLIEST_MAX:
            edge = time_of(call)
        yield call


def _notes(calls: Iterable[ApiCall]) -> tuple[CallNote, ...]:
    return tuple(sorted({call_note(call) for call in calls}, key=lambda note: note.order))


def call_note(call: ApiCall) -> CallNote:
    """Name one call. Raises Timeless."""
    time = time_of(call)
    if time is None:
        raise Timeless
    return CallNote(
        time,
        event_id(call)[:_NAME_LENGTH],
        _api(call.event_source, call.event_name),
        call.aws_region[:_NAME_LENGTH] if call.aws_region else None,
        call.error_code[:_NAME_LENGTH] if call.error_code else None,
    )


def _made(calls: list[ApiCall], apis: set[tuple[str | None, str | None]]) -> tuple[Made, ...]:
    if not any(name in MAKINGS for _, name in apis):
        return ()
    found = {made for call in calls for made in makings(call, time_of(call) or 0)}
    return tuple(sorted(found)[:MADE_MAX])
