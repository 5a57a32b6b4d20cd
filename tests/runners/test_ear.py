"""Tests of `ear`: flow logs give the findings of a scan, whenever and in whatever cut they come."""

import random
from functools import cache
from pathlib import Path

import pytest

from tests.intakes import bodies, intake_of, judged, prepared, run_dry, trail, write
from tests.worlds import world
from truant.connectors.folder_inlet import FolderInlet
from truant.connectors.sources import Holds, source
from truant.connectors.store import accounting, hearings, quarantine
from truant.connectors.store.database import Store
from truant.runners.intake import Intake
from truant.runners.scan import ScanRequest, scan
from truant.simulator.scenario import build
from truant.simulator.simulation import files

NAME = "E3-same-nat"


@cache
def laid(name: str = NAME) -> dict[str, bytes]:
    return files(build(11, [name], with_flow_logs=True))


def logs() -> dict[str, bytes]:
    return {
        name.removeprefix("flow-logs/"): data
        for name, data in laid().items()
        if name.startswith("flow-logs/")
    }


def expected(folder: Path) -> dict[str, object]:
    write(folder, laid())
    request = ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "cache",
        now=0,
        inventory=folder / "inventory",
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
        flow_logs=folder / "flow-logs",
    )
    found = scan(request, lambda _done, _total: None).findings
    return {str(one["id"]): one["type"] for one in found}


def of(store: Store, folder: Path, holds: Holds) -> Intake:
    where = source(str(folder), holds)
    return intake_of(store, where, FolderInlet(where), ranges=world(NAME).ranges)


@pytest.mark.parametrize("first", list(Holds))
def test_flow_logs_before_or_after_the_trail(lite: Store, tmp_path: Path, first: Holds) -> None:
    wanted = expected(tmp_path / "scan")
    assert len(wanted) > len(world(NAME).findings), "only flow logs show this theft"
    made = prepared(lite, NAME)
    pieces = {Holds.TRAIL: trail(NAME), Holds.FLOW_LOGS: logs()}
    for holds in (first, *(one for one in Holds if one is not first)):
        names = list(pieces[holds])
        random.Random(1).shuffle(names)
        for half in (names[::2], names[1::2]):
            write(tmp_path / holds, {name: pieces[holds][name] for name in half})
            run_dry(of(lite, tmp_path / holds, holds))
            judged(lite, made)
    assert {name: body["type"] for name, body in bodies(lite).items()} == wanted
    with lite.read() as conn:
        assert quarantine.count(conn) == 0
        totals = accounting.counts(conn, accounting.TOTALS)
        assert totals["flow logs: files"] == len(logs())
        assert totals["flow logs: records of instances whose keys were used"] > 0


def test_what_is_heard_twice_is_no_news_and_expires(store: Store, tmp_path: Path) -> None:
    prepared(store, NAME)
    write(tmp_path, dict(list(logs().items())[:3]))
    ear = of(store, tmp_path, Holds.FLOW_LOGS).ear
    heard = ear.listen(sorted(tmp_path.rglob("*.gz")), 1_800_000_000_000)
    assert heard.hearings
    some = list(heard.hearings.values())
    with store.write() as conn:
        assert hearings.add(conn, some) == {one.interface for one in some}
        assert hearings.add(conn, some) == set()
        instances = {name for one in some for name in one.instances}
        kept = hearings.of(conn, instances, {one.interface for one in some})
        assert kept == heard.hearings
        day = max(one.day for one in some)
        assert hearings.drop_before(conn, day + 1) == len(some)
        assert not hearings.are_any(conn)
