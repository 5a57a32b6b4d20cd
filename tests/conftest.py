"""What tests share: a world for commands, and a store, on SQLite and on PostgreSQL."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.aws_server import aws, aws_server
from tests.command import world
from tests.databases import Postgres, running_postgres, sqlite_store
from tests.spark_engine import spark
from truant.connectors.store.database import Store, open_store

__all__ = ["aws", "aws_server", "lite", "postgres", "spark", "store", "world"]
# Machines are shared, so that nothing has a deadline: what is slow is measured. What must pass
# before a change lands tries the same examples each time; whoever tests by hand tries new ones.
# Whole trails are put in another order as one example: large on purpose.
settings.register_profile(
    "truant",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.large_base_example, HealthCheck.too_slow],
)
settings.load_profile("truant")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the whole session."""
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A new store, on each database."""
    if request.param == "sqlite":
        opened = sqlite_store(tmp_path)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        opened = open_store(server.fresh(), tmp_path / "store.key")
    yield opened
    opened.close()


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Store]:
    """A new store on SQLite, where the database makes no difference."""
    opened = sqlite_store(tmp_path)
    yield opened
    opened.close()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name cases of bytes by their argument: gzip holds the time, and every worker has its own."""
    return argname if isinstance(val, bytes) else None
