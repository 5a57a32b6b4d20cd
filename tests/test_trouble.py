"""A service in trouble: no disk, no database, a clock that jumps. It says so, and goes on."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from tests.aws_server import Aws
from tests.crashing import lay_out
from tests.databases import Postgres, sqlite_store
from tests.intakes import bodies, few, prepared, records, run_dry, scanned, waiting, write
from tests.worlds import NOW, Made, world
from truant.connectors.folder_inlet import FolderInlet
from truant.connectors.sources import source
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.expiry import expire
from truant.model.event_time import DAY
from truant.runners.crew import Crew, Task
from truant.runners.ear import Ear
from truant.runners.intake import Intake
from truant.runners.judging import Judge
from truant.runners.service import tasks
from truant.runners.world import World

NAME = "demo"
PATIENCE_SECONDS = 120


def until(met: Callable[[], bool]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not met():
        assert time.monotonic() < end, "it never came to be so"
        time.sleep(0.05)


def failing(crew: Crew) -> list[Task]:
    return [task for task in crew.tasks if task.failing_since is not None]


def running(store: Store, tmp_path: Path) -> Crew:
    """All tasks over a folder, which is empty yet."""
    (tmp_path / "intake").mkdir()
    setup = lay_out(tmp_path / "world")
    where = source(str(tmp_path / "intake"))
    crew = Crew(tasks(store, replace(setup, sources=(where,)), []))
    crew.start()
    return crew


def is_whole(store: Store, made: Made) -> bool:
    """Whether everything has been taken in and judged."""
    return sum(records(store).values()) == sum(made.seen.values()) and not waiting(store)


def test_a_full_disk_costs_the_time_it_is_full(tmp_path: Path) -> None:
    made, store = world(NAME), sqlite_store(tmp_path)
    crew = running(store, tmp_path)
    pages: list[int] = []
    with store.engine.connect() as conn:  # one connection of the pool: limits are each one's own
        now = conn.exec_driver_sql("PRAGMA page_count").scalar()
        pages.append(int(now or 0))

    def limit(dbapi: sqlite3.Connection, _: object, __: object = None) -> None:
        dbapi.execute(f"PRAGMA max_page_count={pages[-1]}")

    event.listen(store.engine, "checkout", limit)
    write(tmp_path / "intake", few(NAME))
    until(lambda: any("full" in task.error for task in failing(crew)))
    assert sum(records(store).values()) < sum(made.seen.values())
    pages.append(1_000_000)
    until(lambda: is_whole(store, made))
    assert crew.close(60) == []
    assert bodies(store) == scanned(made)
    store.close()


def test_a_database_that_is_gone_for_a_while(tmp_path: Path, postgres: Postgres) -> None:
    made = world(NAME)
    name = postgres.fresh()
    store = open_store(name, tmp_path / "key")
    crew = running(store, tmp_path)
    with postgres.away(name):
        write(tmp_path / "intake", few(NAME))
        until(lambda: any(task.name.startswith("intake") for task in failing(crew)))
    until(lambda: is_whole(store, made))
    assert crew.close(60) == []
    assert bodies(store) == scanned(made)
    store.close()


def test_a_folder_that_is_gone_for_a_while(tmp_path: Path) -> None:
    made, store = world(NAME), sqlite_store(tmp_path)
    crew = running(store, tmp_path)
    files = list(few(NAME).items())
    write(tmp_path / "intake", dict(files[::2]))
    until(lambda: sum(records(store).values()) > 0)
    shutil.move(tmp_path / "intake", tmp_path / "elsewhere")
    until(lambda: bool(failing(crew)))
    write(tmp_path / "elsewhere", dict(files[1::2]))
    shutil.move(tmp_path / "elsewhere", tmp_path / "intake")
    until(lambda: is_whole(store, made))
    assert crew.close(60) == []
    assert bodies(store) == scanned(made)
    store.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_a_clock_that_jumps_changes_no_finding(lite: Store, tmp_path: Path, seed: int) -> None:
    made = prepared(lite, NAME)
    where = source(str(tmp_path))
    jumps = (400 * DAY, -400 * DAY, 3, -2 * DAY, 20 * DAY)
    clock = [NOW]
    take = Intake(
        lite,
        where,
        FolderInlet(where, lambda: clock[0] / 1000),
        Ear(lite, made.ranges),
        lambda: None,
        lambda: clock[0],
    )
    judge = Judge(lite, World(made.ranges, made.trust))
    files = list(few(NAME).items())
    for number, (name, data) in enumerate(files):
        write(tmp_path, {name: data})
        clock[0] += jumps[(seed * number) % len(jumps)] * 1000
        run_dry(take)
        judge.drain(max(clock[0], 1))
        lite.run(lambda conn: expire(conn, max(clock[0], 1)))
    found = {name: json.loads(json.dumps(body)) for name, body in bodies(lite).items()}
    assert found == scanned(made)
    assert sum(records(lite).values()) == sum(made.seen.values())


def test_a_queue_that_is_gone_for_a_while_fails_its_task_alone(aws: Aws, tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    url = f"{aws.url}/123456789012/none"
    setup = replace(lay_out(tmp_path / "world"), sources=(source(url),))
    crew = Crew(tasks(store, setup, []))
    crew.start()
    until(lambda: bool(failing(crew)))
    assert [task.name for task in failing(crew)] == [f"intake {url}"]
    assert "NonExistentQueue" in failing(crew)[0].error
    assert crew.close(60) == []
    store.close()
