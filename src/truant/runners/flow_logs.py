"""Listening to flow logs: files in, hearings out, on as many cores as there are.

Files are read and folded in worker processes, which hand back hearings, never records. What was
published days before or after the trail is not opened.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from msgspec import Struct, field

from truant.connectors import flow_log_files
from truant.connectors.trail_files import Content, Refusal
from truant.detection.flow_fold import (
    FOLDED,
    FOLDED_SKIPPED,
    Hearings,
    Listener,
    Scope,
    merge_hearings,
)
from truant.model.aws_ranges import RangesHistory
from truant.runners.embedded import REFUSALS_MAX, Progress, chunks
from truant.runners.processes import spread

KEPT = frozenset({FOLDED, FOLDED_SKIPPED})


class FlowAccounting(Struct):
    """What became of the flow log records that were read.

    `read` is the sum of `kept`, `ignored` and `quarantined`. `left_out` counts files that were not
    opened: published on other days than the trail's, or not named like flow logs.
    """

    files: int = 0
    size: int = 0  # bytes on disk
    inflated: int = 0
    seen: dict[str, int] = field(default_factory=dict)
    quarantined: int = 0
    unreadable: int = 0  # of the quarantined: what the system gave no content of
    refusals: list[Refusal] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)

    @property
    def kept(self) -> int:
        """Records of interfaces and days of interest."""
        return sum(number for name, number in self.seen.items() if name in KEPT)

    @property
    def ignored(self) -> int:
        """Records of other interfaces and days."""
        return sum(self.seen.values()) - self.kept

    @property
    def read(self) -> int:
        """Every record read."""
        return sum(self.seen.values()) + self.quarantined

    def add(self, other: "FlowAccounting") -> None:
        """Add what another process read."""
        self.files += other.files
        self.size += other.size
        self.inflated += other.inflated
        self.quarantined += other.quarantined
        self.unreadable += other.unreadable
        self.refusals.extend(other.refusals[: max(0, REFUSALS_MAX - len(self.refusals))])
        for mine, theirs in ((self.seen, other.seen), (self.left_out, other.left_out)):
            for name, number in theirs.items():
                mine[name] = mine.get(name, 0) + number


class Listened(Struct):
    """What flow logs told, and what became of their records."""

    hearings: Hearings
    accounting: FlowAccounting


def listen_files(paths: Iterable[Path | Content], scope: Scope, ranges: RangesHistory) -> Listened:
    """Read and fold files, one after another."""
    accounting = FlowAccounting()
    listener = Listener(scope, ranges)
    for path in paths:
        accounting.files += 1
        for tally in flow_log_files.read(path):
            listener.take(tally)
            accounting.inflated += tally.size
            accounting.quarantined += len(tally.refused)
            room = max(0, REFUSALS_MAX - len(accounting.refusals))
            accounting.refusals += [
                Refusal(_name(path), one.position, one.reason, one.unreadable)
                for one in tally.refused[:room]
            ]
            accounting.unreadable += sum(one.unreadable for one in tally.refused)
        accounting.size += _size(path)
    accounting.seen = dict(listener.seen)
    return Listened(listener.hearings(), accounting)


def listen(
    found: Sequence[Path],
    others: int,
    scope: Scope,
    ranges: RangesHistory,
    jobs: int,
    progress: Progress,
) -> Listened:
    """Read and fold what `flow_log_files.find` found, with `jobs` processes. Raises WorkerLost.

    `progress` is told how many files are done, of how many, at the start and after each chunk.
    """
    wanted = [one for one in found if _is_of_days(one, scope)]
    total = Listened({}, FlowAccounting())
    total.accounting.left_out = {
        "files: of other days than the trail's": len(found) - len(wanted),
        "files: not named like flow logs": others,
    }
    progress(0, len(wanted))
    work = partial(listen_files, scope=scope, ranges=ranges)
    for part in spread(work, chunks(wanted, jobs), jobs):
        merge_hearings(total.hearings, part.hearings.values())
        total.accounting.add(part.accounting)
        progress(total.accounting.files, len(wanted))
    total.accounting.refusals.sort(key=lambda one: (one.file, one.position))
    return total


def _is_of_days(path: Path, scope: Scope) -> bool:
    day = flow_log_files.day_of(path)
    # Published a little later than what it holds, and at times late.
    return day is None or scope.first_day <= day <= scope.last_day + 1


def _name(path: Path | Content) -> str:
    return str(path) if isinstance(path, Path) else path.name


def _size(path: Path | Content) -> int:
    if isinstance(path, Content):
        return path.size
    try:
        return path.stat().st_size
    except OSError:
        return 0
