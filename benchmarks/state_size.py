"""How large the store grows: bytes for each live credential, and how fast batches and rounds are.

`python -m benchmarks.state_size [INSTANCES]` folds a simulated fleet's day into a SQLite store.
"""

import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, select

from truant.connectors import aws_ranges, config, inventory_folder
from truant.connectors.store import schema, sessions
from truant.connectors.store.batch import Batch, commit, keep_snapshots
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.members import configure
from truant.connectors.store.snapshots import Snapshot
from truant.runners.embedded import fold_files
from truant.runners.judging import Judge
from truant.runners.world import World
from truant.simulator.scenario import build
from truant.simulator.simulation import files

NOW = 1_800_000_000_000
BATCH_FILES = 100
# Tables whose rows come with live credentials; the rest grows with findings and files.
LIVE = (
    (schema.sessions, schema.sessions.c.state),
    (schema.session_keys, schema.session_keys.c.access_key),
    (schema.session_places, schema.session_places.c.place),
    (schema.habits, schema.habits.c.habit),
    (schema.mints, schema.mints.c.mint),
    (schema.facts, schema.facts.c.fact),
)


def fill(store: Store, folder: Path) -> tuple[int, float]:
    """Take a world in; gives the number of records and the seconds that committing took."""
    trust = config.read(folder / "truant.toml")
    with store.write() as conn:
        configure(conn, trust.administrator, trust.members, NOW)
        listed = inventory_folder.read(folder / "inventory").listings
        keep_snapshots(
            conn,
            [Snapshot(o.account, o.region, o.operation, o.collected, o.facts) for o in listed],
            NOW,
        )
    trail = sorted((folder / "trail").rglob("*.json.gz"))
    records, spent = 0, 0.0
    for start in range(0, len(trail), BATCH_FILES):
        paths = trail[start : start + BATCH_FILES]
        folded = fold_files(paths)
        records += folded.accounting.records
        begun = time.perf_counter()
        commit(store, Batch("bench", NOW, folded.state, tuple(map(str, paths))))
        spent += time.perf_counter() - begun
    return records, spent


def live_credentials(store: Store) -> int:
    """The access keys that instances were seen using."""
    with store.read() as conn:
        return len(
            {
                sighting.key
                for kept in sessions.everyone(conn)
                if kept.session.instance
                for sighting in kept.session.sightings
            }
        )


def main() -> None:
    """Measure, and print."""
    instances = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory(prefix="truant-bench-") as name:
        folder = Path(name)
        for path, data in files(build(5, [f"fleet:{instances}"])).items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        store = open_store(str(folder / "store.db"))
        records, spent = fill(store, folder)
        ranges = aws_ranges.load(folder / "ip-ranges.json", folder, download=False, now=0).history
        begun = time.perf_counter()
        done = Judge(store, World(ranges, config.read(folder / "truant.toml"))).drain(NOW)
        judged = time.perf_counter() - begun
        report(store, folder / "store.db", records)
        print(f"committing      {records / spent:>12,.0f} records a second")
        print(f"judging         {done.judged / judged:>12,.0f} sessions a second")
        store.close()


def report(store: Store, file: Path, records: int) -> None:
    """Print sizes."""
    credentials = live_credentials(store)
    print(f"records         {records:>12,}")
    print(f"live keys       {credentials:>12,}")
    total = 0
    with store.read() as conn:
        for table, column in LIVE:
            rows, size = conn.execute(
                select(func.count(), func.coalesce(func.sum(func.length(column)), 0)).select_from(
                    table
                )
            ).one()
            total += size
            print(f"  {table.name:<16}{rows:>10,} rows {size:>12,} bytes")
    whole = sum(path.stat().st_size for path in file.parent.glob(f"{file.name}*"))
    print(f"content         {total / max(1, credentials):>12,.0f} bytes for each live key")
    print(f"whole database  {whole / max(1, credentials):>12,.0f} bytes for each live key")


if __name__ == "__main__":
    main()
