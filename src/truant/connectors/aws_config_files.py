"""Files of AWS Config in a folder: snapshots and histories, as Config delivers them to S3.

`AWSLogs/<account>/Config/<region>/Y/M/D/ConfigSnapshot/<account>_Config_<region>_ConfigSnapshot_
<time>_<id>.json.gz`, and the same with ConfigHistory, a resource type and `<time>_<time>_<n>`.
They are known by their names; a broken one is told and left out.
"""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct, field

from truant.connectors.aws_config_items import (
    ROUTE_TABLE,
    Item,
    decode,
    facts_of,
    left_tables,
    listed,
)
from truant.model.event_time import any_form
from truant.model.fact import Fact
from truant.model.inflate import CannotInflate, inflate

FILE_BYTES_MAX = 512 * 1024 * 1024
_NAME = re.compile(r"\d{12}_Config_[a-z0-9-]+_Config(Snapshot|History)_.*\.json(?:\.gz)?", re.ASCII)
_TIME = re.compile(r"_ConfigSnapshot_(\d{8}T\d{6}Z)_", re.ASCII)


class ConfigFiles(Struct):
    """What the files told: facts, how many files and items, and what was wrong (sentences)."""

    facts: set[Fact] = field(default_factory=set)
    files: int = 0
    items: int = 0
    accounts: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)


def find(folder: Path) -> list[Path]:
    """The files of AWS Config below a folder, in order; links are not followed."""
    return sorted(
        Path(place) / name
        for place, _, names in os.walk(folder)
        for name in names
        if _NAME.fullmatch(name)
    )


def read(paths: list[Path]) -> ConfigFiles:
    """Read files of AWS Config; in any order they tell the same."""
    result = ConfigFiles()
    tables: list[Item] = []
    for path in paths:
        try:
            items = _items(path)
        except (OSError, CannotInflate, ValueError, RecursionError) as error:
            result.problems.append(f"{path}: left out, {error}")
            continue
        result.files += 1
        result.items += len(items)
        result.accounts |= {item.account for item in items}
        result.facts.update(_facts(path, items))
        tables += (item for item in items if item.kind == ROUTE_TABLE)
    result.facts.update(left_tables(tables))
    return result


def _items(path: Path) -> list[Item]:
    if path.stat().st_size > FILE_BYTES_MAX:
        raise ValueError(f"larger than {FILE_BYTES_MAX:,} bytes: split it")
    raw = inflate(path.read_bytes(), FILE_BYTES_MAX)
    document = json.loads(raw.decode(errors="replace"))
    found = document.get("configurationItems") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise ValueError('not a JSON object with a list "configurationItems"')  # noqa: TRY004
    return [item for one in found if (item := decode(one)) is not None]


def _facts(path: Path, items: list[Item]) -> Iterator[Fact]:
    for item in items:
        yield from facts_of(item)
    named = _TIME.search(path.name)
    if named is not None:
        captured = max((item.captured for item in items), default=0)
        yield from listed(items, any_form(named[1]) or captured)
