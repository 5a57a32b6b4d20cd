"""What the last collection of the inventory did not get, kept among the settings."""

import msgspec
from sqlalchemy import Connection

from truant.connectors.store import settings
from truant.model.uncollected import Missing

MISSING, MISSING_MAX = "collect_missing", 500
_decoder = msgspec.json.Decoder(list[Missing])


def keep(conn: Connection, found: list[Missing]) -> None:
    """Keep what was missing, at most so much of it, in place of what was missing before."""
    settings.put_value(conn, MISSING, msgspec.json.encode(found[:MISSING_MAX]).decode())


def missing(conn: Connection) -> list[Missing]:
    """What the last collection did not get, at most so much of it."""
    return _decoder.decode(settings.get(conn, MISSING, "[]"))
