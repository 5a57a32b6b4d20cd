"""Mutation: for each topology and each evasion, what handles it is broken, and a test turns red.

    python -m benchmarks.mutation --docs docs/quality.md

Each row of the table names a test, and a text in the code with another to put in its place. The
code and the tests are copied; the tests of all rows are run there once as they are, and each again
with its row's text replaced. A row whose test stays green says that nothing watches over that code.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.mutation_evasions import EVASION_ROWS
from benchmarks.mutation_rows import Row
from benchmarks.mutation_topologies import TOPOLOGY_ROWS
from benchmarks.quality_report import MUTATION

ROOT = Path(__file__).resolve().parents[1]
COPIED = ("src", "tests", "docs", "benchmarks", "pyproject.toml", "README.md")
QUICK = ("-q", "-x", "-p", "no:cacheprovider", "--no-header", "--tb=no")
RED, GREEN = "red", "**green**"
# What no log shows (docs/limits.md): there is no code to break.
EXEMPT = {
    "E5": "the call comes from the instance itself",
    "E12": "there is no record",
    "E24": "a presigned URL is meant to be used by others",
    "E26": "no instance's credentials",
}


ROWS = (*TOPOLOGY_ROWS, *EVASION_ROWS)


def copied(folder: Path) -> None:
    """Copy what tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=ignored)
        else:
            shutil.copy(source, folder / name)


def passes(folder: Path, tests: Sequence[str]) -> bool:
    """Whether tests are green in a copy. Raises RuntimeError if none of them could be run."""
    around = os.environ | {"PYTHONPATH": f"{folder / 'src'}:{folder}", "CI": "true"}
    around["PYTHONDONTWRITEBYTECODE"] = "1"  # a replaced file may have the time of the one before
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *QUICK, *tests],
        cwd=folder,
        env=around,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in (0, 1):
        said = f"{done.stdout}{done.stderr}"[-2000:]
        raise RuntimeError(f"pytest could not run {len(tests)} tests, {tests[0]} first: {said}")
    return done.returncode == 0


def broken(folder: Path, row: Row) -> bool:
    """Whether a row's test turns red. Raises ValueError where its text is not there just once."""
    path = folder / row.path
    text = path.read_text(encoding="utf-8")
    if text.count(row.old) != 1:
        raise ValueError(f"{row.number}: {row.path} has {text.count(row.old)} times: {row.old}")
    path.write_text(text.replace(row.old, row.new), encoding="utf-8")
    try:
        return not passes(folder, [row.test])
    finally:
        path.write_text(text, encoding="utf-8")


def run(rows: Sequence[Row]) -> Iterator[tuple[Row, bool]]:
    """Each row, and whether its test turned red. Raises RuntimeError if one is red unbroken."""
    with tempfile.TemporaryDirectory(prefix="truant-mutation-") as name:
        folder = Path(name)
        copied(folder)
        if not passes(folder, sorted({row.test for row in rows})):
            raise RuntimeError("a test is red though nothing is broken")
        for row in rows:
            yield row, broken(folder, row)


def order(number: str) -> tuple[bool, int]:
    """T1 to T32, then E1 to E28."""
    return number.startswith("E"), int(number[1:])


def table(results: Sequence[tuple[Row, bool]]) -> str:
    """The results as a table in Markdown."""
    lines = ["| | what is broken | where | test |", "|---|---|---|---|"]
    told = [
        (row.number, f"| {row.number} | {row.what} | `{row.file}` | {RED if is_red else GREEN} |")
        for row, is_red in results
    ]
    told += [(number, f"| {number} | nothing: {why} | | |") for number, why in EXEMPT.items()]
    return "\n".join(lines + [line for _, line in sorted(told, key=lambda one: order(one[0]))])


SAID = """
For each topology (T) and each evasion (E) the code that handles it is broken in a copy, and a test
has to turn red. What no log shows has no code to break; `docs/limits.md` says why. Made by
`python -m benchmarks.mutation --docs docs/quality.md`.

"""


def write(page: Path, results: Sequence[tuple[Row, bool]]) -> None:
    """Put the table at the end of the page of what was measured, in place of an older one."""
    before = page.read_text(encoding="utf-8").partition(MUTATION)[0].rstrip("\n")
    page.write_text(f"{before}\n\n{MUTATION}{SAID}{table(results)}\n", encoding="utf-8")


def main() -> None:
    """Break what is asked for, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--only", action="append", help="a number such as T4; may be repeated")
    parser.add_argument("--docs", type=Path, help="the page to write the table into")
    arguments = parser.parse_args()
    rows = [row for row in ROWS if not arguments.only or row.number in arguments.only]
    results = []
    for row, is_red in run(rows):
        print(f"{row.number}: {RED if is_red else GREEN}", file=sys.stderr)
        results.append((row, is_red))
    print(table(results))
    if arguments.docs:
        write(arguments.docs, results)
    sys.exit(not all(is_red for _, is_red in results))


if __name__ == "__main__":
    main()
