"""The index: of every joined row the little that others' verdicts follow from.

Which principal used a key, which key made which, who was seen at a place, what is usual, when EC2
issued keys. Facts, owners of endpoints and the accounting pass through. Executors make it; what is
shared by all goes to the driver, and the rest stays for the joins that put families together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import msgspec
import pyarrow as pa

from truant.detection.coverage import Silence, silences, spoken_hours, tamperings
from truant.detection.party import Neighbours
from truant.detection.standing import claims_instance, index_mints
from truant.detection.state import few_instances, shared_place
from truant.model.fact import Fact
from truant.model.habit import Habit, habits
from truant.model.role_session import RoleSession
from truant.model.session_form import unpack
from truant.model.sighting import Made
from truant.runners.spark.folding import Batches, rows_in
from truant.runners.spark.rows import (
    FACTS,
    MINTS,
    OWNER,
    READ,
    SESSION,
    Read,
    Row,
    facts_of,
    mints_of,
    owner_of,
    read_of,
)

KEY, PARENT, PLACE, HABIT, CLAIM, ISSUED = "key", "parent", "place", "habit", "claim", "issued"
TAMPERING, HOURS = "tampering", "hours"
# What the driver gathers: small against the sessions.
GATHERED = (FACTS, OWNER, READ, PLACE, HABIT, CLAIM, TAMPERING, HOURS)
SCHEMA = "what string, name string, other string, root boolean, value binary"
ROWS_EACH = 4096


class Entry(NamedTuple):
    """One line of the index. What the members say depends on `what`."""

    what: str
    name: str = ""
    other: str = ""
    root: bool = False  # of a key: it is an instance's
    value: bytes = b""


encode = msgspec.msgpack.Encoder().encode
decode_habit = msgspec.msgpack.Decoder(Habit).decode
decode_made = msgspec.msgpack.Decoder(Made).decode
decode_names = msgspec.msgpack.Decoder(list[str]).decode
decode_numbers = msgspec.msgpack.Decoder(list[int]).decode


def index_rows(batches: Batches) -> Batches:
    """The task that makes the index of joined rows."""
    yield from _batches(_entries(rows_in(batches)))


def _entries(rows: Iterable[Row]) -> Iterator[Entry]:
    gathering = _Gathering()
    for row in rows:
        if row.kind == SESSION:
            yield from _of_session(unpack(row.value), gathering)
        elif row.kind == MINTS:
            yield from _of_mints(row, gathering)
        else:
            yield Entry(row.kind, row.name, value=row.value)
    yield from gathering.entries()


class _Gathering:
    """What the sessions and credentials of one task share, told once at its end."""

    def __init__(self) -> None:
        self.places: dict[str, frozenset[str]] = {}
        self.hours: dict[tuple[str, str], set[int]] = defaultdict(set)
        self.issued: dict[str, list[int]] = defaultdict(list)

    def entries(self) -> Iterator[Entry]:
        for place, instances in self.places.items():
            yield Entry(PLACE, place, value=encode(sorted(instances)))
        for (account, region), hours in self.hours.items():
            yield Entry(HOURS, account, region, value=encode(sorted(hours)))
        for account, times in self.issued.items():
            yield Entry(ISSUED, account, value=encode(times))


def _of_session(session: RoleSession, gathering: _Gathering) -> Iterator[Entry]:
    principal, instance = session.principal_id, session.instance
    root = claims_instance(session)
    keys = {sighting.key for sighting in session.sightings}
    yield from (Entry(KEY, key, principal, root) for key in sorted(filter(None, keys)))
    if root:
        yield Entry(KEY, principal, principal, root)  # other accounts' trails name no key
    for who, made in tamperings([session]):
        yield Entry(TAMPERING, who, value=encode(made))
    for place, hours in spoken_hours([session]).items():
        gathering.hours[place] |= hours
    if instance is None:
        return
    yield from (Entry(HABIT, value=encode(habit)) for habit in habits(session))
    for sighting in session.sightings:
        if (where := shared_place(sighting.origin)) is not None:
            known = gathering.places.get(where, frozenset())
            gathering.places[where] = few_instances({*known, instance})
    if root and keys - {one.key for one in session.sightings if one.deliveries}:
        yield Entry(CLAIM, instance, session.identity.account or "")


def _of_mints(row: Row, gathering: _Gathering) -> Iterator[Entry]:
    """Who made a key, and when EC2 issued it; of all its copies those that judging goes by."""
    index = index_mints(mints_of(row.value))
    for account, times in index.issued_at.items():
        gathering.issued[account] += times
    yield from (Entry(PARENT, parent, row.name) for parent in index.by_parent)


def _batches(entries: Iterable[Entry]) -> Batches:
    held: list[Entry] = []
    for entry in entries:
        held.append(entry)
        if len(held) == ROWS_EACH:
            yield _batch(held)
            held = []
    if held:
        yield _batch(held)


def _batch(some: list[Entry]) -> pa.RecordBatch:
    what, name, other, root, value = zip(*some, strict=True)
    columns = {
        "what": pa.array(what, pa.string()),
        "name": pa.array(name, pa.string()),
        "other": pa.array(other, pa.string()),
        "root": pa.array(root, pa.bool_()),
        "value": pa.array(value, pa.binary()),
    }
    return pa.RecordBatch.from_pydict(columns)


class Shared:
    """What the driver gathers of the index."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Sort entries by what they tell."""
        self.told: Mapping[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.told[entry.what].append(entry)

    @property
    def read(self) -> Read:
        """What became of all that was read."""
        total = Read()
        for entry in self.told[READ]:
            total.add(read_of(entry.value))
        total.accounting.refusals.sort(key=lambda one: (one.file, one.position))
        return total

    @property
    def facts(self) -> Iterator[Fact]:
        """The facts that the trail tells."""
        return (fact for entry in self.told[FACTS] for fact in facts_of(entry.value))

    @property
    def owners(self) -> dict[str, str]:
        """Endpoints to the accounts that own them."""
        return {entry.name: owner_of(entry.value) for entry in self.told[OWNER]}

    @property
    def neighbours(self) -> Neighbours:
        """Who was seen at each place."""
        found: dict[str, frozenset[str]] = defaultdict(frozenset)
        for entry in self.told[PLACE]:
            found[entry.name] = few_instances({*found[entry.name], *decode_names(entry.value)})
        return Neighbours(dict(found))

    @property
    def habits(self) -> list[Habit]:
        """What each instance's session showed on each day."""
        return [decode_habit(entry.value) for entry in self.told[HABIT]]

    @property
    def claims(self) -> list[tuple[str, str]]:
        """Instances of which some key is unproved, each with the account that records name."""
        return [(entry.name, entry.other) for entry in self.told[CLAIM]]

    @property
    def tamperings(self) -> list[tuple[str, Made]]:
        """Who touched the trail, by time."""
        found = ((entry.name, decode_made(entry.value)) for entry in self.told[TAMPERING])
        return sorted(found, key=lambda one: (one[1], one[0]))

    @property
    def silences(self) -> list[Silence]:
        """Where the trail fell silent."""
        hours: dict[tuple[str, str], set[int]] = defaultdict(set)
        for entry in self.told[HOURS]:
            hours[entry.name, entry.other].update(decode_numbers(entry.value))
        return silences(hours)
