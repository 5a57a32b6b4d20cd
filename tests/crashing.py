"""The crash law: a service that is killed at random moments finds what a quiet one finds.

A real process with all tasks of `truant serve` reads from a real source, while somebody delivers to
it. It is killed with SIGKILL after a random while and started again, until it has been killed often
enough; then it may go on to the end. Nothing may be missing then, nothing doubled.
"""

import json
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import select

from tests.aws_server import Aws
from tests.intakes import bodies, few, records, waiting
from tests.worlds import world
from truant.connectors.sources import Source, source
from truant.connectors.store import history, outbox, quarantine
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.history import Change
from truant.connectors.store.schema import findings as table
from truant.runners.crew import Crew
from truant.runners.service import Setup, tasks
from truant.simulator.scenario import build
from truant.simulator.simulation import files

SCENARIO, SEED = "demo", 11
SINCE = 1_767_225_600  # 2026-01-01, before the world's first call
TOGETHER = 4  # files of the simulated trail put into one
ALIVE_SECONDS = 0.6  # at most, before it is killed
END_SECONDS = 240
INTAKES = ("folder", "bucket", "queue", "stream")

Deliver = Callable[[dict[str, bytes]], None]


class Place(Struct, frozen=True):
    """A source that is empty, and how something is delivered to it."""

    source: Source
    deliver: Deliver


class Outcome(Struct, frozen=True):
    """What a store holds at the end: findings byte for byte, and what was counted."""

    findings: dict[str, str]
    created: dict[str, int]  # by finding, how often history says that it was made
    records: int
    quarantined: int


def lay_out(folder: Path) -> Setup:
    """A world's inventory, configuration and ranges, as a service is given them."""
    for name, data in files(build(SEED, [SCENARIO])).items():
        if not name.startswith("trail/"):
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
    return Setup(
        cache=folder / "cache",
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
        inventory=folder / "inventory",
    )


def place_of(intake: str, aws: Aws, folder: Path) -> Place:
    """A new source of a kind."""
    if intake == "folder":
        folder.mkdir()
        return Place(source(str(folder)), lambda some: _write(folder, some))
    if intake == "stream":
        return _stream(aws)
    bucket = aws.bucket()
    if intake == "bucket":
        where = replace(source(f"s3://{bucket}"), since=SINCE, every=0.1)
        # Accounts and regions that deliver already: new ones are looked for every ten minutes.
        shards = {re.sub(r"\d{4}/\d\d/\d\d/.*", "", key) for key in few(SCENARIO)}
        aws.put(bucket, {f"{shard}readme": b"" for shard in shards})
    else:
        url, arn = aws.queue(visibility=2)
        where = source(url)
        told = {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]}
        aws.client("s3").put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration=told
        )
    return Place(where, lambda some: aws.put(bucket, {_of_today(key): some[key] for key in some}))


def _of_today(key: str) -> str:
    """The key in the folder of today: a bucket's history is listed once, what is new on and on."""
    return re.sub(r"/\d{4}/\d\d/\d\d/", time.strftime("/%Y/%m/%d/", time.gmtime()), key)


def _write(folder: Path, some: dict[str, bytes]) -> None:
    for name, data in some.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = file.with_name("aside")
        aside.write_bytes(data)
        aside.replace(file)


def _stream(aws: Aws) -> Place:
    kinesis, name = aws.client("kinesis"), aws.name("stream")
    kinesis.create_stream(StreamName=name, ShardCount=2)
    arn = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]

    def deliver(some: dict[str, bytes]) -> None:
        entries = [{"Data": data, "PartitionKey": key} for key, data in some.items()]
        kinesis.put_records(StreamName=name, Records=entries)

    return Place(source(arn), deliver)


def run_service(database: str, key_file: Path, setup: Setup, environment: dict[str, str]) -> None:
    """All that `truant serve` does beside its API, until the process ends."""
    import os

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ.update(environment)
    Crew(tasks(open_store(database, key_file), setup, [])).start()
    parent = parent_process()
    if parent is not None:
        parent.join()  # whoever kills us may be killed himself


@contextmanager
def serving(
    database: str, key_file: Path, setup: Setup, environment: dict[str, str]
) -> Iterator[BaseProcess]:
    """A process of its own that is killed at the end, without a word."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.crashing"])
    given = (database, key_file, setup, environment)
    process = context.Process(target=run_service, args=given, daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join()


class Ordeal:
    """One source and one database, with somebody who delivers."""

    def __init__(
        self,
        place: Place,
        database: str,
        folder: Path,
        setup: Setup,
        aws: Aws,
        together: int = TOGETHER,
    ) -> None:
        """Nothing has been delivered yet."""
        self.place, self.database, self.key_file = place, database, folder / "ordeal.key"
        self.setup = replace(setup, sources=(place.source,))
        self.environment = aws.environment
        self.kills = 0
        trail = few(SCENARIO, together=together)
        self.expected = sum(world(SCENARIO, seed=SEED).seen.values())
        self._pending = list(trail.items())
        self._delivering = threading.Thread(target=self._deliver, daemon=True)

    def _deliver(self) -> None:
        for name, data in self._pending:
            self.place.deliver({name: data})
            time.sleep(0.01)

    def run(self, chance: random.Random, moments: int) -> Outcome:
        """Kill it so often at random moments while there is work, then let it end."""
        store = open_store(self.database, self.key_file)
        self._delivering.start()
        try:
            while self.kills < moments and not self._is_done(store):
                with self._serving():
                    time.sleep(chance.uniform(0, ALIVE_SECONDS))
                self.kills += 1
            with self._serving():
                until = time.monotonic() + END_SECONDS
                while not self._is_done(store) and time.monotonic() < until:
                    time.sleep(0.05)
            self._delivering.join()
            return outcome(store)
        finally:
            store.close()

    def _serving(self) -> AbstractContextManager[BaseProcess]:
        return serving(self.database, self.key_file, self.setup, self.environment)

    def _is_done(self, store: Store) -> bool:
        taken = sum(records(store).values())
        return taken >= self.expected and waiting(store) == 0 and not self._delivering.is_alive()


def outcome(store: Store) -> Outcome:
    """What a store holds."""
    found = bodies(store)
    with store.read() as conn:
        texts = dict(iter(conn.execute(select(table.c.id, table.c.body))))
        made = {
            name: sum(one.change is Change.CREATED for one in history.of(conn, name))
            for name in texts
        }
        assert outbox.waiting(conn) == {}
        held = quarantine.count(conn)
    standing = {name: texts[name] for name in found}
    assert all(json.loads(text) for text in standing.values())
    return Outcome(standing, made, sum(records(store).values()), held)
