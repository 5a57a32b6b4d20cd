"""Tests of `database`: migrations, who may open what, and transactions."""

import stat
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from tests.databases import Postgres
from truant.connectors.store import people_schema, response_schema, settings, watch_schema  # noqa: F401 they hold tables, too
from truant.connectors.store.database import BadStore, Store, open_store
from truant.connectors.store.schema import metadata


def test_migrations_make_what_the_schema_says(store: Store) -> None:
    with store.read() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_a_store_is_opened_again_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "truant.db"
    first = open_store(str(file))
    with first.write() as conn:
        settings.put_value(conn, "name", "value")
    first.close()
    again = open_store(str(file))
    with again.read() as conn:
        assert settings.get(conn, "name") == "value"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again.close()


def test_a_database_of_a_newer_truant_is_left_alone(store: Store) -> None:
    with store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    url = store.engine.url.render_as_string(hide_password=False)
    with pytest.raises(BadStore, match="form 9999, which this Truant does not know"):
        open_store(url)


@pytest.mark.parametrize(
    ("database", "says"),
    [
        ("mysql://somewhere/x", "mysql databases are not supported"),
        ("://", "is no URL"),
        ("/proc/truant.db", "Name a file that can be written"),
        ("postgresql://nobody@/x?host=/nonexistent", "Check that it is there and yours"),
    ],
)
def test_what_cannot_be_opened_is_said(database: str, says: str) -> None:
    with pytest.raises(BadStore, match=says):
        open_store(database)


def test_a_password_is_not_shown() -> None:
    with pytest.raises(BadStore) as caught:
        open_store("postgresql://me:hush-hush@/x?host=/nonexistent")
    assert "hush-hush" not in str(caught.value)


def test_a_transaction_is_whole_or_not_at_all(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.write() as conn:
        settings.put_value(conn, "half", "done")
        raise ZeroDivisionError
    with store.read() as conn:
        assert settings.get(conn, "half") == ""


def test_readers_see_one_state(store: Store) -> None:
    with store.read() as reader:
        assert settings.number(reader, "n") == 0
        with store.write() as writer:
            settings.grow(writer, "n")
        assert settings.number(reader, "n") == 0
    with store.read() as reader:
        assert settings.number(reader, "n") == 1


def test_numbers_grow_one_by_one_under_many_writers(store: Store) -> None:
    seen: list[int] = []

    def grow() -> None:
        seen.extend(store.run(lambda conn: settings.grow(conn, "n")) for _ in range(10))

    threads = [threading.Thread(target=grow) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(seen) == list(range(1, 41))


def test_workers_that_start_together_migrate_once(postgres: Postgres) -> None:
    url, failures = postgres.empty(), []

    def start() -> None:
        try:
            open_store(url).close()
        except Exception as error:  # noqa: BLE001 shown below
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
