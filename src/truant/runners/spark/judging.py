"""What runs where families are: everything that one root's verdict follows from, judged together.

A family is an instance's role session, the credentials that concern it and its lineage, and the
sessions that used keys of that lineage. The judge is the one that every runner has.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import msgspec
import pyarrow as pa
from xxhash import xxh3_128_digest

from truant.detection.judge import is_finding, judge
from truant.model.fact import Mint
from truant.model.finding import Verdict
from truant.model.network import Place
from truant.model.role_session import RoleSession
from truant.model.session_form import unpack
from truant.model.sighting import Sighting
from truant.runners.scan import quiet_places
from truant.runners.spark.folding import Batches
from truant.runners.spark.rows import mints_of
from truant.runners.spark.world import World

FORM = 1
SELF, MINTED, RELATIVE = 1, 2, 3  # the members of a family
SCHEMA = "what string, name string, value binary"
TOLD, QUIET, EXCUSED = "told", "quiet", "excused"

_encode = msgspec.msgpack.Encoder(order="deterministic").encode
_verdict = msgspec.msgpack.Decoder(tuple[int, Verdict])
_number = msgspec.msgpack.Decoder(int)
Outcome = tuple[str, str, bytes]  # what, of what, and how it reads


def judge_families(world: Callable[[], World]) -> Callable[[Batches], Batches]:
    """The task that judges families, whose members come one behind another.

    Rows are (root, member, value), in the order of roots and members.
    """

    def task(batches: Batches) -> Batches:
        outcomes = list(_outcomes(_members(batches), world()))
        if outcomes:
            what, name, value = zip(*outcomes, strict=True)
            columns = {
                "what": pa.array(what, pa.string()),
                "name": pa.array(name, pa.string()),
                "value": pa.array(value, pa.binary()),
            }
            yield pa.RecordBatch.from_pydict(columns)

    return task


def _members(batches: Batches) -> Iterator[tuple[str, int, bytes]]:
    for batch in batches:
        columns = (batch.column(name).to_pylist() for name in ("root", "member", "value"))
        yield from zip(*columns, strict=True)


def _outcomes(members: Iterable[tuple[str, int, bytes]], world: World) -> Iterator[Outcome]:
    quiet: Counter[Place] = Counter()
    for _, family in groupby(members, key=itemgetter(0)):
        verdicts = list(judged(((member, value) for _, member, value in family), world))
        quiet += quiet_places(one for one in verdicts if not is_finding(one))
        for verdict in filter(is_finding, verdicts):
            yield TOLD, verdict.id, _encode((FORM, verdict))
    for place, number in quiet.items():
        yield QUIET, place.value, _encode(number)
    for rule, instance, origin in world.around.excused:
        yield EXCUSED, rule, xxh3_128_digest(_encode((instance, origin)))
    world.around.excused.clear()


def judged(family: Iterable[tuple[int, bytes]], world: World) -> list[Verdict]:
    """Every verdict on the one session of a family that is its root."""
    sessions: list[RoleSession] = []
    root: RoleSession | None = None
    mints: set[Mint] = set()
    for member, value in family:
        if member == MINTED:
            mints.update(mints_of(value))
            continue
        sessions.append(unpack(value))
        root = sessions[-1] if member == SELF else root
    if root is None:
        return []
    made = {mint.key for mint in mints}
    by_key: dict[str, list[tuple[RoleSession, Sighting]]] = defaultdict(list)
    for session in sessions:
        for sighting in session.sightings:
            if sighting.key in made:
                by_key[sighting.key or ""].append((session, sighting))
    return judge(root, world.bench(mints, by_key))


def verdict_of(value: bytes) -> Verdict:
    """The verdict that a task told. Raises msgspec.DecodeError for another form."""
    form, verdict = _verdict.decode(value)
    if form != FORM:
        raise msgspec.ValidationError(f"a verdict in form {form}; this Truant knows form {FORM}")
    return verdict


def number_of(value: bytes) -> int:
    """How many quiet verdicts a task counted."""
    return _number.decode(value)
