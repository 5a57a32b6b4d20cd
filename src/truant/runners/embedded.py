"""The embedded runner: folders in, verdicts out, on one machine and as many cores as it has.

Files are read, decoded and folded in worker processes, which hand back sightings, never records.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field

from truant.connectors import trail_files
from truant.connectors.trail_files import Content, Refusal
from truant.detection.fold import REFUSED_TIMELESS, Folding
from truant.detection.state import State, merge
from truant.model.arrival import Arrivals
from truant.model.file_kind import Kind
from truant.runners.processes import no_collecting, spread

REFUSALS_MAX = 10_000  # named one by one; those beyond are only counted
ROWS_MAX = 200_000  # calls before they are told as sightings: about 30 MB
CHUNK_FILES_MAX = 5_000
CHUNK_BYTES_MIN, CHUNK_BYTES_MAX = 256 * 1024, 64 * 1024 * 1024  # on disk
CHUNKS_EACH = 6
# From here on a second process is worth its start: half a second's work, 80,000 records.
SPREAD_BYTES_MIN = 16 * 1024 * 1024

Progress = Callable[[int, int], None]  # files done, files in all


class Accounting(Struct):
    """What became of everything that was read."""

    files: int = 0
    size: int = 0  # bytes on disk
    inflated: int = 0  # bytes decoded
    kinds: dict[str, int] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    unreadable: int = 0  # of the refused: what the system gave no content of
    others: int = 0  # files not read, because they are not named like logs

    @property
    def records(self) -> int:
        """Every record read: folded, ignored or refused."""
        return sum(self.seen.values()) + self.refused

    @property
    def is_nothing(self) -> bool:
        """Whether not one file could be taken in."""
        return self.kinds.get(Kind.UNKNOWN, 0) == self.files

    def refuse(self, refusals: Sequence[Refusal]) -> None:
        """Note pieces that could not be taken in."""
        self.refused += len(refusals)
        self.unreadable += sum(one.unreadable for one in refusals)
        self.refusals.extend(refusals[: max(0, REFUSALS_MAX - len(self.refusals))])

    def add(self, other: "Accounting") -> None:
        """Add what another process read."""
        self.files += other.files
        self.size += other.size
        self.inflated += other.inflated
        self.refused += other.refused
        self.unreadable += other.unreadable
        self.refusals.extend(other.refusals[: max(0, REFUSALS_MAX - len(self.refusals))])
        for mine, theirs in ((self.kinds, other.kinds), (self.seen, other.seen)):
            for name, number in theirs.items():
                mine[name] = mine.get(name, 0) + number


class Folded(Struct):
    """What some files told, and what became of their records."""

    state: State
    accounting: Accounting


class _Broken(ValueError):
    """A file of which parts have been folded turned out broken as a whole."""


def fold_files(paths: Iterable[Path | Content], arrivals: Arrivals | None = None) -> Folded:
    """Read and fold files, one after another; `arrivals`, if given, counts what came."""
    try:
        return _fold_files(paths, arrivals, sure=False)
    except _Broken:
        # Rare: folded parts cannot be taken out again, so these files are checked before.
        if arrivals is not None:
            arrivals.clear()
        return _fold_files(paths, arrivals, sure=True)


def _fold_files(
    paths: Iterable[Path | Content], arrivals: Arrivals | None, *, sure: bool
) -> Folded:
    folding, accounting = Folding(), Accounting()
    for path in _wanted_ahead(paths):
        _fold_file(path, folding, accounting, arrivals, sure=sure)
    state, folded = State(), folding.result()
    merge(state, folded)
    for name, number in folded.seen.items():
        accounting.seen[name] = accounting.seen.get(name, 0) + number
    return Folded(state, accounting)


def _wanted_ahead(paths: Iterable[Path | Content]) -> Iterator[Path | Content]:
    """The same; while one is folded, the next is read from its disk."""
    paths = iter(paths)
    one = next(paths, None)
    while one is not None:
        following = next(paths, None) if isinstance(one, Path) else None
        if isinstance(following, Path):
            trail_files.want(following)
        yield one
        one = following if isinstance(one, Path) else next(paths, None)


def _fold_file(
    path: Path | Content,
    folding: Folding,
    accounting: Accounting,
    arrivals: Arrivals | None,
    *,
    sure: bool,
) -> None:
    kinds: set[Kind] = set()
    left_out: Counter[str] = Counter()
    for part in trail_files.read_parts(path, sure=sure):
        if part.is_void and kinds and not sure:
            raise _Broken
        accounting.size += part.size
        accounting.inflated += part.inflated
        accounting.refuse(part.refusals)
        kinds.add(part.decoded.kind)
        left_out.update(one.kind.value for one in part.decoded.left_out)
        if arrivals is not None:
            arrivals.watch(part.decoded.calls)
        folding.add(part.decoded.calls)
        if timeless := folding.take_timeless():
            places = part.decoded.positions(timeless)
            accounting.refuse(
                [Refusal(part.path, part.position + at, REFUSED_TIMELESS) for at in places]
            )
        if folding.rows > ROWS_MAX:
            folding.tell()
    kind = Kind.RECORDS if Kind.RECORDS in kinds else min(kinds)
    accounting.kinds[kind.value] = accounting.kinds.get(kind.value, 0) + 1
    accounting.files += 1
    for name, number in left_out.items() if kind is Kind.RECORDS else ():
        accounting.seen[name] = accounting.seen.get(name, 0) + number


def fold_all(paths: Sequence[Path], jobs: int, progress: Progress) -> Folded:
    """Read and fold files with `jobs` processes. Raises WorkerLost.

    `progress` is told how many files are done, of how many, at the start and after each chunk.
    """
    total = Folded(State(), Accounting())
    progress(0, len(paths))
    with no_collecting():
        for part in spread(fold_files, chunks(paths, jobs), jobs):
            merge(total.state, part.state)
            total.accounting.add(part.accounting)
            progress(total.accounting.files, len(paths))
    total.accounting.refusals.sort(key=lambda one: (one.file, one.position))
    return total


def jobs_for(paths: Sequence[Path], cores: int) -> int:
    """With how many processes so much is read soonest."""
    size = 0
    for path in paths:
        size += _size(path)
        if size >= SPREAD_BYTES_MIN:
            return cores
    return 1


def chunks(paths: Sequence[Path], jobs: int = 1) -> list[list[Path]]:
    """Files in runs of about the same size on disk, the largest first: some for each process.

    A run is folded as one, so that few large ones cost less; but cores should end together.
    """
    sizes = [_size(path) for path in paths]
    most = CHUNK_BYTES_MAX
    if jobs > 1:
        most = min(most, max(CHUNK_BYTES_MIN, sum(sizes) // (CHUNKS_EACH * jobs)))
    runs: list[list[Path]] = [[]]
    filled = [0]
    for path, more in zip(paths, sizes, strict=True):
        if runs[-1] and (filled[-1] + more > most or len(runs[-1]) >= CHUNK_FILES_MAX):
            runs.append([])
            filled.append(0)
        runs[-1].append(path)
        filled[-1] += more
    largest_first = sorted(range(len(runs)), key=lambda run: -filled[run])
    return [runs[run] for run in largest_first if runs[run]]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
