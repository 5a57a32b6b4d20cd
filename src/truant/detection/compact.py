"""Role sessions and mints in little memory: bytes, with texts that many share kept once beside.

A session as Python objects takes some 4,000 bytes, as msgpack 1,200, in this form about 350; a
mint 760, and in this form 180. It is a form for the memory of one process:
`model/session_form.py` has the one that leaves it.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from truant.model.distinct import Distinct
from truant.model.event_time import DAY
from truant.model.fact import Mint
from truant.model.network import Origin, Via
from truant.model.role_session import Identity, RoleSession
from truant.model.sighting import CallNote, Made, Sighting

_VIAS = tuple(Via)
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


class Texts:
    """Texts by number, each kept once."""

    def __init__(self) -> None:
        self._numbers: dict[str | None, int] = {}
        self._texts: list[str | None] = []

    def number(self, text: str | None) -> int:
        """The number of a text, a new one if need be."""
        found = self._numbers.get(text)
        if found is None:
            found = self._numbers[text] = len(self._texts)
            self._texts.append(text)
        return found

    def numbers(self, texts: Sequence[str] | frozenset[str]) -> list[int]:
        """The numbers of several texts."""
        return [self.number(text) for text in texts]

    def text(self, number: int) -> str | None:
        """The text of a number."""
        return self._texts[number]

    def some(self, numbers: list[int]) -> frozenset[str]:
        """The texts of several numbers."""
        return frozenset(self._texts[number] or "" for number in numbers)


def compact(session: RoleSession, texts: Texts) -> bytes:
    """A session as bytes that only these texts can open."""
    who, tail = session.identity, session.session_name
    identity = (
        texts.number(who.account),
        _headed(who.arn, tail, texts),
        texts.number(who.issuer_arn),
        _headed(who.instance_arn, tail, texts),
        texts.number(who.type),
    )
    return _encode((identity, [_sighting(one, texts) for one in session.sightings]))


def opened(principal_id: str, data: bytes, texts: Texts) -> RoleSession:
    """The session that `compact` made bytes of."""
    (account, arn, issuer_arn, instance_arn, kind), sightings = _decode(data)
    session = RoleSession(principal_id, Identity(), [])
    tail = session.session_name
    session.identity = Identity(
        texts.text(account),
        _unheaded(arn, tail, texts),
        texts.text(issuer_arn),
        _unheaded(instance_arn, tail, texts),
        texts.text(kind),
    )
    session.sightings.extend(_opened(one, texts) for one in sightings)
    return session


def compact_mint(mint: Mint, texts: Texts) -> bytes:
    """A mint as bytes that only these texts can open; the same mint is always the same bytes."""
    return _encode(
        (
            mint.key,
            mint.time,
            _shortened(mint.event_id),
            texts.number(mint.api),
            texts.number(mint.account),
            texts.number(mint.issuer),
            mint.parent_principal,
            mint.parent_key,
            texts.number(mint.role_arn),
            mint.session_name,
            None if mint.expires is None else mint.expires - mint.time,
            mint.address,
            texts.number(mint.endpoint),
            mint.user_name,
            texts.number(mint.region),
            _headed(mint.principal, mint.session_name or "", texts),
        )
    )


def opened_mint(data: bytes, texts: Texts) -> Mint:
    """The mint that `compact_mint` made bytes of."""
    key, time, event_id, api, account, issuer, maker, maker_key, *rest = _decode(data)
    role_arn, session_name, valid, address, endpoint, user_name, region, principal = rest
    return Mint(
        key=key,
        time=time,
        event_id=_lengthened(event_id),
        api=texts.text(api) or "",
        account=texts.text(account),
        issuer=texts.text(issuer),
        parent_principal=maker,
        parent_key=maker_key,
        role_arn=texts.text(role_arn),
        session_name=session_name,
        expires=None if valid is None else time + valid,
        address=address,
        endpoint=texts.text(endpoint),
        user_name=user_name,
        region=texts.text(region),
        principal=_unheaded(principal, session_name or "", texts),
    )


def _headed(text: str | None, tail: str, texts: Texts) -> int | list[int]:
    """An ARN that ends in the session's name shares the rest with its neighbours."""
    if text is not None and tail and text.endswith(tail):
        return [texts.number(text[: -len(tail)])]
    return texts.number(text)


def _unheaded(kept: int | list[int], tail: str, texts: Texts) -> str | None:
    return f"{texts.text(kept[0])}{tail}" if isinstance(kept, list) else texts.text(kept)


def _sighting(one: Sighting, texts: Texts) -> Sequence[object]:
    origin, start = one.origin, one.day * DAY
    notes = list(dict.fromkeys((*one.earliest, *one.latest)))
    lowest = (one.slots & -one.slots).bit_length() // 8
    bits = one.slots >> lowest * 8
    return (
        one.key,
        _VIAS.index(origin.via),
        origin.address,
        texts.number(origin.endpoint),
        texts.number(origin.endpoint_account),
        one.day,
        one.first - start,
        one.last - start,
        lowest,
        bits.to_bytes((bits.bit_length() + 7) // 8, "little"),
        one.calls.packed,
        one.calls.whole,
        texts.numbers(one.apis),
        texts.numbers(one.regions),
        texts.numbers(one.agents),
        texts.numbers(one.errors),
        texts.numbers(one.deliveries),
        one.created,
        [member for note in notes for member in _note(note, start, texts)],
        bytes(map(notes.index, one.earliest)),
        bytes(map(notes.index, one.latest)),
        [(made.time, texts.number(made.kind), made.name, made.event_id) for made in one.made],
    )


def _opened(kept: Sequence[Any], texts: Texts) -> Sighting:
    (key, via, address, endpoint, owner, day, first, last, lowest, bits, packed, whole, *rest) = (
        kept
    )
    apis, regions, agents, errors, deliveries, created, members, earliest, latest, made = rest
    start = day * DAY
    notes = list(_notes(members, start, texts))
    return Sighting(
        key=key,
        origin=Origin(_VIAS[via], address, texts.text(endpoint), texts.text(owner)),
        day=day,
        first=first + start,
        last=last + start,
        slots=int.from_bytes(bits, "little") << lowest * 8,
        calls=Distinct(packed, whole),
        apis=texts.some(apis),
        regions=texts.some(regions),
        agents=texts.some(agents),
        errors=texts.some(errors),
        deliveries=texts.some(deliveries),
        created=created,
        earliest=tuple(notes[place] for place in earliest),
        latest=tuple(notes[place] for place in latest),
        made=tuple(Made(time, texts.text(kind) or "", *names) for time, kind, *names in made),
    )


def _note(note: CallNote, start: int, texts: Texts) -> Sequence[object]:
    return (
        note.time - start,
        _shortened(note.event_id),
        texts.number(note.api),
        texts.number(note.region),
        texts.number(note.error),
    )


def _notes(members: list[Any], start: int, texts: Texts) -> Iterator[CallNote]:
    for time, event_id, api, region, error in zip(*[iter(members)] * 5, strict=True):
        yield CallNote(
            time + start,
            _lengthened(event_id),
            texts.text(api) or "",
            texts.text(region),
            texts.text(error),
        )


def _lengthened(event_id: bytes | str) -> str:
    return event_id if isinstance(event_id, str) else str(UUID(bytes=event_id))


def _shortened(event_id: str) -> bytes | str:
    """A UUID as its 16 bytes, where nothing is lost by that."""
    if len(event_id) == 36:
        try:
            number = UUID(event_id)
        except ValueError:
            return event_id
        if str(number) == event_id:
            return number.bytes
    return event_id
