"""The part of truant.toml that `truant serve` alone reads: `[serve]`.

Options and the environment come before it. Paths in it are relative to the file.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from truant.connectors.config import BadConfig
from truant.connectors.sources import BadSource, Kind, Source, parse

_SERVE = frozenset({"intake"})


class ServiceConfig(Struct, frozen=True):
    """What `[serve]` says: `intake`: the sources to read from."""

    intake: tuple[Source, ...] = ()


def read(path: Path) -> ServiceConfig:
    """Read `[serve]` of a truant.toml that `config.read` has read. Raises BadConfig."""
    table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("serve", {})
    try:
        return parse_serve(table, path.parent)
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from error


def parse_serve(table: object, folder: Path = Path()) -> ServiceConfig:
    """Check the table `[serve]`. Raises BadConfig."""
    if not isinstance(table, Mapping):
        raise BadConfig("serve must be a table: write [serve]")
    for key in table:
        if key not in _SERVE:
            raise BadConfig(f"unknown key serve.{key}; known are {', '.join(sorted(_SERVE))}")
    given = table.get("intake", [])
    if not isinstance(given, list):
        raise BadConfig("serve.intake must be tables: write [[serve.intake]]")
    try:
        sources = tuple(parse(one, f"serve.intake[{n}]") for n, one in enumerate(given, 1))
    except BadSource as error:
        raise BadConfig(str(error)) from error
    return ServiceConfig(tuple(_placed(one, folder) for one in sources))


def _placed(source: Source, folder: Path) -> Source:
    """A source whose folder is found from wherever the service is started."""
    if source.kind is not Kind.FOLDER:
        return source
    from msgspec.structs import replace

    location = str((folder / source.location).absolute())
    name = location if source.name == source.location else source.name
    return replace(source, location=location, name=name)
