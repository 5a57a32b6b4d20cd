"""The work of the service beside its API: the tasks that `truant serve` runs, put together.

Each task is a line in `tasks`. They meet in the store alone, and ring each other's bells only to
be quicker: a bell that is lost costs a pause.
"""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct
from sqlalchemy import Connection

from truant.connectors import aws_ranges, config, feeds, inventory_folder, policies
from truant.connectors.bucket_inlet import BucketInlet
from truant.connectors.config import BadConfig
from truant.connectors.folder_inlet import FolderInlet
from truant.connectors.parcels import Inlet
from truant.connectors.queue_inlet import QueueInlet
from truant.connectors.service_config import Collecting
from truant.connectors.sources import BadSource, Kind, Source
from truant.connectors.store import facts, members
from truant.connectors.store.batch import keep_snapshots
from truant.connectors.store.database import Store
from truant.connectors.store.expiry import expire
from truant.connectors.store.snapshots import Snapshot
from truant.connectors.stream_inlet import StreamInlet
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory
from truant.runners import publishing
from truant.runners.crew import Step, Stop, Task
from truant.runners.ear import Ear
from truant.runners.intake import Intake
from truant.runners.judging import Judge
from truant.runners.status import Pulse
from truant.runners.world import World

# One line for each kind of source.
INLETS: Mapping[Kind, Callable[[Source], Inlet]] = {
    Kind.FOLDER: FolderInlet,
    Kind.BUCKET: BucketInlet,
    Kind.QUEUE: QueueInlet,
    Kind.STREAM: StreamInlet,
}
PULSE_SECONDS = 10.0
JUDGE_SECONDS, EXPIRY_SECONDS, RANGES_SECONDS, INVENTORY_SECONDS = 0.5, 60.0, 3600.0, 60.0
COLLECT_SECONDS = 30.0  # how often it is looked whether it is time


class Setup(Struct, frozen=True):
    """What the service works with. `cache`: where downloads are kept; `sources`: what is read."""

    cache: Path
    config: Path | None = None
    ip_ranges: Path | None = None
    feeds: tuple[Path, ...] = ()
    inventory: Path | None = None
    download: bool = False
    sources: tuple[Source, ...] = ()
    collect: Collecting | None = None


def milliseconds() -> int:
    """The service's clock."""
    return time.time_ns() // 1_000_000


def tasks(store: Store, setup: Setup, notices: list[str]) -> list[Task]:
    """Every task of the service, the judge first. `notices` gets sentences for the user.

    Raises BadConfig, BadFeed, BadSource or NoInventory for what was named wrongly.
    """
    trust = config.read(setup.config) if setup.config else Trust()
    store.run(
        lambda conn: members.configure(conn, trust.administrator, trust.members, milliseconds())
    )
    ranges = _ranges(setup, notices)
    known = feeds.load(
        setup.feeds,
        setup.cache,
        download=setup.download,
        now=milliseconds() // 1000,
        lists=trust.threats,
    )
    notices.extend(known.warnings)
    world = World(ranges, trust, known.feeds)
    judge = JudgeTask(Judge(store, world), ranges, _beside(setup))
    judging = Task("judge", judge.step, JUDGE_SECONDS)
    found = [judging, Task("expiry", lambda _: _expire(store), EXPIRY_SECONDS)]
    names = [source.name for source in setup.sources]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadSource(f"{min(twice)} is named twice: their positions would be one.")
    for source in setup.sources:
        ear = Ear(store, ranges)
        judge.listeners.append(ear.use_ranges)
        inlet = INLETS[source.kind](source)
        intake = Intake(store, source, inlet, ear, judging.bell.set, milliseconds)
        found.append(Task(f"intake {source.name}", intake.step, source.every))
    found += publishing.tasks(publishing.places_of(store, setup.config), milliseconds)
    if setup.download:
        found.append(Task("ranges", Ranges(setup, judge, judging).step, RANGES_SECONDS))
    if setup.inventory is not None:
        folder = InventoryTask(store, setup.inventory)
        folder.step(Stop())  # what is named wrongly is told before anything runs
        found.append(Task("inventory folder", folder.step, INVENTORY_SECONDS))
    if setup.collect is not None:
        found.append(Task("collect", _collector(store, setup.collect), COLLECT_SECONDS))
    found.append(Task("pulse", Pulse(store, found, milliseconds).step, PULSE_SECONDS))
    return found


def _collector(store: Store, given: Collecting) -> Step:
    """The step that collects. boto3 is an extra: it is loaded only where it is asked for."""
    try:
        from truant.connectors.aws_inventory import Role
        from truant.runners.collect_task import CollectTask, Timer
        from truant.runners.collecting import CollectRequest
    except ModuleNotFoundError as error:
        raise BadConfig(
            f"collecting needs {error.name}, which is not installed: pip install 'truant[aws]'"
        ) from error
    policy = policies.compact("member")
    role = Role(given.role, given.external_id, policy) if given.role else None
    request = CollectRequest(given.accounts, given.organization, given.regions, role)
    return CollectTask(store, Timer(request, given.every_minutes * 60), milliseconds).step


def _ranges(setup: Setup, notices: list[str]) -> RangesHistory:
    loaded = aws_ranges.load(
        setup.ip_ranges, setup.cache, download=setup.download, now=milliseconds() // 1000
    )
    notices.append(f"{loaded.origin}.")
    notices.extend(loaded.warnings)
    return loaded.history


def _beside(setup: Setup) -> str:
    """What verdicts follow from beside the store and the ranges: this Truant, and its files."""
    told = hashlib.sha256(version("truant").encode())
    for path in filter(None, (setup.config, *setup.feeds)):
        told.update(path.read_bytes() if path.is_file() else str(path).encode())
    return told.hexdigest()[:16]


def _expire(store: Store) -> bool:
    store.run(lambda conn: expire(conn, milliseconds()))
    return False


class JudgeTask:
    """Judges whoever is marked, and everybody when the ranges are newer.

    `listeners` hear of newer ranges, too.
    """

    def __init__(self, judge: Judge, ranges: RangesHistory, beside: str) -> None:
        """`ranges`: those to begin with; `beside`: as in `World.use_ranges`."""
        self.judge, self._newer, self._beside = judge, [ranges], beside
        self.listeners: list[Callable[[RangesHistory], None]] = []

    def use_ranges(self, ranges: RangesHistory) -> None:
        """Judge by these from the next round on. For any thread: the world belongs to the judge."""
        self._newer.append(ranges)
        for listener in self.listeners:
            listener(ranges)

    def step(self, _: Stop) -> bool:
        """One round; whether there may be more to judge."""
        while self._newer:
            newest = self._newer[-1]
            self.judge.store.run(
                lambda conn, newest=newest: self.judge.world.use_ranges(  # type: ignore[misc]
                    conn, newest, self._beside
                )
            )
            self._newer.remove(newest)
        return self.judge.round(milliseconds()).judged > 0


class Ranges:
    """Brings AWS's ranges up to date, and tells the judge of newer ones."""

    def __init__(self, setup: Setup, judge: JudgeTask, judging: Task) -> None:
        """Keep the cache up to date for a judge, whose bell is rung."""
        self._setup, self._judge, self._task = setup, judge, judging

    def step(self, _: Stop) -> bool:
        """Ask once, by a conditional request."""
        notices: list[str] = []
        self._judge.use_ranges(_ranges(self._setup, notices))
        self._task.bell.set()
        return False


class InventoryTask:
    """Keeps what an inventory folder lists whenever some file of it has changed."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Look at a folder that `truant collect`, or anybody, writes."""
        self._store, self._folder = store, folder
        self._seen: list[tuple[str, int, int]] = []

    def step(self, _: Stop) -> bool:
        """Read the folder, if it is not as it was. Raises NoInventory."""
        now = _state(self._folder)
        if now == self._seen and now:
            return False
        read = inventory_folder.read(self._folder)

        def keep(conn: Connection) -> None:
            keep_snapshots(conn, _snapshots(read.listings), milliseconds())
            facts.add(conn, read.history)

        self._store.run(keep)
        self._seen = now
        return False


def _snapshots(listed: Sequence[inventory_folder.Listing]) -> list[Snapshot]:
    return [Snapshot(o.account, o.region, o.operation, o.collected, o.facts) for o in listed]


def _state(folder: Path) -> list[tuple[str, int, int]]:
    """Names, sizes and times of all files of a folder: where they differ, something changed."""
    found = []
    for path in sorted((*folder.rglob("*.json"), *folder.rglob("*.json.gz"))):
        try:
            status = path.stat()
        except FileNotFoundError:  # replaced while we looked
            continue
        found.append((str(path), status.st_size, status.st_mtime_ns))
    return found
