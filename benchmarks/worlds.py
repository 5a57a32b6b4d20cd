"""Simulated worlds, made ready for contenders: records, inventory, and the truth beside them."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from truant.connectors import config, feeds, flow_log_files, inventory_folder
from truant.detection.case import NO_FEEDS
from truant.detection.flows import Flows
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.place import Surroundings
from truant.detection.state import State, flow_scope, merge
from truant.model.api_call import ApiCall
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.fact import Fact
from truant.model.network_feeds import NetworkFeeds
from truant.model.record_file import decode
from truant.runners.flow_logs import listen_files
from truant.simulator.delivery import Trail
from truant.simulator.scenario import build
from truant.simulator.simulation import Simulation, files

Json = dict[str, Any]


class World:
    """One simulated world, laid out in a folder, and what contenders need of it, each made once."""

    def __init__(self, seed: int, names: Sequence[str], folder: Path, made: Simulation) -> None:
        """Hold a simulation that `laid_out` has written to a folder."""
        self.seed, self.names, self.folder, self.made = seed, tuple(names), folder, made

    @cached_property
    def sessions(self) -> list[Json]:
        """The truth: every session, with the findings that it should raise."""
        found: Any = self.made.truth.document()["sessions"]
        return list(found)

    @cached_property
    def scenarios(self) -> Mapping[str, str]:
        """The scenario of each principal that the truth knows."""
        return {one["principalId"]: one["scenario"] for one in self.sessions}

    @cached_property
    def thieves_calls(self) -> Mapping[str, frozenset[str]]:
        """The event ids of all thefts' calls, by the principal that was robbed."""
        found: dict[str, frozenset[str]] = {}
        for session in self.sessions:
            for expected in session["findings"]:
                ids = (*expected["eventIds"], *expected["derivedEventIds"])
                known = found.get(session["principalId"], frozenset())
                found[session["principalId"]] = known.union(ids)
        return MappingProxyType(found)

    @cached_property
    def records(self) -> list[Json]:
        """Every record, as often as it was delivered, in the order of event time."""
        found = [record for file in self.made.trail.delivered.values() for record in file]
        return sorted(found, key=lambda record: (record["eventTime"], record["eventID"]))

    @cached_property
    def calls(self) -> Sequence[ApiCall]:
        """Every record, decoded; in one piece, because how a trail is cut changes no finding."""
        return decode(msgspec.json.encode({"Records": self.records})).calls

    @cached_property
    def documents(self) -> list[tuple[str, Json]]:
        """The inventory: operation and what it printed."""
        found = [(path, json.loads(data)) for path, data in sorted(self.made.inventory.items())]
        return [(Path(path).stem, document) for path, document in found]

    @cached_property
    def ranges(self) -> RangesHistory:
        """AWS's ranges."""
        return RangesHistory([parse(self.made.ip_ranges, "ip-ranges.json")])

    @cached_property
    def state(self) -> State:
        """The whole trail, folded."""
        state = State()
        merge(state, fold(self.calls))
        return state

    @cached_property
    def listed(self) -> frozenset[Fact]:
        """What the inventory folder tells."""
        return frozenset(inventory_folder.read(self.folder / "inventory").facts)

    def surroundings(
        self, *, inventory: bool, flow_logs: bool, with_feeds: bool = False
    ) -> Surroundings:
        """What Truant is given beside the trail: its configuration, and these where true."""
        trust = config.read(self.folder / "truant.toml")
        known = self.full_inventory if inventory else self.trail_inventory
        flows = self._flows(known) if flow_logs else None
        said = _feeds_of(tuple(self.made.feeds.items())) if with_feeds else NO_FEEDS
        return Surroundings(known, trust, self.ranges, self.state.accounts, said, flows)

    @cached_property
    def trail_inventory(self) -> Inventory:
        """What the trail alone tells of the network."""
        return Inventory(self.state.facts)

    @cached_property
    def full_inventory(self) -> Inventory:
        """What the trail and the inventory tell of the network."""
        return Inventory(self.state.facts | self.listed)

    def _flows(self, inventory: Inventory) -> Flows:
        logs, _ = flow_log_files.find(self.folder / "flow-logs")
        heard = listen_files(logs, flow_scope(self.state, inventory), self.ranges)
        return Flows(heard.hearings, inventory)


@lru_cache(maxsize=1)
def _feeds_of(content: tuple[tuple[str, bytes], ...]) -> NetworkFeeds:
    """The same in all worlds."""
    with tempfile.TemporaryDirectory(prefix="truant-feeds-") as name:
        folder = Path(name)
        for path, data in content:
            (folder / path).write_bytes(data)
        return feeds.load([folder], folder / "cache", download=False, now=0).feeds


@contextmanager
def laid_out(seed: int, names: Sequence[str], *, with_flow_logs: bool) -> Iterator[World]:
    """Simulate a world and write all but its trail to a folder that is removed at the end."""
    made = build(seed, names, with_flow_logs=with_flow_logs)
    with tempfile.TemporaryDirectory(prefix="truant-world-") as name:
        folder = Path(name)
        for path, data in files(replace(made, trail=Trail({}))).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        yield World(seed, names, folder, made)
