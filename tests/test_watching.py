"""Tests of `watching`: the status and the quarantine, as a person asks for them."""

import json
from pathlib import Path

from typer.testing import CliRunner, Result

from tests.databases import sqlite_store
from tests.intakes import intake_of, records, run_dry
from truant.cli import app
from truant.commands.serve import CannotRun
from truant.connectors.folder_inlet import FolderInlet
from truant.connectors.sources import source

CALL = b'{"eventVersion": "1.09", "eventName": "A", "eventTime": "2026-01-09T00:15:04Z"}'


def run(database: str, *words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"TRUANT_DATABASE": database})


def test_a_broken_file_is_listed_and_tried_again(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    database = str(store.engine.url.database)
    trail = tmp_path / "trail"
    trail.mkdir()
    (trail / "x\x1b[31m.json").write_bytes(b"\x1f\x8bbroken")
    where = source(str(trail))
    run_dry(intake_of(store, where, FolderInlet(where, lambda: 1e12)))
    listed = run(database, "quarantine", "list")
    assert "gzip cut off" in listed.stdout
    assert "\x1b" not in listed.stdout
    assert "1 pieces in quarantine." in listed.stderr
    number = listed.stdout.split()[0]
    assert isinstance(run(database, "quarantine", "retry", "99").exception, CannotRun)
    asked = run(database, "quarantine", "retry", number)
    assert "1 items are to be read anew." in asked.stderr
    assert "(to be tried again)" in run(database, "quarantine", "list").stdout
    (trail / "x\x1b[31m.json").write_bytes(CALL)
    run_dry(intake_of(store, where, FolderInlet(where)))
    assert sum(records(store).values()) >= 1
    store.close()


def test_the_status_for_people_and_for_programs(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    database = str(store.engine.url.database)
    store.close()
    shown = run(database, "status")
    assert shown.exit_code == 0, shown.output
    assert "no service runs on this database" in shown.stdout
    told = json.loads(run(database, "status", "--format", "jsonl").stdout)
    assert told["quarantined"] == 0
    assert set(told["rates"]) == {"5", "60"}
