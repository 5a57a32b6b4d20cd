"""The quality benchmark's tables and picture, as Markdown and SVG."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean, median

from msgspec.structs import replace

from benchmarks.pictures import Bars, Curve, bars, curve
from benchmarks.results import Result
from benchmarks.scores import Score

BINS = 10
MUTATION = "## Mutation\n"
FULL = "Truant, everything"


def text(result: Result, seeds: int) -> str:
    """Everything in Markdown."""
    result = _in_order(result)
    return "\n".join(
        [
            f"{seeds} seeds, {result.worlds:,} worlds, {result.seconds / 60:.0f} minutes of one "
            "processor.",
            "",
            "## All contenders",
            "",
            *_summary(result),
            "",
            "## Truant, by scenario",
            "",
            *_by_scenario(result),
            "",
            "## How sure it is, and how often it is right",
            "",
            *_calibration(result),
            "",
            "## How soon",
            "",
            *_early(result),
        ]
    )


def _in_order(result: Result) -> Result:
    """Truant's modes first, the fullest before the others."""
    names = sorted(result.scores, key=lambda name: (not name.startswith("Truant"), name != FULL))
    return replace(result, scores={name: result.scores[name] for name in names})


def _summary(result: Result) -> Iterator[str]:
    columns = ("", "found", "of", "wrong type", "wrong severity", "wrong count", "false alarms")
    yield f"| {' | '.join(columns)} | per million calls |"
    yield "|---|---|---|---|---|---|---|---|"
    for name, one in result.scores.items():
        false = one.false_alarms.total()
        cells = (
            name,
            f"{_share(one):.1%}",
            f"{one.observable.total():,}",
            *(
                _or_dash(name, part.total())
                for part in (one.wrong_type, one.wrong_severity, one.wrong_count)
            ),
            f"{false:,}",
            f"{false / max(one.calls, 1) * 1e6:,.1f}",
        )
        yield f"| {' | '.join(cells)} |"


def _share(one: Score) -> float:
    return one.found.total() / max(one.observable.total(), 1)


def _or_dash(name: str, number: int) -> str:
    return f"{number:,}" if name.startswith("Truant") else "-"


def _by_scenario(result: Result) -> Iterator[str]:
    modes = [name for name in result.scores if name.startswith("Truant")]
    heads = (f"{mode.removeprefix('Truant, ')}: found / of, false" for mode in modes)
    yield f"| scenario | {' | '.join(heads)} |"
    yield f"|---|{'---|' * len(modes)}"
    names = {n for mode in modes for part in _parts(result.scores[mode]) for n in part}
    for name in sorted(names, key=_scenario_order):
        cells = [_cell(result.scores[mode], name) for mode in modes]
        yield f"| {name} | {' | '.join(cells)} |"


def _parts(one: Score) -> Sequence[dict[str, int]]:
    return (one.observable, one.beyond, one.false_alarms)


def _cell(one: Score, name: str) -> str:
    found, of, false = one.found[name], one.observable[name], one.false_alarms[name]
    text = f"{found} / {of}" if of else "none to find"
    if one.beyond[name]:
        text += f", and {one.beyond[name]} beyond"
    return text + (f", **{false} false**" if false else "")


def _scenario_order(name: str) -> tuple[str, int, str]:
    digits = "".join(char for char in name.split("-")[0] if char.isdigit())
    return (name[:1], int(digits or 0), name)


def bins(points: Sequence[tuple[float, bool]]) -> Iterator[tuple[float, float, int]]:
    """Mean probability, share of thefts and number, for each tenth of probability that has any."""
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        inside = [p for p in points if low <= p[0] < high or (number == BINS - 1 and p[0] == 1.0)]
        if inside:
            yield mean(p for p, _ in inside), mean(float(t) for _, t in inside), len(inside)


def calibration_error(points: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error: the mean distance of probability and share, weighted."""
    return sum(abs(p - share) * n for p, share, n in bins(points)) / max(len(points), 1)


def _calibration(result: Result) -> Iterator[str]:
    for mode, points in result.calibration.items():
        error = calibration_error(points)
        yield f"{mode}: calibration error {error:.3f} over {len(points):,} verdicts."
        yield ""
    yield "| said | " + " | ".join(result.calibration) + " |"
    yield "|---|" + "---|" * len(result.calibration)
    for number in range(BINS):
        low, high = number / BINS, (number + 1) / BINS
        cells = []
        for points in result.calibration.values():
            inside = [t for p, t in points if low <= p < high or (number == BINS - 1 and p == 1.0)]
            cells.append(f"{mean(map(float, inside)):.0%} of {len(inside):,}" if inside else "-")
        yield f"| {low:.0%} to {high:.0%} | {' | '.join(cells)} |"


def _early(result: Result) -> Iterator[str]:
    if not result.early:
        yield "Not measured with these seeds."
        return
    calls = [number for _, number, _ in result.early]
    minutes = [spent for _, _, spent in result.early]
    at_once = sum(number == 1 for number in calls)
    yield (
        f"Of {len(calls):,} thefts found with an inventory, {at_once:,} are found by the thief's "
        f"first call; the median is {median(calls):g} calls, the most {max(calls)}, "
        f"{max(minutes):.0f} minutes after his first. CloudTrail's own delay comes on top."
    )


def write(path: Path, report: str, result: Result) -> None:
    """Write the page and its pictures beside it."""
    result = _in_order(result)
    picture = path.with_suffix(".svg")
    shares = [(name, _share(one)) for name, one in result.scores.items()]
    rates = [
        (name, one.false_alarms.total() / max(one.calls, 1) * 1e6)
        for name, one in result.scores.items()
    ]
    calibrations = [
        Curve(name, [(p, share) for p, share, _ in bins(points)])
        for name, points in result.calibration.items()
    ]
    picture.write_text(
        bars(
            Bars("Thefts found, of those that can be seen", shares, "{:.0%}"),
            Bars("False alarms per million calls", rates, "{:,.1f}"),
        ),
        encoding="utf-8",
    )
    path.with_name(f"{path.stem}-calibration.svg").write_text(
        curve("Said, and true", calibrations), encoding="utf-8"
    )
    head = (
        "# Quality\n\nMade by `python -m benchmarks.quality --seeds N --docs docs/quality.md`; "
        "nothing in it is by hand. Worlds are the simulator's (`docs/simulator.md`): what is right "
        "on them was written down there, apart from the detection.\n\n"
        f"![Found and false alarms]({picture.name})\n\n"
        f"![Calibration]({path.stem}-calibration.svg)\n\n"
    )
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    _, heading, mutations = before.partition(MUTATION)  # which another command measures
    page = head + report + "\n"
    path.write_text(page + (f"\n{heading}{mutations}" if heading else ""), encoding="utf-8")
