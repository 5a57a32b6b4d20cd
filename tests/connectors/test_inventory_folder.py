"""An inventory folder: the contract's files, and everything that people put beside them."""

import json
from pathlib import Path

import pytest

from tests.inventories import HUB, NOON, OURS, Json, Taken
from truant.connectors.inventory_folder import UNDATED, InventoryFolder, NoInventory, read
from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.model.event_time import iso


def put(folder: Path, name: str, document: object, *, place: str = f"{OURS}/eu-west-1") -> Path:
    path = folder / place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document))
    return path


VPCS: Json = {"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}


def told(found: InventoryFolder) -> Inventory:
    return Inventory(found.facts)


def test_a_whole_folder(tmp_path: Path) -> None:
    put(tmp_path, "describe-vpcs.json", VPCS)
    put(tmp_path, "describe-vpcs.json", VPCS, place=f"{OURS}/us-east-1")
    put(tmp_path, "collected.json", {"collectedAt": iso(NOON)})
    put(tmp_path, "describe-vpcs.json", VPCS, place=f"{HUB}/eu-west-1")
    put(tmp_path, "list-accounts.json", {"Accounts": [{"Id": OURS}]}, place=HUB)
    found = read(tmp_path)
    assert (found.files, found.accounts, found.problems) == (4, {OURS, HUB}, [])
    assert found.collected == [NOON]
    assert {fact.time for fact in found.facts} == {NOON, UNDATED}
    assert told(found).organization == {OURS}
    assert told(found).vpcs == ("eu-west-1/vpc-1", "us-east-1/vpc-1")


def test_any_file_may_be_missing(tmp_path: Path) -> None:
    taken = Taken()
    taken.instance("i-1", taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5"))
    put(
        tmp_path,
        "describe-instances.json",
        {"Reservations": taken.documents["describe-instances"]},
    )
    found = read(tmp_path)
    assert found.problems == []
    assert View(told(found), NOON).interfaces("i-1")
    assert told(found).covers(OURS, "eu-west-1", "instances")
    assert not told(found).covers(OURS, "eu-west-1", "endpoints")


def test_an_empty_list_is_knowledge(tmp_path: Path) -> None:
    put(tmp_path, "describe-vpc-endpoints.json", {"VpcEndpoints": []})
    assert told(read(tmp_path)).covers(OURS, "eu-west-1", "endpoints")


def test_without_a_date_it_is_newer_than_every_call(tmp_path: Path) -> None:
    put(tmp_path, "describe-vpcs.json", VPCS)
    assert {fact.time for fact in read(tmp_path).facts} == {UNDATED}


@pytest.mark.parametrize("collected", [{}, [], {"collectedAt": "yesterday"}, {"collectedAt": None}])
def test_a_date_that_is_none_is_told(tmp_path: Path, collected: object) -> None:
    put(tmp_path, "describe-vpcs.json", VPCS)
    path = put(tmp_path, "collected.json", collected)
    (problem,) = read(tmp_path).problems
    assert str(path) in problem
    assert "collectedAt" in problem


@pytest.mark.parametrize(
    "text",
    ["", "{", "\x00\x00", "[" * 100_000, "An error occurred (UnauthorizedOperation)"],
    ids=["empty", "cut", "binary", "deep", "error"],
)
def test_one_broken_file_is_told_and_does_not_stop_the_rest(tmp_path: Path, text: str) -> None:
    broken = put(tmp_path, "describe-instances.json", {})
    broken.write_text(text)
    put(tmp_path, "describe-vpcs.json", VPCS)
    found = read(tmp_path)
    assert found.files == 1
    assert len(found.problems) == 1
    assert str(broken) in found.problems[0]


@pytest.mark.parametrize("document", [None, [], "x", {}, VPCS, {"Reservations": {}}])
def test_a_file_of_another_shape_tells_nothing_and_is_named(
    tmp_path: Path, document: object
) -> None:
    """An empty result of a failed command must not pass for an account without instances."""
    path = put(tmp_path, "describe-instances.json", document)
    put(tmp_path, "describe-vpcs.json", VPCS)
    found = read(tmp_path)
    assert not told(found).covers(OURS, "eu-west-1", "instances")
    assert len(found.problems) == (document is not None)
    for problem in found.problems:
        assert str(path) in problem
        assert '"Reservations"' in problem


def test_a_first_page_is_told(tmp_path: Path) -> None:
    put(tmp_path, "describe-vpcs.json", VPCS | {"NextToken": "more"})
    found = read(tmp_path)
    assert "NextToken" in found.problems[0]
    assert told(found).vpcs == ("eu-west-1/vpc-1",)
    assert not told(found).covers(OURS, "eu-west-1", "vpcs")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_in_every_encoding_that_a_shell_writes(tmp_path: Path, encoding: str) -> None:
    """Windows PowerShell's `>` writes UTF-16."""
    path = put(tmp_path, "describe-vpcs.json", {})
    path.write_bytes(json.dumps(VPCS).encode(encoding))
    found = read(tmp_path)
    assert (found.files, found.problems) == (1, [])


def test_a_byte_that_is_no_text_costs_only_itself(tmp_path: Path) -> None:
    path = put(tmp_path, "describe-vpcs.json", VPCS | {"Note": "@"})
    path.write_bytes(path.read_bytes().replace(b"@", b"\xff"))
    assert read(tmp_path).files == 1


def test_what_lies_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    put(tmp_path, "describe-vpcs.json", VPCS)
    put(tmp_path, "describe-vpcs.json", VPCS, place=OURS)  # no region: whose VPC would it be
    put(tmp_path, "list-accounts.json", {"Accounts": []})
    put(tmp_path, "describe-flow-logs.json", {})
    put(tmp_path, "describe-vpcs.json", VPCS, place="production/eu-west-1")
    found = read(tmp_path)
    assert found.files == 1
    assert len(found.problems) == 4
    assert all("left out" in problem for problem in found.problems)


def test_other_files_beside_are_nobodys_business(tmp_path: Path) -> None:
    put(tmp_path, "describe-vpcs.json", VPCS)
    (tmp_path / OURS / "eu-west-1" / "notes.txt").write_text("x")
    (tmp_path / "README.md").write_text("x")
    assert read(tmp_path).problems == []


def test_what_is_no_inventory_at_all(tmp_path: Path) -> None:
    with pytest.raises(NoInventory, match="no such folder"):
        read(tmp_path / "nowhere")
    with pytest.raises(NoInventory, match="describe-instances"):
        read(tmp_path)
    put(tmp_path, "describe-instances.json", {"Error": "denied"})
    with pytest.raises(NoInventory, match="describe-instances"):
        read(tmp_path)


def test_two_folders_of_two_days_are_one_inventory(tmp_path: Path) -> None:
    for name, at, instance in (("one", NOON - 86_400, "i-1"), ("two", NOON, "i-2")):
        taken = Taken()
        taken.instance(instance, taken.interface("eni-1", "subnet-1", "vpc-1", "10.0.0.5"))
        listed = {"Reservations": taken.documents["describe-instances"]}
        put(tmp_path / name, "describe-instances.json", listed)
        put(tmp_path / name, "collected.json", {"collectedAt": iso(at)})
    together = Inventory(read(tmp_path / "one").facts | read(tmp_path / "two").facts)
    assert together.ended("i-1") == NOON
    assert together.ended("i-2") is None
