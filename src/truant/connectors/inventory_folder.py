"""An inventory folder: what the AWS CLI printed, one file for each operation, account and region.

`DIR/<account-id>/<region>/describe-….json`, `collected.json` beside them, and
`DIR/<management-account-id>/list-accounts.json`. Any file may be missing; a broken one is told and
left out.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from truant.connectors.ec2_describe import OPERATIONS, Snapshot, described
from truant.model.event_time import any_form
from truant.model.fact import Fact
from truant.model.network import is_account

# Where nothing says when an inventory was taken, it is taken for newer than every call.
UNDATED = 4_000_000_000

# Not of the network: when it was collected, and the keys that trail digests are signed with.
_OTHERS = frozenset({"collected.json", "list-public-keys.json"})


class InventoryFolder(Struct):
    """What a folder told: facts, the files read, and what was wrong with others (sentences)."""

    facts: set[Fact] = field(default_factory=set)
    files: int = 0
    accounts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    collected: list[int] = field(default_factory=list)


class NoInventory(ValueError):
    """The folder is no inventory; the message says what was expected."""


def read(folder: Path) -> InventoryFolder:
    """Read a whole inventory folder. Raises NoInventory where nothing of one is found."""
    if not folder.is_dir():
        raise NoInventory(f"{folder}: there is no such folder. Give --inventory a folder.")
    result = InventoryFolder()
    for account in sorted(path for path in folder.iterdir() if path.is_dir()):
        if not is_account(account.name):
            result.problems.append(f"{account}: left out, its name is no account id of 12 digits")
            continue
        for place in (account, *sorted(path for path in account.iterdir() if path.is_dir())):
            region = "" if place is account else place.name
            _read_region(place, account.name, region, result)
    if not result.files:
        raise NoInventory(
            f"{folder}: holds no inventory. Expected <account-id>/<region>/describe-instances.json "
            "and its like, as `aws ec2 describe-instances` prints it."
        )
    return result


def _read_region(folder: Path, account: str, region: str, result: InventoryFolder) -> None:
    files = sorted(path for path in folder.glob("*.json") if path.is_file())
    at = _collected_at(folder, result) if region else UNDATED
    for path in files:
        if path.name in _OTHERS:
            continue
        if path.stem not in OPERATIONS:
            result.problems.append(f"{path}: left out, no operation of an inventory is named so")
            continue
        snapshot = Snapshot(account, region, at, f"{path.stem} of {account} {region}".rstrip())
        result.facts.update(_facts(path, snapshot, result))


def _collected_at(folder: Path, result: InventoryFolder) -> int:
    path = folder / "collected.json"
    if not path.is_file():
        return UNDATED
    document = _document(path, result)
    at = any_form(document.get("collectedAt")) if isinstance(document, dict) else None
    if at is None:
        result.problems.append(f"{path}: no collectedAt like 2026-11-24T00:00:00Z; taken as newest")
        return UNDATED
    result.collected.append(at)
    return at


def _facts(path: Path, snapshot: Snapshot, result: InventoryFolder) -> Iterator[Fact]:
    document = _document(path, result)
    if document is None:
        return
    if not isinstance(document, dict):
        result.problems.append(f"{path}: left out, not a JSON object as the AWS CLI prints it")
        return
    result.files += 1
    result.accounts.add(snapshot.account)
    yield from described(path.stem, document, snapshot)


def _document(path: Path, result: InventoryFolder) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (OSError, ValueError, RecursionError) as error:
        result.problems.append(f"{path}: left out, {error}")
        return None
