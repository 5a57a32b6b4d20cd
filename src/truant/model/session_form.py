"""The form in which role sessions leave a process: msgpack, with a number that names the form.

A sighting's bitmap of slots has 288 bits and msgpack's integers have 64, so it travels as bytes.
Sets are written in order, so that the same session is the same bytes.
"""

from collections.abc import Sequence

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, fields

from truant.model.event_time import SLOTS_A_DAY
from truant.model.role_session import Identity, RoleSession
from truant.model.sighting import Sighting, sighting_order

FORM = 1
_BITMAP_BYTES = SLOTS_A_DAY // 8
_MEMBERS = [one.name for one in fields(Sighting)]
_SLOTS = _MEMBERS.index("slots")
_encoder = msgspec.msgpack.Encoder(order="deterministic")

# A sighting with its bitmap as bytes; else the same members in the same order.
_Packed = msgspec.defstruct(
    "_Packed",
    [(f.name, bytes if f.name == "slots" else f.type) for f in fields(Sighting)],
    array_like=True,
    gc=False,
)


class _Form(Struct, array_like=True):
    form: int


class _Session(Struct, array_like=True):
    form: int
    principal_id: str
    identity: Identity
    sightings: list[_Packed]  # type: ignore[valid-type]


_form = msgspec.msgpack.Decoder(_Form)
_session = msgspec.msgpack.Decoder(_Session)


class UnknownForm(ValueError):
    """Bytes that were written by a newer Truant, or are no role session."""


def pack(session: RoleSession) -> bytes:
    """A session as bytes."""
    sightings = sorted(session.sightings, key=sighting_order)
    return _encoder.encode(
        (FORM, session.principal_id, session.identity, [_packed(one) for one in sightings])
    )


def unpack(data: bytes) -> RoleSession:
    """The session that `pack` wrote. Raises UnknownForm."""
    try:
        form = _form.decode(data).form
        if form != FORM:
            raise UnknownForm(f"a role session in form {form}; this Truant knows form {FORM}")
        kept = _session.decode(data)
    except msgspec.DecodeError as error:
        raise UnknownForm(f"no role session: {error}") from error
    return RoleSession(kept.principal_id, kept.identity, [_unpacked(one) for one in kept.sightings])


def _packed(sighting: Sighting) -> Sequence[object]:
    members = list(astuple(sighting))
    members[_SLOTS] = sighting.slots.to_bytes(_BITMAP_BYTES, "little")
    return members


def _unpacked(packed: Struct) -> Sighting:
    members = list(astuple(packed))
    members[_SLOTS] = int.from_bytes(members[_SLOTS], "little")
    return Sighting(*members)
