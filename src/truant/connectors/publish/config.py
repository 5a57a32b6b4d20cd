"""The `[[publish]]` tables of truant.toml: where findings are sent."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from truant.connectors.config import BadConfig
from truant.connectors.publish.kinds import KINDS
from truant.connectors.publish.publisher import NotDelivered, Publisher
from truant.connectors.publish.settings import Settings

PLACES_MAX = 50
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Place(Struct, frozen=True):
    """One place: its publisher, and the least severity that is sent there.

    `shown`: what people are shown of it; no secret.
    """

    name: str
    kind: str
    shown: str
    publisher: Publisher
    severity: float = 0.0


def read(path: Path, environment: Mapping[str, str]) -> tuple[Place, ...]:
    """The places that a truant.toml names, which `config.read` has read. Raises BadConfig.

    `environment`: where secrets stand.
    """
    given = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("publish", [])
    try:
        return parse(given, environment, path.parent)
    except BadConfig as error:
        raise BadConfig(f"{path}: {error}") from None


def parse(
    given: object, environment: Mapping[str, str], folder: Path = Path()
) -> tuple[Place, ...]:
    """Check the tables `[[publish]]`. Raises BadConfig."""
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
        raise BadConfig("publish must be tables: write [[publish]]")
    if len(given) > PLACES_MAX:
        raise BadConfig(f"publish names {len(given)} places; at most {PLACES_MAX} are served")
    places = tuple(_place(one, number, environment, folder) for number, one in enumerate(given, 1))
    names = [place.name for place in places]
    for name in names:
        if names.count(name) > 1:
            raise BadConfig(f"publish {name}: the name stands twice")
    return places


def _place(
    table: Mapping[str, object], number: int, environment: Mapping[str, str], folder: Path
) -> Place:
    name, kind = table.get("name"), table.get("kind")
    if not isinstance(name, str) or _NAME.fullmatch(name) is None:
        raise BadConfig(
            f"publish[{number}].name must be small letters, digits and hyphens, at most 63"
        )
    make = KINDS.get(kind) if isinstance(kind, str) else None
    if make is None:
        raise BadConfig(f"publish {name}: kind must be one of {', '.join(KINDS)}, not {kind!r}")
    settings = Settings(table, name, environment, folder)
    severity = table.get("severity", 0.0)
    if isinstance(severity, bool) or not isinstance(severity, int | float):
        raise settings.wrong("severity", "must be a number: the least that is sent")
    try:
        publisher, shown = make(settings)
    except NotDelivered as error:
        raise BadConfig(f"publish {name}: {error}") from None
    settings.finish()
    return Place(name, str(kind), shown, publisher, float(severity))
