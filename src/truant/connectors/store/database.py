"""The database itself: opened, brought to the form this Truant knows, and its transactions.

SQLite stands in write-ahead mode, so that readers never wait, and writers wait for one another.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from truant.connectors.store import key_box
from truant.connectors.store.key_box import BadKey, KeyBox
from truant.connectors.store.turns import Turns

BUSY_SECONDS = 30
CONNECTIONS = 20  # as many again where many ask at once: together as many as threads answer
RETRIES = 5
_WRITE = "truant_write"
_MIGRATION_LOCK = 7_283_119_452  # a number of ours for PostgreSQL's advisory locks
# PostgreSQL: serialization_failure, deadlock_detected.
_AGAIN = {"40001", "40P01"}

_T = TypeVar("_T")


class BadStore(ValueError):
    """The database cannot be used; the message says which and what to do."""


class Store:
    """An open store. `read` and `write` give a connection within one transaction."""

    def __init__(self, engine: Engine, key_file: Path | None) -> None:
        """Hold an engine; `open_store` makes one."""
        self.engine, self.key_file = engine, key_file
        self._box: KeyBox | None = None
        self._turns = Turns()

    @property
    def is_postgres(self) -> bool:
        """Whether several workers may share it."""
        return self.engine.dialect.name == "postgresql"

    def box(self, *, make: bool = False) -> KeyBox:
        """What the secrets of API keys are sealed with. Raises BadKey."""
        if self._box is None:
            self._box = key_box.from_environment() or self._from_file(make=make)
        return self._box

    def _from_file(self, *, make: bool) -> KeyBox:
        if self.key_file is None:
            raise BadKey(f"no key file is named for this database. Set {key_box.ENVIRONMENT}.")
        return key_box.from_file(self.key_file, make=make)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the whole and changes nothing."""
        with self.engine.connect() as conn:
            if self.is_postgres:
                conn = conn.execution_options(  # noqa: PLW2901 the same connection
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield conn

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that is committed at its end, whole or not at all.

        On SQLite the writers of a process take turns; so none may begin one within another.
        """
        with (
            nullcontext() if self.is_postgres else self._turns,
            self.engine.connect().execution_options(**{_WRITE: True}) as conn,
            conn.begin(),
        ):
            yield conn

    def run(self, work: Callable[[Connection], _T]) -> _T:
        """Do the work in one transaction; once more where it met another's, up to five times."""
        for attempt in range(1, RETRIES + 1):
            try:
                with self.write() as conn:
                    return work(conn)
            except DBAPIError as error:
                if attempt == RETRIES or not _is_passing(error):
                    raise
        raise AssertionError("not reached")

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()


def _is_passing(error: DBAPIError) -> bool:
    if getattr(error.orig, "sqlstate", None) in _AGAIN:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error.orig)


def open_store(database: str, key_file: Path | None = None) -> Store:
    """Open a database, a file's path or `postgresql://…`, and bring it to the present form.

    The key file of a SQLite database lies beside it, unless another is named. Raises BadStore.
    """
    url = _url(database)
    file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if file is not None:
        _make_file(file)
        key_file = key_file or file.with_name(f"{file.name}.key")
    store = Store(_engine(url), key_file)
    try:
        with store.write() as conn:
            _migrate(conn)
    except DBAPIError as error:
        store.close()
        shown = url.render_as_string(hide_password=True)
        raise BadStore(f"{shown}: {error.orig}. Check that it is there and yours.") from error
    except BadStore:
        store.close()
        raise
    return store


def _url(database: str) -> URL:
    if "://" not in database:
        return URL.create("sqlite", database=str(Path(database).absolute()))
    try:
        url = make_url(database)
    except ArgumentError as error:
        raise BadStore("--database is no URL. Give a path, or postgresql://…") from error
    if url.get_backend_name() not in ("sqlite", "postgresql"):
        raise BadStore(
            f"{url.get_backend_name()} databases are not supported. Give a path for SQLite, or "
            "postgresql://…"
        )
    return url


def _make_file(file: Path) -> None:
    """Make the database file, if it is new, so that its owner alone may read it."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise BadStore(f"{file}: {error.strerror}. Name a file that can be written.") from error


def _engine(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            hide_parameters=True,  # errors are logged, and parameters are what was in records
            pool_pre_ping=url.get_backend_name() == "postgresql",
            pool_size=CONNECTIONS,
            max_overflow=CONNECTIONS,
        )
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise BadStore(
            "the driver for PostgreSQL is not installed: pip install 'truant[postgres]'"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    # The driver's own handling of transactions begins them late and ends them early.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(conn: Connection) -> None:
    # A writer takes its lock at once: one that reads first and then writes could meet another.
    how = "BEGIN IMMEDIATE" if conn.get_execution_options().get(_WRITE) else "BEGIN"
    conn.exec_driver_sql(how)


def _migrate(conn: Connection) -> None:
    """Bring the tables to the newest form. Raises BadStore for a database of a newer Truant."""
    if conn.dialect.name == "postgresql":
        conn.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
    script = ScriptDirectory.from_config(migrations())
    known = {revision.revision for revision in script.walk_revisions()}
    current = MigrationContext.configure(conn).get_current_revision()
    if current == script.get_current_head():
        return
    if current is not None and current not in known:
        raise BadStore(
            f"the database has form {current}, which this Truant does not know. A newer one wrote "
            "it: upgrade Truant."
        )
    config = migrations()
    config.attributes["connection"] = conn
    command.upgrade(config, "head")


def migrations() -> Config:
    """Alembic's configuration, for the migrations that come with the package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("path_separator", "os")
    return config
