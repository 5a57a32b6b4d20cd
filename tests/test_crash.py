"""The crash law, a few moments of it in each intake; `benchmarks.crash` tries hundreds."""

import json
import random
from pathlib import Path

import pytest

from tests.aws_server import Aws
from tests.crashing import SCENARIO, SEED, Ordeal, lay_out, place_of
from tests.databases import Postgres
from tests.intakes import scanned
from tests.worlds import world

MOMENTS = 2


@pytest.mark.parametrize(
    ("intake", "database"),
    [
        ("folder", "postgresql"),
        ("bucket", "sqlite"),
        ("queue", "postgresql"),
        ("stream", "sqlite"),
    ],
)
def test_killed_at_any_moment_it_finds_what_a_quiet_one_finds(
    aws: Aws, tmp_path: Path, request: pytest.FixtureRequest, intake: str, database: str
) -> None:
    if database == "sqlite":
        url = str(tmp_path / "t.db")
    else:
        server: Postgres = request.getfixturevalue("postgres")
        url = server.fresh()
    setup = lay_out(tmp_path / "world")
    place = place_of(intake, aws, tmp_path / "intake")
    ordeal = Ordeal(place, url, tmp_path, setup, aws, together=30)
    found = ordeal.run(random.Random(intake), MOMENTS)
    made = world(SCENARIO, seed=SEED)
    assert {name: json.loads(text) for name, text in found.findings.items()} == scanned(made)
    assert set(found.created.values()) == {1}
    assert found.records == sum(made.seen.values())
    assert found.quarantined == 0
