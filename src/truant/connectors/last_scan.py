"""The last scan's result, kept for `truant explain`: findings, and what was scanned with what."""

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct


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
        document = json.loads(file.read_text(encoding="utf-8"))
        return LastScan(tuple(document["paths"]), tuple(document["findings"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def read_findings(file: Path) -> list[Mapping[str, object]]:
    """Findings from JSON lines, as `truant scan --format jsonl` writes them.

    Raises OSError, and ValueError that names the line.
    """
    found: list[Mapping[str, object]] = []
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
        except ValueError as error:
            raise ValueError(f"{file}, line {number}: {error}. Give JSON lines.") from error
        if not isinstance(one, dict) or "id" not in one:
            raise ValueError(f"{file}, line {number}: not a finding. Give what scan wrote.")
        found.append(one)
    return found
