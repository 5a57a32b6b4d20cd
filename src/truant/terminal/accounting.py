"""What became of everything that was read, told on standard error."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from truant.detection.fold import FOLDED
from truant.model.record_file import Kind
from truant.runners.embedded import Accounting
from truant.terminal.plain import plain

REFUSALS_SHOWN = 20


def show(accounting: Accounting, console: Console) -> None:
    """Print the accounting: read is folded, ignored and quarantined together."""
    for line in lines(accounting):
        console.print(Text(line), soft_wrap=True)


def lines(accounting: Accounting) -> Iterator[str]:
    """The accounting, a line each."""
    folded = {name: n for name, n in accounting.seen.items() if name in FOLDED}
    ignored = {name: n for name, n in accounting.seen.items() if name not in FOLDED}
    yield (
        f"Read {_count(accounting.records, 'record')} in {_count(accounting.files, 'file')} "
        f"({accounting.inflated / 1e6:,.1f} MB): {sum(folded.values()):,} folded, "
        f"{sum(ignored.values()):,} ignored, {accounting.refused:,} quarantined."
    )
    for word, counts in (("folded", folded), ("ignored", ignored)):
        for name, number in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
            yield f"  {word:<8} {number:>12,}  {name}"
    for kind, number in sorted(accounting.kinds.items()):
        if kind not in (Kind.RECORDS, Kind.UNKNOWN):
            yield f"  left out {number:>12,}  {kind}"
    yield from _refusals(accounting)


def _refusals(accounting: Accounting) -> Iterator[str]:
    for one in accounting.refusals[:REFUSALS_SHOWN]:
        where = f"{plain(one.file)}, record {one.position}" if one.position else plain(one.file)
        yield f"  quarantined: {where}: {plain(one.reason)}"
    hidden = accounting.refused - min(REFUSALS_SHOWN, len(accounting.refusals))
    if hidden > 0:
        yield f"  quarantined: {hidden:,} more"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
