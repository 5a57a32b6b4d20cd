"""Simulated worlds, made ready for contenders: records, inventory, and the truth beside them."""

import gzip
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from truant.connectors import config, flow_log_files, inventory_folder
from truant.detection.flows import Flows
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.place import Surroundings
from truant.detection.state import State, flow_scope, merge
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.inflate import inflate
from truant.model.record_file import decode
from truant.runners.flow_logs import listen_files
from truant.simulator.scenario import build
from truant.simulator.simulation import Simulation, files

Json = dict[str, Any]
FILE_BYTES_MAX = 1 << 28


class World:
    """One simulated world, laid out in a folder, and what contenders need of it, each made once."""

    def __init__(self, seed: int, names: Sequence[str], folder: Path, made: Simulation) -> None:
        """Hold a simulation that `laid_out` has written to a folder."""
        self.seed, self.names, self.folder, self.made = seed, tuple(names), folder, made

    @property
    def sessions(self) -> list[Json]:
        """The truth: every session, with the findings that it should raise."""
        found: Any = self.made.truth.document()["sessions"]
        return list(found)

    @cached_property
    def records(self) -> list[Json]:
        """Every record, as often as it was delivered, in the order of event time."""
        found = [
            record
            for data in self.made.trail.values()
            for record in json.loads(gzip.decompress(data))["Records"]
        ]
        return sorted(found, key=lambda record: (record["eventTime"], record["eventID"]))

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
        for data in self.made.trail.values():
            merge(state, fold(decode(inflate(data, FILE_BYTES_MAX)).calls))
        return state

    def surroundings(self, *, inventory: bool, flow_logs: bool) -> Surroundings:
        """What Truant is given beside the trail: its configuration, and these where true."""
        facts = set(self.state.facts)
        if inventory:
            facts |= inventory_folder.read(self.folder / "inventory").facts
        trust = config.read(self.folder / "truant.toml")
        known = Inventory(facts)
        flows = self._flows(known) if flow_logs else None
        return Surroundings(known, trust, self.ranges, self.state.accounts, flows=flows)

    def _flows(self, inventory: Inventory) -> Flows:
        logs, _ = flow_log_files.find(self.folder / "flow-logs")
        heard = listen_files(logs, flow_scope(self.state, inventory), self.ranges)
        return Flows(heard.hearings, inventory)


@contextmanager
def laid_out(seed: int, names: Sequence[str], *, with_flow_logs: bool) -> Iterator[World]:
    """Simulate a world and write all but its trail to a folder that is removed at the end."""
    made = build(seed, names, with_flow_logs=with_flow_logs)
    with tempfile.TemporaryDirectory(prefix="truant-world-") as name:
        folder = Path(name)
        for path, data in files(made).items():
            if not path.startswith("trail/"):
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
        yield World(seed, names, folder, made)
