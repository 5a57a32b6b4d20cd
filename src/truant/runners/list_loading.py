"""Reads the lists that are to be activated. Those that wait stand in the store: none is lost."""

from collections.abc import Callable

from truant.connectors.list_files import BadLocation
from truant.connectors.store import address_sets
from truant.connectors.store.address_sets import AddressSet, Kind
from truant.connectors.store.database import Store
from truant.model.address_lists import (
    THREAT_ENTRIES_MAX,
    TRUSTED_ENTRIES_MAX,
    ListFormat,
    parse,
)
from truant.model.bad_feed import BadFeed

# Lists of entities hold names, too; GuardDuty's bound of 1,000 is too small for the feeds of today.
ENTRIES_MAX = {
    Kind.TRUSTED_IP: TRUSTED_ENTRIES_MAX,
    Kind.TRUSTED_ENTITY: TRUSTED_ENTRIES_MAX,
    Kind.THREAT_IP: THREAT_ENTRIES_MAX,
    Kind.THREAT_ENTITY: THREAT_ENTRIES_MAX,
}

Read = Callable[[str, str | None], bytes]


def load_waiting(store: Store, read: Read, now: int) -> int:
    """Read every list that is ACTIVATING: then it is ACTIVE, or in ERROR; gives how many.

    `read`: the content of a location, of which an account must be the owner. `now`: milliseconds.
    """
    with store.read() as conn:
        waiting = address_sets.waiting(conn)
    for one in waiting:
        content, error = _read(one, read)
        store.run(
            lambda conn, one=one, content=content, error=error: address_sets.settle(  # type: ignore[misc]
                conn, one, now, content=content, error=error
            )
        )
    return len(waiting)


def _read(one: AddressSet, read: Read) -> tuple[bytes | None, str | None]:
    """The content, if it is a list of the format that was named; else why it is not."""
    try:
        content = read(one.location, one.owner)
        most = ENTRIES_MAX[one.kind]
        one.entries = parse(content, ListFormat(one.format), one.name, entries_max=most).count
    except (BadLocation, BadFeed) as error:
        one.entries = 0
        return None, str(error)
    return content, None
