"""Tests of `service`: its tasks judge, expire, and take in what changed beside the trail."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from tests.connectors.config_history import item, put
from tests.worlds import NOW, prepare, take_in, world
from truant.connectors import service_config
from truant.connectors.config import BadConfig
from truant.connectors.inventory_folder import NoInventory
from truant.connectors.store import dirty, facts, findings, sessions, settings, snapshots
from truant.connectors.store.database import Store
from truant.model.aws_ranges import RangesHistory
from truant.runners.crew import Stop, Task
from truant.runners.judging import Judge
from truant.runners.service import InventoryTask, JudgeTask, Setup, tasks
from truant.runners.world import World

LISTED = {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16", "OwnerId": "111111111111"}]}


def named(found: list[Task]) -> dict[str, Task]:
    return {one.name: one for one in found}


def drained(task: JudgeTask) -> None:
    while task.step(Stop()):
        pass


def test_the_judge_tells_what_was_taken_in(lite: Store) -> None:
    made = world("demo")
    prepare(lite, made)
    take_in(lite, made.parts)
    drained(JudgeTask(Judge(lite, World(made.ranges, made.trust)), made.ranges, ""))
    with lite.read() as conn:
        assert findings.count(conn) == len(made.findings)


def waiting(store: Store) -> int:
    """How many are marked, once a judge has begun."""
    with store.write() as conn:
        dirty.sweep(conn, NOW)
        return dirty.count(conn)


def test_newer_ranges_and_another_configuration_have_everybody_judged_again(lite: Store) -> None:
    made = world("demo")
    prepare(lite, made)
    take_in(lite, made.parts)
    with lite.read() as conn:
        everybody = len(list(sessions.everyone(conn)))
    task = JudgeTask(Judge(lite, World(made.ranges, made.trust)), made.ranges, "as it is")
    drained(task)
    assert waiting(lite) == 0
    task.use_ranges(made.ranges)
    drained(task)
    assert waiting(lite) == 0, "the same ranges are no news"
    again = JudgeTask(Judge(lite, World(made.ranges, made.trust)), made.ranges, "as it is")
    drained(again)
    assert waiting(lite) == 0, "nor is a start"
    newest = made.ranges.snapshots[-1]
    newer = RangesHistory([*made.ranges.snapshots, replace(newest, created_at=NOW, sync_token="1")])
    with lite.write() as conn:
        assert World(made.ranges).use_ranges(conn, newer, "as it is")
    assert waiting(lite) == everybody > 0
    drained(again)
    with lite.write() as conn:
        assert World(made.ranges).use_ranges(conn, newer, "another truant.toml")


def test_an_inventory_folder_is_read_when_it_changed(lite: Store, tmp_path: Path) -> None:
    place = tmp_path / "111111111111" / "eu-west-1"
    place.mkdir(parents=True)
    (place / "collected.json").write_text('{"collectedAt": "2026-01-01T00:00:00Z"}')
    (place / "describe-vpcs.json").write_text(json.dumps(LISTED))
    task = InventoryTask(lite, tmp_path)
    for _ in range(2):
        assert not task.step(Stop())
    with lite.read() as conn:
        first = settings.number(conn, settings.WORLD)
        assert list(snapshots.times(conn)) == [("111111111111", "eu-west-1")]
    os.utime(place / "describe-vpcs.json", (1, 1))
    (place / "collected.json").write_text('{"collectedAt": "2026-01-02T00:00:00Z"}')
    task.step(Stop())
    with lite.read() as conn:
        assert settings.number(conn, settings.WORLD) == first + 1


def test_what_is_named_wrongly_is_told_before_anything_runs(lite: Store, tmp_path: Path) -> None:
    with pytest.raises(BadConfig):
        tasks(lite, Setup(tmp_path, config=tmp_path / "none.toml"), [])
    with pytest.raises(NoInventory):
        tasks(lite, Setup(tmp_path, inventory=tmp_path / "none"), [])


def test_one_task_for_each_thing_to_do(lite: Store, tmp_path: Path) -> None:
    (tmp_path / "truant.toml").write_text('[accounts]\nadministrator = "111111111111"\n')
    notices: list[str] = []
    found = named(tasks(lite, Setup(tmp_path, config=tmp_path / "truant.toml"), notices))
    assert list(found) == ["judge", "expiry", *(f"sender {n}" for n in range(1, 5)), "pulse"]
    assert any("AWS ranges" in one for one in notices)
    for task in found.values():
        assert task.step(Stop()) is False


def test_what_aws_config_tells_in_the_folder_is_kept(lite: Store, tmp_path: Path) -> None:
    gone = item("AWS::EC2::NatGateway", "nat-1", None, NOW // 1000, "ResourceDeleted")
    put(tmp_path, "ConfigHistory_AWS::EC2::NatGateway_a_b_1", [gone])
    task = InventoryTask(lite, tmp_path)
    task.step(Stop())
    with lite.read() as conn:
        (fact,) = facts.since(conn, 0)
        assert (fact.entity, fact.attribute, fact.time) == ("nat-1", "ended", NOW // 1000)


def test_the_inventory_is_collected_where_the_configuration_says_so(
    lite: Store, tmp_path: Path
) -> None:
    setup = Setup(tmp_path)
    assert "collect" not in named(tasks(lite, setup, []))
    file = tmp_path / "truant.toml"
    file.write_text('[serve.collect]\nrole = "truant-inventory"\norganization = true\n')
    wanted = structs.replace(setup, config=file, collect=service_config.read(file).collect)
    assert "collect" in named(tasks(lite, wanted, []))
