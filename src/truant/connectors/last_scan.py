"""The last scan's result, kept for `truant explain`: findings, and what was scanned with what."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

_REMEDY = "Give what `truant scan --format jsonl` wrote."


class NoFindings(ValueError):
    """A file holds no findings that can be read; the message says where and what to do."""


class LastScan(Struct, frozen=True):
    """Findings as GuardDuty's JSON, and the paths of the trail they came from."""

    paths: tuple[str, ...]
    findings: tuple[Mapping[str, object], ...]


def keep(file: Path, paths: Sequence[Path], findings: Sequence[Mapping[str, object]]) -> None:
    """Write the result, whole or not at all, readable by the user alone. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    document = {"paths": [str(path.resolve()) for path in paths], "findings": list(findings)}
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=".last-scan-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(document, stream)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(file: Path) -> LastScan | None:
    """The last result, or None where there is none that can be read."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=LastScan)
    except (OSError, msgspec.DecodeError, RecursionError):
        return None


def read_findings(file: Path) -> list[Mapping[str, object]]:
    """Findings from JSON lines, as `truant scan --format jsonl` writes them.

    Raises NoFindings, which names file and line.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            read = [_finding(file, number, line) for number, line in enumerate(lines, 1)]
    except UnicodeDecodeError as error:
        raise NoFindings(f"{file}: no text in UTF-8. {_REMEDY}") from error
    except OSError as error:
        raise NoFindings(f"{file}: {error.strerror}. {_REMEDY}") from error
    return [one for one in read if one is not None]


def _finding(file: Path, number: int, line: str) -> Mapping[str, object] | None:
    if not line.strip():
        return None
    try:
        one = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise NoFindings(f"{file}, line {number}: not JSON ({error}). {_REMEDY}") from error
    if not isinstance(one, dict) or not isinstance(one.get("id"), str):
        raise NoFindings(f"{file}, line {number}: not a finding. {_REMEDY}")
    return one
