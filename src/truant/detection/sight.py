"""Telling the calls of one identity from one origin as sightings, one for each day.

This runs over every call of an instance, so it works on whole groups: one pass of C code for each
member of a sighting, and Python only for the few calls that are named in it.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from truant.model.api_call import ApiCall, UserIdentity, blob
from truant.model.distinct import call_numbers, distinct
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


class Timeless(ValueError):
    """A call has no usable time."""


class Times(dict[str | None, int | None]):
    """Text of a time to epoch seconds, worked out once: calls share their seconds."""

    def __missing__(self, text: str | None) -> int | None:
        self[text] = time = epoch(text)
        return time


class What:
    """What a call did, and with which client. One of these stands for many calls of a group.

    A plain class, told apart by identity: a value with five texts would be hashed for each call.
    """

    __slots__ = ("agent", "error", "name", "region", "source")

    def __init__(self, call: ApiCall) -> None:
        self.source, self.name = call.event_source, call.event_name
        self.region, self.error = call.aws_region, call.error_code
        self.agent = call.user_agent


class Calls:
    """Calls as far as sightings need them, a column for each member, in any order.

    Columns, because a row would be one more object for each call, and taken apart again at once.
    `ids`: what makes two records the same call; `own`: the record's own event id.
    """

    __slots__ = ("ids", "own", "times", "whats")

    def __init__(self) -> None:
        self.times: list[int] = []
        self.ids: list[str] = []
        self.own: list[str] = []
        self.whats: list[What] = []

    def some(self, places: Sequence[int]) -> "Calls":
        """Those of the calls that stand at these places, in their order."""
        some = Calls()
        for name in self.__slots__:
            column = getattr(self, name)
            getattr(some, name).extend(column[place] for place in places)
        return some


def time_of(call: ApiCall) -> int | None:
    """When the call was made, epoch seconds; Logstash's `@timestamp` stands in for `eventTime`."""
    return epoch(call.event_time or call.timestamp)


def call_id(call: ApiCall) -> str:
    """What makes two records the same call.

    A call that concerns two accounts is recorded in each under one `sharedEventID`. A record
    without any id is known by what it says.
    """
    return call.shared_event_id or event_id(call)


def event_id(call: ApiCall) -> str:
    """The record's `eventID`; for a record without one, a name made of what it says."""
    when = call.event_time or call.timestamp or ""
    return call.event_id or f"{when} {call.event_source} {call.event_name}"


def sightings(
    calls: Calls,
    who: UserIdentity,
    origin: Origin,
    made: Iterable[Made],
) -> Iterator[Sighting]:
    """Tell calls of one identity from one origin."""
    times = calls.times
    order = sorted(range(len(times)), key=times.__getitem__)
    if times[order[0]] // DAY == times[order[-1]] // DAY:
        yield _sighting(calls, order, who, origin, made)
        return
    for _, places in groupby(order, lambda place: times[place] // DAY):
        of_day = calls.some(list(places))
        yield _sighting(of_day, range(len(of_day.times)), who, origin, made)


def is_presigned(call: ApiCall) -> bool:
    """Whether the answering service, S3, says that the URL or form was signed, not a header."""
    data = bytes(call.additional_event_data)
    if data.find(b"QueryString") < 0 and data.find(b"HtmlForm") < 0:  # `in` raises inside, slowly
        return False
    return blob(data).get("AuthenticationMethod") in ("QueryString", "HtmlForm")


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


def _sighting(
    calls: Calls, order: Sequence[int], who: UserIdentity, origin: Origin, made: Iterable[Made]
) -> Sighting:
    """One day's calls, all in `order` of time."""
    times = calls.times
    first, last = times[order[0]], times[order[-1]]
    day = first // DAY
    start = day * SLOTS_A_DAY
    slots = [time // SLOT - start for time in times]
    context = who.session_context
    attributes = context.attributes if context else None
    whats = set(calls.whats)
    return Sighting(
        key=(who.access_key_id or "")[:_TEXT_LENGTH] or None,
        origin=origin,
        day=day,
        first=first,
        last=last,
        slots=_bitmap(set(slots)),
        calls=distinct(call_numbers(calls.ids, slots)),
        apis=few({_api(what.source, what.name) for what in whats}, NAMES_MAX),
        regions=_texts({what.region for what in whats}, NAMES_MAX),
        agents=_texts({what.agent for what in whats}, AGENTS_MAX),
        errors=_texts({what.error for what in whats}, NAMES_MAX),
        deliveries=_texts(_deliveries(who), AGENTS_MAX),
        created=epoch(attributes.creation_date) if attributes else None,
        earliest=tuple(_named(calls, order, EARLIEST_MAX)[:EARLIEST_MAX]),
        latest=tuple(_named(calls, reversed(order), LATEST_MAX)[-LATEST_MAX:]),
        made=tuple(sorted(one for one in made if one.time // DAY == day)[:MADE_MAX])
        if made
        else (),
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


@lru_cache(maxsize=16_384)
def _api(source: str | None, name: str | None) -> str:
    service = (source or "unknown").removesuffix(".amazonaws.com")
    return f"{service}:{name or 'unknown'}"[:_NAME_LENGTH]


def _named(calls: Calls, order: Iterable[int], least: int) -> list[CallNote]:
    """The first few different calls, and all that share the second of the last of these."""
    notes: set[CallNote] = set()
    edge = 0
    for place in order:
        time = calls.times[place]
        if len(notes) >= least and time != edge:
            break
        what = calls.whats[place]
        notes.add(_note(time, calls.own[place], what.source, what.name, what.region, what.error))
        edge = time
    return sorted(notes, key=_note_order)


_note_order = attrgetter("order")


def call_note(call: ApiCall) -> CallNote:
    """Name one call. Raises Timeless."""
    time = time_of(call)
    if time is None:
        raise Timeless
    return _note(
        time,
        event_id(call),
        call.event_source,
        call.event_name,
        call.aws_region,
        call.error_code,
    )


def _note(
    time: int,
    event_id: str,
    source: str | None,
    name: str | None,
    region: str | None,
    error: str | None,
) -> CallNote:
    return CallNote(
        time,
        event_id[:_NAME_LENGTH],
        _api(source, name),
        region[:_NAME_LENGTH] if region else None,
        error[:_NAME_LENGTH] if error else None,
    )
