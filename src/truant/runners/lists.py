"""The trusted and threat lists that count, read; kept while they stay the same."""

from sqlalchemy import Connection

from truant.connectors.store import address_sets, detectors, members
from truant.connectors.store.address_sets import Loaded
from truant.model.address_lists import AddressList, ListFormat, parse
from truant.model.bad_feed import BadFeed

Some = tuple[AddressList, ...]


class Lists:
    """Lists that have been read. One for each worker."""

    def __init__(self) -> None:
        """Nothing read yet."""
        self._read: dict[tuple[str, int], AddressList | None] = {}

    def of(self, conn: Connection) -> tuple[Some, Some]:
        """Trusted lists and threat lists, for all accounts and regions.

        Where there is an administrator, his alone: no member decides for others.
        """
        chief = members.administrator(conn)
        ids = None if chief is None else {one.id for one in detectors.of_account(conn, chief)}
        found: dict[bool, list[AddressList]] = {True: [], False: []}
        for one in address_sets.active(conn, ids):
            index = (one.set.id, one.set.updated_at)
            if index not in self._read:
                self._read[index] = _parsed(one)
            held = self._read[index]
            if held is not None:
                found[one.set.kind.is_trusted].append(held)
        return tuple(found[True]), tuple(found[False])


def _parsed(one: Loaded) -> AddressList | None:
    try:
        return parse(one.content, ListFormat(one.set.format), one.set.name)
    except (BadFeed, ValueError):
        return None  # it was read once when it was activated; another version may not take it
