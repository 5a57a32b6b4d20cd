"""Checks trail files against the CloudTrail digest files that lie beside them, signatures included.

Public keys are taken from `list-public-keys.json`, as `aws cloudtrail list-public-keys` prints it,
anywhere below the inventory folder. Without it, or without the extra `truant[digests]`, hashes and
the chain of digests are still checked, and that signatures were not is said.
"""

import base64
import binascii
import importlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from truant.connectors.trail_files import inflated_bytes_max
from truant.model.digest import Digest, parse, sha256, signed_text
from truant.model.file_kind import Kind, kind_by_name
from truant.model.inflate import CannotInflate, inflate

KEYS_FILE = "list-public-keys.json"
NAMED_MAX = 5  # files of one kind of trouble named; the rest are counted
Keys = Mapping[str, bytes]  # fingerprint to the key's PKCS #1 in DER


class Checked(Struct):
    """What was checked, and what was wrong, in sentences."""

    digests: int = 0
    logs: int = 0
    signatures: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class _Known(Struct, frozen=True):
    """A digest file at hand."""

    path: Path
    digest: Digest
    content_hash: str


def check(files: Sequence[Path], keys: Keys) -> Checked:
    """Check the trail files among `files` by the digest files among them."""
    checked = Checked()
    known = list(_digests(files, checked))
    if not known:
        return checked
    checked.digests = len(known)
    _check_logs(known, [path for path in files if kind_by_name(path.as_posix()) is None], checked)
    _check_chain(known, keys, checked)
    return checked


def read_keys(folder: Path | None) -> Keys:
    """The public keys in an inventory folder, by fingerprint; what is no key is left out."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob(KEYS_FILE)) if folder is not None else ():
        try:
            listed = json.loads(path.read_text(encoding="utf-8")).get("PublicKeyList", [])
            for one in listed:
                found[str(one["Fingerprint"])] = base64.b64decode(one["Value"], validate=True)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, binascii.Error):
            continue
    return found


def _digests(files: Iterable[Path], checked: Checked) -> Iterator[_Known]:
    for path in files:
        if kind_by_name(path.as_posix()) is not Kind.DIGEST:
            continue
        content = _content(path)
        digest = parse(content) if content is not None else None
        if content is None or digest is None:
            checked.problems.append(
                f"{path}: is named like a digest file and cannot be read as one"
            )
        else:
            yield _Known(path, digest, sha256(content))


def _content(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
        return inflate(data, inflated_bytes_max(len(data)))
    except (OSError, CannotInflate, MemoryError):
        return None


def _check_logs(known: list[_Known], files: list[Path], checked: Checked) -> None:
    at_hand = {path.name: path for path in files}
    missing: list[str] = []
    changed: list[str] = []
    listed = {log.s3_object: log.hash_value for one in known for log in one.digest.log_files}
    for s3_object, hash_value in sorted(listed.items()):
        path = at_hand.get(s3_object.rsplit("/", 1)[-1])
        content = _content(path) if path is not None else None
        if path is None:
            missing.append(s3_object)
        elif content is None or sha256(content) != hash_value.lower():
            changed.append(str(path))
        checked.logs += path is not None
    if changed:
        checked.problems.append(f"changed since CloudTrail delivered them: {_some(changed)}")
    if missing:
        checked.problems.append(f"listed by a digest and not at hand: {_some(missing)}")
    unlisted = _unlisted(known, listed, files)
    if unlisted:
        checked.problems.append(f"listed by no digest of their hour: {_some(unlisted)}")


def _unlisted(known: list[_Known], listed: Mapping[str, str], files: list[Path]) -> list[str]:
    """Log files in the same folders as listed ones, of hours whose digest is here, not listed."""
    names = {key.rsplit("/", 1)[-1] for key in listed}
    spans: dict[str, list[str]] = defaultdict(list)
    for s3_object in listed:
        account, _, region, stamp, _ = _name_parts(s3_object)
        spans[f"{account}_{region}"].append(stamp)
    found = []
    for path in files:
        account, kind, region, stamp, _ = _name_parts(path.name)
        inside = spans.get(f"{account}_{region}", [])
        if kind != "CloudTrail" or path.name in names or not inside:
            continue
        if min(inside) < stamp < max(inside):
            found.append(str(path))
    return found if known else []


def _name_parts(key: str) -> list[str]:
    """`<account>_CloudTrail_<region>_<YYYYMMDDTHHmmZ>_<unique>` in its parts."""
    parts = key.rsplit("/", 1)[-1].split("_")
    return parts if len(parts) == 5 else [""] * 5


def _check_chain(known: list[_Known], keys: Keys, checked: Checked) -> None:
    by_object = {one.digest.s3_object: one for one in known}
    broken: list[str] = []
    forged: list[str] = []
    absent = 0
    unsigned = 0
    verify = _verifier()
    for one in known:
        before = one.digest.previous_object
        previous = by_object.get(before or "")
        if before and previous is None:
            absent += 1
        if previous is None:
            continue
        if one.digest.previous_hash != previous.content_hash:
            broken.append(str(previous.path))
            continue
        key = keys.get(previous.digest.fingerprint or "")
        if key is None or verify is None:
            unsigned += 1
        elif not _is_signed(previous, one.digest.previous_signature or "", key, verify):
            forged.append(str(previous.path))
        else:
            checked.signatures += 1
    if broken:
        checked.problems.append(f"digest files changed since the next was made: {_some(broken)}")
    if forged:
        checked.problems.append(f"digest files whose signature is wrong: {_some(forged)}")
    if absent > 1:
        checked.problems.append(f"{absent:,} digest files name one before them that is not at hand")
    if unsigned:
        checked.notes.append(_why_unsigned(unsigned, verify is None))


def _why_unsigned(number: int, no_extra: bool) -> str:
    remedy = "install truant[digests]" if no_extra else f"put {KEYS_FILE} into the inventory folder"
    return f"signatures of {number:,} digest files were not checked: {remedy}"


def _verifier() -> Any:  # noqa: ANN401 - the extra may be absent, and its types with it
    try:
        return importlib.import_module("cryptography.hazmat.primitives.serialization")
    except ImportError:
        return None


def _is_signed(one: _Known, signature: str, key: bytes, serialization: Any) -> bool:  # noqa: ANN401
    hashes = importlib.import_module("cryptography.hazmat.primitives.hashes")
    padding = importlib.import_module("cryptography.hazmat.primitives.asymmetric.padding")
    wrong = importlib.import_module("cryptography.exceptions").InvalidSignature
    try:
        public = serialization.load_der_public_key(key)
        public.verify(
            bytes.fromhex(signature),
            signed_text(one.digest, one.content_hash),
            padding.PKCS1v15(),
            hashes.SHA256(),
        )
    except (wrong, ValueError, TypeError):
        return False
    return True


def _some(names: list[str]) -> str:
    more = f" and {len(names) - NAMED_MAX:,} more" if len(names) > NAMED_MAX else ""
    return f"{len(names):,} ({', '.join(names[:NAMED_MAX])}{more})"
