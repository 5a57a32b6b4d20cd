"""Files of AWS Config in an inventory folder."""

from pathlib import Path

from tests.connectors.config_history import item, items, put, small
from tests.connectors.test_aws_config_items import estate
from tests.inventories import DAY, NOON, OURS, REGION, ways
from truant.connectors import aws_config_files
from truant.connectors.inventory_folder import read
from truant.detection.inventory import Inventory
from truant.model.event_time import iso

SNAPSHOT = "ConfigSnapshot_20260528T202640Z_0a1b"
HISTORY = "ConfigHistory_AWS::EC2::EIP_20260528T102640Z_20260528T162640Z_1"


def test_an_inventory_may_be_configs_alone(tmp_path: Path) -> None:
    put(tmp_path, SNAPSHOT, items(estate().documents))
    found = read(tmp_path)
    assert (found.problems, found.files, found.accounts) == ([], 1, {OURS})
    assert found.history == found.facts
    assert ways(NOON, "i-a", found.facts) == ways(NOON, "i-a", estate().facts())
    assert Inventory(found.facts).covers(OURS, REGION, "route-tables")


def test_the_name_of_a_snapshot_says_when_it_lists(tmp_path: Path) -> None:
    put(tmp_path, SNAPSHOT, items(estate().documents))
    lists = {fact.time for fact in read(tmp_path).facts if fact.attribute == "instances"}
    assert {iso(time) for time in lists} == {"2026-05-28T20:26:40.000Z"}


def test_a_history_lists_nothing(tmp_path: Path) -> None:
    put(tmp_path, HISTORY, items(estate().documents))
    assert not Inventory(read(tmp_path).facts).covers(OURS, REGION, "instances")


def test_snapshots_and_histories_are_one_in_any_order(tmp_path: Path) -> None:
    eip = {"publicIp": "198.51.100.9", "allocationId": "eipalloc-198.51.100.9"}
    moved = item("AWS::EC2::EIP", "eipalloc-198.51.100.9", eip, NOON + DAY)
    gone = item("AWS::EC2::NatGateway", "nat-1", None, NOON + DAY, "ResourceDeleted")
    paths = [
        put(tmp_path, SNAPSHOT, items(estate().documents)),
        put(tmp_path, HISTORY, [moved, gone]),
    ]
    found = aws_config_files.read(paths)
    assert aws_config_files.read(paths[::-1]).facts == found.facts
    assert "198.51.100.9" in ways(NOON, "i-a", found.facts).out
    assert ways(NOON + 2 * DAY, "i-a", found.facts).out == {}


def test_both_kinds_of_inventory_go_together(tmp_path: Path) -> None:
    put(tmp_path, HISTORY, [item("AWS::EC2::VPC", "vpc-7", small({"CidrBlock": "10.7.0.0/16"}))])
    place = tmp_path / OURS / REGION
    place.mkdir(parents=True)
    (place / "describe-vpcs.json").write_text('{"Vpcs": []}')
    found = read(tmp_path)
    assert (found.problems, found.files) == ([], 2)
    assert len(found.listings) == 1


def test_the_accounts_folder_may_be_the_root(tmp_path: Path) -> None:
    put(tmp_path, SNAPSHOT, items(estate().documents))
    assert read(tmp_path / "AWSLogs").problems == []


def test_a_broken_file_costs_itself(tmp_path: Path) -> None:
    put(tmp_path, SNAPSHOT, items(estate().documents))
    for name, raw in (("1", b"\x1f\x8b broken"), ("2", b"[]"), ("3", b"{"), ("4", b"[" * 9999)):
        path = put(tmp_path, f"ConfigHistory_AWS::EC2::VPC_a_b_{name}", [])
        path.write_bytes(raw)
    found = read(tmp_path)
    assert found.files == 1
    assert len(found.problems) == 4
    assert all("left out" in problem for problem in found.problems)


def test_other_files_are_none_of_it(tmp_path: Path) -> None:
    path = put(tmp_path, SNAPSHOT, [])
    path.with_name(f"{OURS}_CloudTrail_eu-west-1_20260528T2026Z_x.json.gz").write_bytes(b"")
    assert aws_config_files.find(tmp_path) == [path]
