"""The ear of the service: flow logs in, hearings out, by what the store knows of the network.

It listens to every interface of an instance, not only to those whose keys have been seen: a flow
log may arrive before the call that it is to be held against.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from truant.connectors.store import settings
from truant.connectors.store.database import Store
from truant.connectors.trail_files import Content
from truant.detection.flow_fold import Hearings
from truant.detection.flows import scope_of
from truant.detection.inventory import Inventory
from truant.model.aws_ranges import RangesHistory
from truant.model.event_time import DAY
from truant.runners.flow_logs import FlowAccounting, listen_files
from truant.runners.world import World


class Heard(Struct):
    """What some flow logs told, the instances that this is news of, and what became of records."""

    hearings: Hearings
    instances: frozenset[str]
    accounting: FlowAccounting


class Ear:
    """Listens for one intake."""

    def __init__(self, store: Store, ranges: RangesHistory) -> None:
        """`ranges` tell which addresses are AWS's."""
        self._store, self._world = store, World(ranges)

    def use_ranges(self, ranges: RangesHistory) -> None:
        """Listen with newer published ranges from now on."""
        self._world.ranges = ranges

    def listen(self, files: Iterable[Path | Content], at: int) -> Heard:
        """Fold flow logs; `at`: the service's clock in milliseconds."""
        with self._store.read() as conn:
            inventory = self._world.around(conn).inventory
            first = settings.number(conn, settings.KEPT_FROM)
        wanted = set(inventory.by_instance)
        scope = scope_of(wanted, inventory, first, at // 1000 // DAY)
        heard = listen_files(files, replace(scope, everyone=True), self._world.ranges)
        return Heard(heard.hearings, _news(heard.hearings, inventory), heard.accounting)


def _news(hearings: Hearings, inventory: Inventory) -> frozenset[str]:
    """The instances that hearings are of, by the logs themselves and by the inventory."""
    holders: Mapping[str, set[str]] = defaultdict(set)
    for instance, attached in inventory.by_instance.items():
        for interface, _ in attached:
            holders[interface].add(instance)
    found: set[str] = set()
    for (interface, _), hearing in hearings.items():
        found |= hearing.instances | holders.get(interface, set())
    return frozenset(found)
