"""Rows: the form in which what was folded leaves a task, crosses the shuffle and is kept as state.

A row is (kind, name, value): a session by its principal, facts by their entity, credentials made by
their key, an endpoint's owner, and what became of the records read. Rows of one kind and name join
into one, in any order; only the counts of records read are sums, and count readings.

Values are msgpack with the number of their form, never pickles: what an older Truant kept, a newer
one reads, or refuses by name.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

import msgspec
from msgspec import Raw, Struct, field

from truant.detection.state import State
from truant.model.fact import Fact, Mint
from truant.model.role_session import join_session
from truant.model.session_form import UnknownForm, pack, unpack
from truant.runners.embedded import Accounting, Folded

SESSION, FACTS, MINTS, OWNER, READ = "session", "facts", "mints", "owner", "read"
FORM = 1


class Row(NamedTuple):
    """One row. The value's form is that of its kind."""

    kind: str
    name: str
    value: bytes


class Read(Struct):
    """What became of everything read, the accounts whose trail it is, and the newest call."""

    accounting: Accounting = field(default_factory=Accounting)
    accounts: set[str] = field(default_factory=set)
    latest: int = 0

    def add(self, other: "Read") -> None:
        """Add what was read elsewhere."""
        self.accounting.add(other.accounting)
        self.accounts |= other.accounts
        self.latest = max(self.latest, other.latest)


class _Form(Struct, array_like=True):
    form: int


class _Set(_Form, array_like=True):
    members: list[Raw]


class _Read(_Form, array_like=True):
    read: Read


class _Owner(_Form, array_like=True):
    account: str


Kept = TypeVar("Kept", _Set, _Read, _Owner)

_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_form = msgspec.msgpack.Decoder(_Form)
_set = msgspec.msgpack.Decoder(_Set)
_read = msgspec.msgpack.Decoder(_Read)
_owner = msgspec.msgpack.Decoder(_Owner)
_fact = msgspec.msgpack.Decoder(Fact)
_mint = msgspec.msgpack.Decoder(Mint)


def rows(folded: Folded) -> Iterator[Row]:
    """What some files told, as rows: one for each kind and name."""
    state = folded.state
    for session in state.sessions.values():
        yield Row(SESSION, session.principal_id, pack(session))
    for entity, facts in _by(state.facts, "entity").items():
        yield Row(FACTS, entity, _packed(facts))
    for key, mints in _by(state.mints, "key").items():
        yield Row(MINTS, key, _packed(mints))
    for endpoint, owner in _owners(state).items():
        yield Row(OWNER, endpoint, _encode((FORM, owner)))
    read = Read(folded.accounting, state.accounts, state.latest)
    yield Row(READ, "", _encode((FORM, read)))


def _by(some: Iterable[Fact | Mint], member: str) -> dict[str, list[Fact | Mint]]:
    found: dict[str, list[Fact | Mint]] = defaultdict(list)
    for one in some:
        found[getattr(one, member)].append(one)
    return found


def _packed(some: Iterable[Fact | Mint]) -> bytes:
    return _of_raws(map(_encode, some))


def _of_raws(members: Iterable[bytes]) -> bytes:
    return _encode((FORM, [Raw(one) for one in sorted(set(members))]))


def _owners(state: State) -> dict[str, str]:
    found: dict[str, str] = {}
    for session in state.sessions.values():
        for sighting in session.sightings:
            endpoint, owner = sighting.origin.endpoint, sighting.origin.endpoint_account
            if endpoint and owner:
                found[endpoint] = min(owner, found.get(endpoint, owner))
    return found


def joined(kind: str, values: Sequence[bytes]) -> bytes:
    """The join of values of one kind and name. Raises UnknownForm."""
    if len(values) == 1:
        return values[0]
    if kind == SESSION:
        return _joined_sessions(values)
    if kind == READ:
        total = Read()
        for value in values:
            total.add(read_of(value))
        return _encode((FORM, total))
    if kind == OWNER:
        return _encode((FORM, min(map(owner_of, values))))
    return _of_raws(bytes(one) for value in values for one in _members(value))


def _joined_sessions(values: Sequence[bytes]) -> bytes:
    first, *others = map(unpack, values)
    for other in others:
        first = join_session(first, other)
    return pack(first)


def _members(value: bytes) -> list[Raw]:
    return _known(_set, value).members


def read_of(value: bytes) -> Read:
    """What a row of kind READ says. Raises UnknownForm."""
    return _known(_read, value).read


def owner_of(value: bytes) -> str:
    """The account that a row of kind OWNER names. Raises UnknownForm."""
    return _known(_owner, value).account


def facts_of(value: bytes) -> list[Fact]:
    """The facts of a row of kind FACTS. Raises UnknownForm."""
    return [_fact.decode(one) for one in _members(value)]


def mints_of(value: bytes) -> list[Mint]:
    """The credentials of a row of kind MINTS. Raises UnknownForm."""
    return [_mint.decode(one) for one in _members(value)]


def _known(decoder: msgspec.msgpack.Decoder[Kept], value: bytes) -> Kept:
    try:
        form = _form.decode(value).form
        if form != FORM:
            raise UnknownForm(f"a row in form {form}; this Truant knows form {FORM}")
        return decoder.decode(value)
    except msgspec.DecodeError as error:
        raise UnknownForm(f"no row of Truant's: {error}") from error
