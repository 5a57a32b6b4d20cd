"""Fit the weights of the signals on simulated worlds: logistic regression that keeps their signs.

    python -m benchmarks.fit_weights --seeds 40 --samples samples.jsonl --picture calibration.svg

Worlds with odd seeds are fitted on, those with even seeds judge the fit: no world is in both. Each
weight is drawn to the one in the code (a Gaussian prior around it), because simulated worlds tell
theft from work more clearly than real ones do, and without that all weights would run away.

What is printed is put into the code by hand, where the comment beside a number says that it was
fitted: rounded to quarters, moved by half a unit at most, and only where at least SAID_MIN parties
of the worlds fitted on were told of it; the order of what evidence can prove is kept. What was told
of fewer, or is continuous (novelty, speech in flow logs), stays by hand. A run that was interrupted
goes on where its file of samples ends.
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from msgspec import Struct

from benchmarks.pictures import Curve, curve
from benchmarks.quality import GIVEN, Task, judged, tasks
from benchmarks.quality_report import bins, calibration_error
from benchmarks.results import code_of, keep, lines_of
from benchmarks.scores import is_theft
from benchmarks.worlds import laid_out
from truant.detection.scoring import PRIOR
from truant.model.finding import Verdict
from truant.model.network import HARM
from truant.simulator.scenario import SCENARIOS

INTERCEPT = "prior"
SAID_MIN = 200
SPREAD = 1.5  # by hand: standard deviation of the prior around each weight, in log-odds
SAID_SHOWN = 20
STEPS, RATE = 4000, 0.5

Features = tuple[str, ...]  # what was said of one party, named by signal and weight; sorted
Sample = tuple[Features, bool]
Rows = Mapping[Features, tuple[int, int]]  # how often seen, and how often a theft


class Line(Struct, frozen=True):
    """The samples of one world, as a file keeps them."""

    code: str
    task: Task
    samples: list[Sample]


class Fit(Struct):
    """Weights before and after, by feature, and how often each feature was said."""

    before: dict[str, float]
    after: dict[str, float]
    said: Counter[str]


def features_of(verdict: Verdict) -> Features:
    """What was said of a party: each evidence by its signal and its weight in the code.

    A place is named, because several have the same weight.
    """
    worst = max((stray.place for stray in verdict.strays), key=HARM.__getitem__)
    names = {"place": f"place: {worst.value}"}
    return tuple(
        sorted(f"{names.get(one.signal, one.signal)} {one.weight:+.2f}" for one in verdict.evidence)
    )


def gathered_samples(
    work: Sequence[Task], jobs: int, path: Path | None
) -> Iterator[tuple[Task, list[Sample]]]:
    """The samples of each task; what a file keeps of this code is not made again."""
    code = code_of([])
    known: dict[Task, list[Sample]] = {}
    if path is not None and path.exists():
        lines = lines_of(path, Line)
        known = {one.task: one.samples for one in lines if one.code == code}
    yield from ((task, known[task]) for task in work if task in known)
    left = [task for task in work if task not in known]
    with ProcessPoolExecutor(jobs) as pool:
        for task, told in zip(left, pool.map(samples, left), strict=True):
            if path is not None:
                keep(path, Line(code, task, told))
            yield task, told


def samples(task: Task) -> list[Sample]:
    """Every verdict of one world, in every mode, with whether it was a theft."""
    with laid_out(task.seed, [task.name], with_flow_logs=True) as world:
        return [
            (features_of(verdict), is_theft(world, verdict))
            for given in GIVEN.values()
            for verdict in judged(world, given)
        ]


def gathered(found: Sequence[Sample]) -> Rows:
    """Equal samples put together: there are few different ones."""
    seen, thefts = Counter(f for f, _ in found), Counter(f for f, theft in found if theft)
    return {features: (number, thefts[features]) for features, number in seen.items()}


def fit(rows: Rows) -> Fit:
    """The weights that make the samples likeliest, drawn to those in the code, of the same sign."""
    said = Counter(name for features, (n, _) in rows.items() for name in features for _ in range(n))
    before = {INTERCEPT: PRIOR} | {name: float(name.rsplit(" ", 1)[1]) for name in sorted(said)}
    after = dict(before)
    for step in range(STEPS):
        gradient = _gradient(rows, before, after)
        rate = RATE / (1 + step / 400)
        for name, slope in gradient.items():
            moved = after[name] + rate * slope
            sign = math.copysign(1.0, before[name])
            after[name] = sign * max(sign * moved, 0.0)
    return Fit(before, after, said)


def _gradient(
    rows: Rows, before: Mapping[str, float], weights: Mapping[str, float]
) -> dict[str, float]:
    total = sum(n for n, _ in rows.values())
    slopes = {name: (before[name] - weights[name]) / SPREAD**2 / total for name in weights}
    for features, (number, thefts) in rows.items():
        miss = (thefts - number * probability(features, weights)) / total
        for name in (INTERCEPT, *features):
            slopes[name] += miss
    return slopes


def probability(features: Features, weights: Mapping[str, float]) -> float:
    """The probability of theft by these weights; what has no weight here keeps the code's."""
    log_odds = weights[INTERCEPT] + sum(
        weights.get(name, float(name.rsplit(" ", 1)[1])) for name in features
    )
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))


def log_loss(found: Sequence[Sample], weights: Mapping[str, float]) -> float:
    """Mean surprise at the truth, in nats; lower is better."""
    told = ((probability(features, weights), theft) for features, theft in found)
    return sum(-math.log(max(p if theft else 1 - p, 1e-12)) for p, theft in told) / len(found)


def points(found: Sequence[Sample], weights: Mapping[str, float]) -> list[tuple[float, bool]]:
    """Probability and truth of each sample, for calibration."""
    return [(probability(features, weights), theft) for features, theft in found]


def report(result: Fit, test: Sequence[Sample]) -> str:
    """The table of weights, and how well old and new ones do on worlds not fitted on."""
    lines = ["| signal and its weight | fitted | said |", "|---|---|---|"]
    lines += [
        f"| {name} | {result.after[name]:+.2f} | {result.said[name]:,} |"
        for name in sorted(result.after)
        if name != INTERCEPT and result.said[name] >= SAID_SHOWN
    ]
    lines += [f"| {INTERCEPT} {PRIOR:+.2f} | {result.after[INTERCEPT]:+.2f} | always |", ""]
    for title, weights in (("the code's weights", result.before), ("fitted", result.after)):
        told = points(test, weights)
        lines.append(
            f"{title}, on worlds not fitted on: log loss {log_loss(test, weights):.4f}, "
            f"calibration error {calibration_error(told):.4f}, "
            f"{sum((p >= 0.5) != theft for p, theft in told)} of {len(told):,} on the wrong side"
        )
    return "\n".join(lines)


def main() -> None:
    """Gather, fit, print; draw the calibration where asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--samples", type=Path, help="JSON lines: what earlier runs gathered")
    parser.add_argument("--picture", type=Path, help="an SVG file to draw the calibration into")
    arguments = parser.parse_args()
    names = [name for name in SCENARIOS if name != "fleet"]
    work = list(tasks(arguments.seeds, names))
    by_task = list(gathered_samples(work, arguments.jobs, arguments.samples))
    train = [one for task, found in by_task if task.seed % 2 for one in found]
    test = [one for task, found in by_task if not task.seed % 2 for one in found]
    result = fit(gathered(train))
    print(report(result, test))
    if arguments.picture:
        drawn = [
            Curve(title, [(p, share) for p, share, _ in bins(points(test, weights))])
            for title, weights in (("the code's", result.before), ("fitted", result.after))
        ]
        arguments.picture.write_text(curve("Said, and true", drawn), encoding="utf-8")


if __name__ == "__main__":
    main()
