"""An inventory folder: what the AWS CLI printed, one file for each operation, account and region.

`DIR/<account-id>/<region>/describe-….json`, `collected.json` beside them, and
`DIR/<management-account-id>/list-accounts.json`. Any file may be missing; a broken one is told and
left out. Files of AWS Config may lie anywhere below, or be all there is.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct, field, structs

from truant.connectors import aws_config_files
from truant.connectors.ec2_describe import OPERATIONS, described, is_cut, lists
from truant.connectors.ec2_snapshot import Snapshot
from truant.model.event_time import any_form
from truant.model.fact import Fact
from truant.model.network import is_account

# Where nothing says when an inventory was taken, it is taken for newer than every call.
UNDATED = 4_000_000_000
COLLECTED = "collected.json"
_OF_ACCOUNT = frozenset({"list-accounts"})
_OF_REGION = frozenset(OPERATIONS) - _OF_ACCOUNT

# Not of the network: when it was collected, and the keys that trail digests are signed with.
_OTHERS = frozenset({COLLECTED, "list-public-keys.json"})


class Listing(Struct, frozen=True):
    """What one file told: an operation in an account and region ("" for the organization's)."""

    account: str
    region: str
    operation: str
    collected: int
    facts: frozenset[Fact]


class InventoryFolder(Struct):
    """What a folder told: facts, the files read, and what was wrong with others (sentences).

    `history` are those of the facts that AWS Config told, each of its own time.
    """

    facts: set[Fact] = field(default_factory=set)
    files: int = 0
    accounts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    collected: list[int] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    history: set[Fact] = field(default_factory=set)


class NoInventory(ValueError):
    """The folder is no inventory; the message says what was expected."""


def read(folder: Path) -> InventoryFolder:
    """Read a whole inventory folder. Raises NoInventory where nothing of one is found."""
    if not folder.is_dir():
        raise NoInventory(f"{folder}: there is no such folder. Give --inventory a folder.")
    result = InventoryFolder()
    of_config = aws_config_files.find(folder)
    _read_config(of_config, result)
    for account in _folders(folder, result):
        if not is_account(account.name):
            if not any(path.is_relative_to(account) for path in of_config):
                told = "left out, its name is no account id of 12 digits"
                result.problems.append(f"{account}: {told}")
            continue
        _read_files(account, Snapshot(account.name, "", UNDATED, ""), _OF_ACCOUNT, result)
        for region in _folders(account, result):
            snapshot = Snapshot(account.name, region.name, _collected_at(region, result), "")
            _read_files(region, snapshot, _OF_REGION, result)
    if not result.files:
        raise NoInventory(
            f"{folder}: holds no inventory. Expected <account-id>/<region>/describe-instances.json "
            "and its like, as `aws ec2 describe-instances` prints it, or files of AWS Config."
        )
    return result


def is_inventory(folder: Path) -> bool:
    """Whether a folder holds nothing but folders of accounts, or nothing at all."""
    visible = [path for path in folder.iterdir() if not path.name.startswith(".")]
    return all(path.is_dir() and is_account(path.name) for path in visible)


def _read_config(paths: list[Path], result: InventoryFolder) -> None:
    read = aws_config_files.read(paths)
    result.history, result.files = read.facts, read.files
    result.facts |= read.facts
    result.accounts |= read.accounts
    result.problems += read.problems


def _folders(folder: Path, result: InventoryFolder) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError as error:
        result.problems.append(f"{folder}: left out, {error}")
        return []


def _read_files(
    folder: Path, snapshot: Snapshot, expected: frozenset[str], result: InventoryFolder
) -> None:
    for path in sorted(path for path in folder.glob("*.json") if path.is_file()):
        if path.name in _OTHERS:
            continue
        if path.stem not in expected:
            result.problems.append(f"{path}: left out, {_misplaced(path.stem)}")
            continue
        source = f"{path.stem} of {snapshot.account} {snapshot.region}".rstrip()
        told = frozenset(_facts(path, structs.replace(snapshot, source=source), result))
        result.facts |= told
        place = (snapshot.account, snapshot.region, path.stem, snapshot.at)
        result.listings.append(Listing(*place, told))


def _misplaced(operation: str) -> str:
    if operation in _OF_REGION:
        return "it belongs into a folder <account-id>/<region>"
    if operation in _OF_ACCOUNT:
        return "it belongs into the folder of the management account, beside its regions"
    return "no operation of an inventory is named so"


def _collected_at(folder: Path, result: InventoryFolder) -> int:
    path = folder / COLLECTED
    if not path.is_file():
        return UNDATED
    document = _document(path, result)
    at = any_form(document.get("collectedAt")) if isinstance(document, dict) else None
    if at is None:
        result.problems.append(f"{path}: no collectedAt like 2026-11-24T00:00:00Z; taken as newest")
        return UNDATED
    result.collected.append(at)
    if isinstance(document, dict):
        result.problems += [f"{folder}: {told}" for told in _missing(document)]
    return at


def _missing(document: Mapping[str, object]) -> Iterator[str]:
    """What `truant collect` noted that it did not get."""
    noted = document.get("missing")
    for one in noted if isinstance(noted, list) else ():
        if isinstance(one, dict):
            operation, error = one.get("operation"), one.get("error")
            yield f"{operation} was not collected ({error}): what it lists is not known"


def _facts(path: Path, snapshot: Snapshot, result: InventoryFolder) -> Iterator[Fact]:
    document = _document(path, result)
    if document is None:
        return
    if not isinstance(document, dict) or not lists(path.stem, document):
        member = OPERATIONS[path.stem].member
        wanted = f'a JSON object with a list "{member}", as the AWS CLI prints it'
        result.problems.append(f"{path}: left out, not {wanted}")
        return
    if is_cut(document):
        result.problems.append(
            f"{path}: holds only a first page (NextToken); what it does not list may be there. "
            "Take it again without --max-items and --no-paginate."
        )
    result.files += 1
    result.accounts.add(snapshot.account)
    yield from described(path.stem, document, snapshot)


def _document(path: Path, result: InventoryFolder) -> object:
    """The JSON of a file, in UTF-8, or UTF-16 as Windows PowerShell's `>` writes it."""
    try:
        raw = path.read_bytes()
        text = raw.decode(json.detect_encoding(raw), errors="replace")
        return json.loads(text.removeprefix("\ufeff"))
    except (OSError, ValueError, RecursionError) as error:
        result.problems.append(f"{path}: left out, {error}")
        return None
