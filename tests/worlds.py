"""Simulated worlds for tests: folded piece by piece, with all that judging needs beside."""

import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from truant.connectors import aws_ranges, config, inventory_folder
from truant.connectors.store.batch import Batch, commit, keep_snapshots
from truant.connectors.store.channels import Channel
from truant.connectors.store.channels import configure as configure_channels
from truant.connectors.store.database import Store
from truant.connectors.store.members import configure
from truant.connectors.store.snapshots import Snapshot
from truant.detection.state import State
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory
from truant.runners.embedded import fold_files
from truant.runners.judging import Judge, Round
from truant.runners.scan import Finding, ScanRequest, scan
from truant.runners.world import World
from truant.simulator.scenario import build
from truant.simulator.simulation import files

PARTS = 24  # of a trail, its files dealt out
NOW = 1_800_000_000_000  # milliseconds: later than every simulated call


@dataclass(frozen=True)
class Made:
    """One world: what each part of its trail told, its inventory, and what a scan finds."""

    parts: tuple[tuple[str, State], ...]
    snapshots: tuple[Snapshot, ...]
    trust: Trust
    ranges: RangesHistory
    findings: tuple[Finding, ...]
    seen: dict[str, int] = field(default_factory=dict)


@cache
def world(*scenarios: str, seed: int = 11) -> Made:
    """A world of these scenarios, made once."""
    with tempfile.TemporaryDirectory(prefix="truant-test-") as name:
        folder = Path(name)
        for path, data in files(build(seed, list(scenarios))).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return _made(folder)


def _made(folder: Path) -> Made:
    trail = sorted((folder / "trail").rglob("*.json.gz"))
    parts = tuple(
        (f"part-{n}", fold_files(trail[n::PARTS]).state) for n in range(min(PARTS, len(trail)))
    )
    listings = inventory_folder.read(folder / "inventory").listings
    snapshots = tuple(
        Snapshot(*(getattr(one, n) for n in one.__struct_fields__)) for one in listings
    )
    ranges = aws_ranges.load(folder / "ip-ranges.json", folder, download=False, now=0).history
    request = ScanRequest(
        paths=(folder / "trail",),
        cache=folder / "cache",
        now=0,
        inventory=folder / "inventory",
        config=folder / "truant.toml",
        ip_ranges=folder / "ip-ranges.json",
        download=False,
    )
    result = scan(request, lambda _files, _size: None)
    trust = config.read(folder / "truant.toml")
    return Made(parts, snapshots, trust, ranges, tuple(result.findings), result.accounting.seen)


def judge_of(store: Store, made: Made, channels: tuple[str, ...] = ()) -> Judge:
    """A worker that judges the store as the world is, and tells of it by some channels."""
    with store.write() as conn:
        configure_channels(conn, [Channel(name, "webhook", "somewhere") for name in channels])
    return Judge(store, World(made.ranges, made.trust))


def prepare(store: Store, made: Made) -> None:
    """Tell the store who is monitored, and the inventory."""
    with store.write() as conn:
        configure(conn, made.trust.administrator, made.trust.members, NOW)
        keep_snapshots(conn, made.snapshots, NOW)


def take_in(store: Store, parts: tuple[tuple[str, State], ...]) -> None:
    """Commit some files, one batch each."""
    for name, state in parts:
        commit(store, Batch("trail", NOW, state, (name,), {"shard": name}, {"CloudTrail": 1}))


def filled(store: Store, made: Made, channels: tuple[str, ...] = ()) -> Round:
    """A store with the whole world in it, judged."""
    prepare(store, made)
    take_in(store, made.parts)
    return judge_of(store, made, channels).drain(NOW)
