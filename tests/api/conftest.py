"""A service that runs, and a store with findings in it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api_server import ADMINISTRATOR, MEMBER, REGION, Served, serving
from tests.databases import sqlite_store
from tests.made_findings import made_finding
from truant.connectors.store import detectors, findings
from truant.connectors.store.members import Member, Status, keep


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """A service on a new store."""
    store = sqlite_store(tmp_path)
    with serving(store, tmp_path / "lists") as running:
        yield running
    store.close()


@pytest.fixture
def client(served: Served) -> Any:
    """The administrator's client."""
    return served.client()


@pytest.fixture
def detector(client: Any) -> str:
    """The administrator's detector."""
    created: str = client.create_detector(Enable=True)["DetectorId"]
    return created


@pytest.fixture
def filled(served: Served, detector: str) -> str:
    """A store with findings of the administrator and a member; gives the detector."""
    with served.store.write() as conn:
        keep(conn, [Member(MEMBER, ADMINISTRATOR, "", Status.ENABLED, 0)])
        detectors.ensure(conn, MEMBER, REGION, 0)
        findings.keep(conn, [made_finding(number) for number in range(130)])
    return detector
