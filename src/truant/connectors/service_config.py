"""The part of truant.toml that `truant serve` alone reads: `[serve]`.

Options and the environment come before it. Paths in it are relative to the file.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from truant.connectors.config import BadConfig
from truant.connectors.sources import BadSource, Kind, Source, parse
from truant.model.network import is_account

# Options of `truant serve` by its parameters' names; paths are relative to the file.
_PATHS = frozenset({"certificate", "inventory", "ip_ranges", "key", "key_file", "lists"})
_FLAGS = frozenset({"download", "plain"})
_TEXTS = frozenset({"database", "host", "log_format"})
_SERVE = frozenset({"collect", "feed", "intake", "port"}) | _PATHS | _FLAGS | _TEXTS
_COLLECT = {"accounts", "every_minutes", "external_id", "organization", "regions", "role"}
_MINUTES_MIN = 5


class Collecting(Struct, frozen=True):
    """The inventory that is collected from AWS, as `truant collect` would, and how often."""

    every_minutes: int = 60
    role: str | None = None
    external_id: str | None = None
    accounts: tuple[str, ...] = ()
    organization: bool = False
    regions: tuple[str, ...] = ()


class ServiceConfig(Struct, frozen=True):
    """What `[serve]` says: `intake`: the sources to read from; `collect`: None for no inventory."""

    intake: tuple[Source, ...] = ()
    collect: Collecting | None = None


def read(path: Path) -> ServiceConfig:
    """Read `[serve]` of a truant.toml that `config.read` has read. Raises BadConfig."""
    table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("serve", {})
    try:
        return parse_serve(table, path.parent)
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from error


def defaults(path: Path) -> dict[str, object]:
    """What `[serve]` says for options that are not given otherwise. Raises BadConfig.

    A file that cannot be read says nothing here: whoever reads it for good complains.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("serve", {})
    except (OSError, ValueError):
        return {}
    if not isinstance(table, Mapping):
        return {}
    try:
        return {
            "plain_http" if key == "plain" else key: _default(key, value, path.parent)
            for key, value in table.items()
            if key in _SERVE - {"collect", "intake"}
        }
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from error


def _default(key: str, value: object, folder: Path) -> object:
    wanted, fits = "a text", isinstance(value, str)
    if key in _FLAGS:
        wanted, fits = "true or false", isinstance(value, bool)
    elif key == "port":
        wanted, fits = "a whole number", isinstance(value, int) and not isinstance(value, bool)
    elif key == "feed":
        fits = isinstance(value, list) and all(isinstance(one, str) for one in value)
        wanted = "a list of files"
    if not fits:
        raise BadConfig(f"serve.{key} must be {wanted}")
    if key in _PATHS:
        return str(folder / str(value))
    if key == "feed" and isinstance(value, list):
        return [str(folder / one) for one in value]
    if key == "database" and "://" not in str(value):
        return str(folder / str(value))
    return value


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
    collect = _collecting(table["collect"]) if "collect" in table else None
    return ServiceConfig(tuple(_placed(one, folder) for one in sources), collect)


def _collecting(table: object) -> Collecting:
    if not isinstance(table, Mapping):
        raise BadConfig("serve.collect must be a table: write [serve.collect]")
    for key in table:
        if key not in _COLLECT:
            known = ", ".join(sorted(_COLLECT))
            raise BadConfig(f"unknown key serve.collect.{key}; known are {known}")
    try:
        found = convert(dict(table), Collecting)
    except ValidationError as error:
        raise BadConfig(f"serve.collect: {error}") from error
    if not all(map(is_account, found.accounts)):
        raise BadConfig("serve.collect.accounts must be account ids, twelve digits in quotes")
    if found.every_minutes < _MINUTES_MIN:
        raise BadConfig(f"serve.collect.every_minutes must be {_MINUTES_MIN} or more")
    return found


def _placed(source: Source, folder: Path) -> Source:
    """A source whose folder is found from wherever the service is started."""
    if source.kind is not Kind.FOLDER:
        return source
    from msgspec.structs import replace

    location = str((folder / source.location).absolute())
    name = location if source.name == source.location else source.name
    return replace(source, location=location, name=name)
