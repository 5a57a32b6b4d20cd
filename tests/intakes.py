"""What tests of intake share: a world's trail laid out as AWS delivers it, and what came of it."""

import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec

from tests.worlds import NOW, Made, prepare, world
from truant.connectors.parcels import Inlet
from truant.connectors.sources import Source
from truant.connectors.store import accounting, dirty, findings
from truant.connectors.store.database import Store
from truant.connectors.store.schema import findings as table
from truant.model.aws_ranges import RangesHistory
from truant.runners.crew import Stop
from truant.runners.ear import Ear
from truant.runners.intake import Intake
from truant.runners.judging import Judge
from truant.runners.world import World
from truant.simulator.scenario import build
from truant.simulator.simulation import files


class Remembered:
    """What the store would know of a source."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self.taken: set[str] = set()
        self.kept: list[str] = []
        self.positions: dict[str, str] = {}

    def position(self, shard: str) -> str | None:
        """How far a shard has come."""
        return self.positions.get(shard)

    def untaken(self, names: Iterable[str]) -> list[str]:
        """Those that have not been taken in."""
        return [name for name in names if name not in self.taken]

    def keep(self, names: Iterable[str]) -> None:
        """Note that these are still there."""
        self.kept += names


Body = dict[str, object]


@cache
def trail(*scenarios: str, seed: int = 11) -> dict[str, bytes]:
    """The trail files of the world of `tests.worlds`, by key: `AWSLogs/…`."""
    made = files(build(seed, list(scenarios)))
    return {
        name.removeprefix("trail/"): data
        for name, data in made.items()
        if name.startswith("trail/") and name.endswith(".json.gz")
    }


@cache
def few(*scenarios: str, together: int = 40) -> dict[str, bytes]:
    """The same trail in fewer files: so many of an account, region and day put into one."""
    folders: dict[str, list[str]] = defaultdict(list)
    for name in sorted(trail(*scenarios)):
        folders[name.rpartition("/")[0]].append(name)
    found = trail(*scenarios)
    return {
        names[at]: gzip.compress(_joined(found[name] for name in names[at : at + together]))
        for names in folders.values()
        for at in range(0, len(names), together)
    }


def _joined(some: Iterable[bytes]) -> bytes:
    found = [record for data in some for record in json.loads(gzip.decompress(data))["Records"]]
    return json.dumps({"Records": found}).encode()


def write(folder: Path, content: dict[str, bytes]) -> None:
    """Write files below a folder, each whole at once."""
    for name, data in content.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name(f".{file.name}.part")
        aside.write_bytes(data)
        aside.replace(file)


def intake_of(
    store: Store,
    source: Source,
    inlet: Inlet,
    at: int = NOW,
    ranges: RangesHistory | None = None,
) -> Intake:
    """An intake whose clock stands still."""
    ear = Ear(store, RangesHistory() if ranges is None else ranges)
    return Intake(store, source, inlet, ear, lambda: None, lambda: at)


def run_dry(intake: Intake, looks: int = 1) -> None:
    """Take in until so many looks in a row find nothing more."""
    for _ in range(looks):
        while intake.step(Stop()):
            pass


def judged(store: Store, made: Made) -> None:
    """Judge whoever is marked."""
    Judge(store, World(made.ranges, made.trust)).drain(NOW)


def bodies(store: Store) -> dict[str, Body]:
    """The findings that stand, by id, without what is the service's own."""
    with store.write() as conn:
        names = set(conn.scalars(table.select().with_only_columns(table.c.principal)))
        rows = findings.of_principals(conn, names).values()
    return {row.id: msgspec.json.decode(row.body) for row in rows if not row.archived}


def scanned(made: Made) -> dict[str, Body]:
    """What a scan of the same world finds."""
    return {str(one["id"]): msgspec.json.decode(msgspec.json.encode(one)) for one in made.findings}


def records(store: Store) -> dict[str, int]:
    """Records by outcome."""
    with store.read() as conn:
        return accounting.counts(conn, accounting.RECORDS)


def waiting(store: Store) -> int:
    """How many principals wait to be judged."""
    with store.read() as conn:
        return dirty.count(conn)


def prepared(store: Store, *scenarios: str) -> Made:
    """A store that knows a world's inventory and members, and nothing of its trail."""
    made = world(*scenarios)
    prepare(store, made)
    return made
