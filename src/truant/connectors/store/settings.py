"""Settings of the store itself: single values that all workers share."""

from sqlalchemy import Connection, select

from truant.connectors.store.columns import put
from truant.connectors.store.schema import settings

ADMINISTRATOR = "administrator"
ORGANIZATION = "organization"  # JSON: how accounts newly seen become members
KEPT_FROM = "kept_from"  # a day: sightings of earlier days are taken no more
WORLD = "world"  # grows with whatever verdicts follow from beside the sessions themselves
HABITS = "habits"  # grows when what a past day showed has changed
SWEPT = "swept"  # WORLD and HABITS for which all sessions have been marked to be judged
JUDGED_BY = "judged_by"  # what verdicts follow from beside the store: ranges, configuration
EPOCH = "epoch"  # grows when facts were dropped


def get(conn: Connection, name: str, default: str = "") -> str:
    """A setting, or the default where it was never set."""
    found = conn.scalar(select(settings.c.value).where(settings.c.name == name))
    return default if found is None else found


def number(conn: Connection, name: str) -> int:
    """A setting that is a number; 0 where it was never set."""
    return int(get(conn, name, "0"))


def put_value(conn: Connection, name: str, value: str) -> None:
    """Set a setting."""
    put(conn, settings, [{"name": name, "value": value}])


def grow(conn: Connection, name: str) -> int:
    """Count a setting up by one and give the new number.

    The row stays locked until the transaction ends: numbers are seen in their order.
    """
    put(conn, settings, [{"name": name, "value": "0"}], update=())
    found = conn.scalar(select(settings.c.value).where(settings.c.name == name).with_for_update())
    grown = int(found or 0) + 1
    put_value(conn, name, str(grown))
    return grown
