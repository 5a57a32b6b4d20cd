"""Writing an inventory: whole or not at all, and nothing lost of what was there."""

import stat
from pathlib import Path

import pytest

from tests.inventories import HUB, NOON, OURS
from truant.connectors.inventory_folder import read
from truant.connectors.inventory_writer import CannotWrite, InventoryWriter
from truant.detection.inventory import Inventory

VPCS = {"describe-vpcs": {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}}
LATER = NOON + 3600


def write(folder: Path, region: str = "eu-west-1", at: int = NOON, account: str = OURS) -> None:
    with InventoryWriter(folder) as writer:
        writer.put_region(account, region, at, VPCS)
        writer.finish()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    with InventoryWriter(tmp_path / "a" / "inventory") as writer:
        writer.put_region(OURS, "eu-west-1", NOON, VPCS)
        writer.put_accounts(HUB, {"Accounts": [{"Id": OURS}]})
        writer.finish()
    found = read(tmp_path / "a" / "inventory")
    assert (found.problems, found.collected, found.files) == ([], [NOON], 2)
    assert Inventory(found.facts).organization == {OURS}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["inventory"]


def test_it_is_its_owners_alone(tmp_path: Path) -> None:
    write(tmp_path / "inventory")
    for path in (tmp_path / "inventory").rglob("*.json"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "inventory").stat().st_mode) == 0o700


def test_without_an_end_nothing_is_there(tmp_path: Path) -> None:
    with InventoryWriter(tmp_path / "inventory") as writer:
        writer.put_region(OURS, "eu-west-1", NOON, VPCS)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_leaves_the_old_one(tmp_path: Path) -> None:
    write(tmp_path / "inventory")
    with pytest.raises(ZeroDivisionError), InventoryWriter(tmp_path / "inventory") as writer:
        writer.put_region(OURS, "eu-west-1", LATER, VPCS)
        raise ZeroDivisionError
    assert read(tmp_path / "inventory").collected == [NOON]
    assert [path.name for path in tmp_path.iterdir()] == ["inventory"]


def test_other_regions_and_accounts_stay_with_their_time(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    write(folder)
    write(folder, "us-east-1")
    write(folder, account=HUB)
    write(folder, at=LATER)
    found = read(folder)
    assert found.problems == []
    assert sorted(found.collected) == [NOON, NOON, LATER]
    assert found.accounts == {OURS, HUB}


def test_what_was_not_collected_this_time_is_not_taken_from_before(tmp_path: Path) -> None:
    folder = tmp_path / "inventory"
    with InventoryWriter(folder) as writer:
        told = VPCS | {"describe-vpc-endpoints": {"VpcEndpoints": []}}
        writer.put_region(OURS, "eu-west-1", NOON, told)
        writer.finish()
    assert Inventory(read(folder).facts).covers(OURS, "eu-west-1", "endpoints")
    missing = [{"operation": "describe-vpc-endpoints", "error": "UnauthorizedOperation: no"}]
    with InventoryWriter(folder) as writer:
        writer.put_region(OURS, "eu-west-1", LATER, VPCS, missing)
        writer.finish()
    found = read(folder)
    assert not Inventory(found.facts).covers(OURS, "eu-west-1", "endpoints")
    (problem,) = found.problems
    assert "describe-vpc-endpoints was not collected (UnauthorizedOperation: no)" in problem


def test_a_region_that_told_nothing_is_not_written(tmp_path: Path) -> None:
    with InventoryWriter(tmp_path / "inventory") as writer:
        writer.put_region(OURS, "eu-west-1", NOON, {})
        assert writer.files == 0


@pytest.mark.parametrize("other", ["notes.txt", "trail/a.json", "111111111111"])
def test_a_folder_of_something_else_is_left_alone(tmp_path: Path, other: str) -> None:
    path = tmp_path / "mine" / other
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(CannotWrite, match="no inventory"):
        InventoryWriter(tmp_path / "mine")
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "inventory").mkdir()
    write(tmp_path / "inventory")
    assert read(tmp_path / "inventory").files == 1
