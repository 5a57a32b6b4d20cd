"""The crash law, tried at length: `kill -9` at random moments under load, then the same findings.

    python -m benchmarks.crash [--moments 100] [--intake NAME] [--database NAME]

For each intake and each database: one quiet run, then runs that are killed again and again while
somebody delivers, until they have been killed so often. After each run the findings must be the
same bytes as those of the quiet run, each made once, and every record counted once.
"""

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.aws_server import Aws, running_aws
from tests.crashing import INTAKES, Ordeal, Outcome, lay_out, place_of
from tests.databases import running_postgres

from truant.runners.service import Setup

_numbers = count()


def try_out(
    intake: str, moments: int, chance: random.Random, aws: Aws, fresh: Callable[[], str]
) -> bool:
    """Kill one intake so often on one kind of database; whether nothing ever differed."""
    with tempfile.TemporaryDirectory(prefix="truant-crash-") as name:
        folder = Path(name)
        setup = lay_out(folder)
        quiet = _run(intake, 0, chance, aws, fresh(), folder, setup)[0]
        kills = runs = 0
        begun = time.monotonic()
        while kills < moments:
            found, more = _run(intake, moments - kills, chance, aws, fresh(), folder, setup)
            kills, runs = kills + more, runs + 1
            if found != quiet:
                same = found.findings == quiet.findings
                print(
                    f"{intake}: DIFFERS after {kills} kills: findings are {'' if same else 'not '}"
                    f"the same; {found.created} made, {found.records:,} records, "
                    f"{found.quarantined} in quarantine, where a quiet run has {quiet.created}, "
                    f"{quiet.records:,} and {quiet.quarantined}"
                )
                return False
        seconds = time.monotonic() - begun
        print(
            f"{intake:<8} {kills:>4} kills in {runs} runs, {seconds:.0f} s: "
            f"{len(quiet.findings)} findings, the same bytes; {quiet.records:,} records each time",
            flush=True,
        )
        return True


def _run(
    intake: str,
    moments: int,
    chance: random.Random,
    aws: Aws,
    database: str,
    folder: Path,
    setup: Setup,
) -> tuple[Outcome, int]:
    place = place_of(intake, aws, folder / f"intake-{next(_numbers)}")
    ordeal = Ordeal(place, database, folder, setup, aws)
    found = ordeal.run(chance, moments)
    return found, ordeal.kills


def main() -> None:
    """Try everything that is asked for, and print; exit code 1 where something differed."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.crash", allow_abbrev=False)
    options.add_argument("--moments", type=int, default=100)
    options.add_argument("--intake", action="append", choices=INTAKES)
    options.add_argument("--database", action="append", choices=["sqlite", "postgresql"])
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    chance, all_well = random.Random(given.seed), True
    with (
        running_aws() as aws,
        running_postgres() as server,
        tempfile.TemporaryDirectory(prefix="truant-crash-db-") as folder,
    ):
        databases: dict[str, Callable[[], str]] = {
            "sqlite": lambda: f"{folder}/{next(_numbers)}.db",
            "postgresql": server.fresh,
        }
        for database in given.database or list(databases):
            print(f"{database}, seed {given.seed}", flush=True)
            for intake in given.intake or INTAKES:
                fresh = databases[database]
                all_well &= try_out(intake, given.moments, chance, aws, fresh)
    sys.exit(0 if all_well else 1)


if __name__ == "__main__":
    main()
