"""Two `truant serve` on one PostgreSQL read one folder: each finding once, each notice once."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.crashing import SCENARIO, SEED, lay_out, outcome
from tests.databases import Postgres
from tests.intakes import few, records, scanned, waiting, write
from tests.worlds import world
from truant.connectors.store import outbox
from truant.connectors.store.database import Store, open_store

DEADLINE_SECONDS = 240


@contextmanager
def two_services(environment: dict[str, str], log: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two processes as a person starts them, each on a free port of loopback."""
    words = [sys.executable, "-m", "truant.cli", "serve", "--port", "0"]
    whole = {**os.environ, **environment}
    with log.open("wb") as said:
        some = [subprocess.Popen(words, env=whole, stderr=said) for _ in range(2)]
        try:
            yield some
        finally:
            for one in some:
                one.terminate()
            for one in some:
                one.wait(60)


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, or far too long."""
    until = time.monotonic() + DEADLINE_SECONDS
    while not is_so() and time.monotonic() < until:
        time.sleep(0.05)


def is_done(store: Store, expected: int, told: Path) -> bool:
    """Whether all is read, judged and told."""
    if sum(records(store).values()) < expected or waiting(store):
        return False
    with store.read() as conn:
        return not outbox.waiting(conn) and told.exists()


def test_two_services_find_and_tell_each_finding_once(postgres: Postgres, tmp_path: Path) -> None:
    setup, trail, told = lay_out(tmp_path / "world"), tmp_path / "trail", tmp_path / "told.jsonl"
    assert setup.config is not None
    with setup.config.open("a") as config:
        config.write(f'\n[[publish]]\nname = "log"\nkind = "file"\nfile = "{told}"\n')
    trail.mkdir()
    environment = {
        "TRUANT_DATABASE": postgres.fresh(),
        "TRUANT_KEY_FILE": str(tmp_path / "key"),
        "TRUANT_CONFIG": str(setup.config),
        "TRUANT_INVENTORY": str(setup.inventory),
        "TRUANT_IP_RANGES": str(setup.ip_ranges),
        "TRUANT_INTAKE": str(trail),
    }
    made, files = world(SCENARIO, seed=SEED), few(SCENARIO, together=30)
    expected = sum(made.seen.values())
    store = open_store(environment["TRUANT_DATABASE"], tmp_path / "key")
    log = tmp_path / "log"
    try:
        with two_services(environment, log) as services:
            wait_for(lambda: log.read_bytes().count(b"its console is at") == len(services))
            for name, data in files.items():  # they come while both look
                write(trail, {name: data})
                time.sleep(0.01)
            wait_for(lambda: is_done(store, expected, told))
            assert [one.poll() for one in services] == [None, None], log.read_text()
        found = outcome(store)
    finally:
        store.close()
    assert {name: json.loads(text) for name, text in found.findings.items()} == scanned(made)
    assert set(found.created.values()) == {1}
    assert found.records == expected
    lines = [json.loads(line) for line in told.read_text().splitlines()]
    notices = Counter(one["id"] for one in lines if not one["service"]["archived"])
    assert set(notices) >= set(found.findings)
    assert set(notices.values()) == {1}
