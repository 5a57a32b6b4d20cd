"""What was measured, and a file that keeps it seed by seed, so that a long run can be interrupted.

The file is JSON lines, one for each seed. A later run takes what an earlier one measured, and
measures the rest; lines that other code measured are passed over, because they say nothing of this.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct, field

from benchmarks.scores import Score

T = TypeVar("T", bound=Struct)
ROOT = Path(__file__).resolve().parents[1]
MEASURED = ("src/truant", "benchmarks")


class Result(Struct):
    """Everything measured on some worlds; `seconds` of processor time."""

    scores: dict[str, Score] = field(default_factory=dict)
    calibration: dict[str, list[tuple[float, bool]]] = field(default_factory=dict)
    early: list[tuple[str, int, float]] = field(default_factory=list)  # scenario, calls, minutes
    worlds: int = 0
    seconds: float = 0.0

    def add(self, other: "Result") -> None:
        """Add what was measured elsewhere."""
        for name, one in other.scores.items():
            self.scores.setdefault(name, Score()).add(one)
        for name, points in other.calibration.items():
            self.calibration.setdefault(name, []).extend(points)
        self.early.extend(other.early)
        self.worlds += other.worlds
        self.seconds += other.seconds


class Line(Struct, frozen=True):
    """All worlds of one seed. `code` is that of which code and scenarios it was measured."""

    code: str
    seed: int
    result: Result


def code_of(names: Sequence[str], root: Path = ROOT) -> str:
    """A hash of all code that a measurement follows from, and of the scenarios measured."""
    digest = sha256(" ".join(names).encode())
    for folder in MEASURED:
        for path in sorted((root / folder).rglob("*.py")):
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def kept(path: Path | None, code: str) -> dict[int, Result]:
    """What a file keeps of this code, by seed. A last line that was cut short is passed over."""
    if path is None or not path.exists():
        return {}
    lines = (line for line in lines_of(path, Line) if line.code == code)
    return {line.seed: line.result for line in lines}


def lines_of(path: Path, form: type[T]) -> Iterator[T]:
    """The JSON lines of a file; those that were cut short are passed over."""
    decoder = msgspec.json.Decoder(form, dec_hook=_counter)
    for text in path.read_bytes().splitlines():
        try:
            yield decoder.decode(text)
        except msgspec.DecodeError:  # the run was killed while it wrote
            continue


def _counter(_: type, value: dict[str, int]) -> Counter[str]:
    """Counters are the only type here that the decoder does not know."""
    return Counter(value)


def keep(path: Path, line: Struct) -> None:
    """Add a line to a file; behind one that was cut short, on a line of its own."""
    cut = path.exists() and not path.read_bytes().endswith(b"\n")
    with path.open("ab") as file:
        file.write((b"\n" if cut else b"") + msgspec.json.encode(line) + b"\n")
