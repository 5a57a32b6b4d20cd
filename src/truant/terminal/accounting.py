"""What became of everything that was read, told on standard error."""

from collections.abc import Iterator, Mapping, Sequence

from truant.connectors.trail_files import Refusal
from truant.detection.fold import FOLDED
from truant.formats.plain import plain
from truant.model.file_kind import Kind
from truant.runners.embedded import Accounting
from truant.runners.flow_logs import KEPT, FlowAccounting

REFUSALS_SHOWN = 20
Line = tuple[str, str]  # what leads it, and the text that hangs from that


def lines(accounting: Accounting) -> Iterator[Line]:
    """The accounting, a line each: what was read is folded, ignored and quarantined together."""
    folded = {name: n for name, n in accounting.seen.items() if name in FOLDED}
    ignored = {name: n for name, n in accounting.seen.items() if name not in FOLDED}
    yield (
        "",
        f"Read {_count(accounting.records, 'record')} in {_count(accounting.files, 'file')} "
        f"({accounting.inflated / 1e6:,.1f} MB): {sum(folded.values()):,} folded, "
        f"{sum(ignored.values()):,} ignored, {accounting.refused:,} quarantined.",
    )
    for word, counts in (("folded", folded), ("ignored", ignored)):
        yield from _by_number(word, counts)
    yield from _by_number("left out", _left_out(accounting))
    yield from _refusals(accounting.refusals, accounting.refused, "record")


def flow_lines(accounting: FlowAccounting) -> Iterator[Line]:
    """The accounting of flow logs: what was read is kept, ignored and quarantined together."""
    yield (
        "",
        f"Read {_count(accounting.read, 'flow log record')} in {_count(accounting.files, 'file')} "
        f"({accounting.inflated / 1e6:,.1f} MB): {accounting.kept:,} kept, "
        f"{accounting.ignored:,} ignored, {accounting.quarantined:,} quarantined.",
    )
    for word, is_kept in (("kept", True), ("ignored", False)):
        yield from _by_number(
            word, {name: n for name, n in accounting.seen.items() if (name in KEPT) is is_kept}
        )
    yield from _by_number("left out", {name: n for name, n in accounting.left_out.items() if n})
    yield from _refusals(accounting.refusals, accounting.quarantined, "line")


def _by_number(word: str, counts: Mapping[str, int]) -> Iterator[Line]:
    for name, number in sorted(counts.items(), key=lambda one: (-one[1], one[0])):
        yield f"  {word:<8} {number:>11,}  ", name


def _left_out(accounting: Accounting) -> dict[str, int]:
    files = {
        f"files: {kind}": number
        for kind, number in accounting.kinds.items()
        if kind not in (Kind.RECORDS, Kind.UNKNOWN)
    }
    if accounting.others:
        files["files: not named like logs"] = accounting.others
    return files


def _refusals(refusals: Sequence[Refusal], number: int, piece: str) -> Iterator[Line]:
    for one in refusals[:REFUSALS_SHOWN]:
        where = f"{plain(one.file)}, {piece} {one.position}" if one.position else plain(one.file)
        yield "  quarantined: ", f"{where}: {plain(one.reason)}"
    hidden = number - min(REFUSALS_SHOWN, len(refusals))
    if hidden > 0:
        yield "  quarantined: ", f"{hidden:,} more"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
