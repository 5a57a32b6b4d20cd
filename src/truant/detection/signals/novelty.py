"""Unlike what was learned: networks, clients, APIs and regions not shown on the days before.

This moves the probability, in the open and within bounds, and never decides: what is unusual says
little without a place that is not the instance's, and what is usual cannot outweigh such a place.
"""

from collections.abc import Iterator, Sequence
from statistics import mean

from msgspec import Struct

from truant.detection.baseline import Baseline, Level, Surprise, log_ratio
from truant.detection.party import Party
from truant.model.event_time import DAY
from truant.model.finding import Evidence
from truant.model.habit import Feature, values_of

VALUES_NAMED = 3


class Bound(Struct, frozen=True):
    """How far one feature may move log-odds, and how often thieves show what is new here."""

    least: float
    most: float
    new_to_thieves: float


# By hand. The negative bounds together stay above -1: learning alone never silences a finding that
# an address outside AWS makes where the instance's ways out are not known. The positive ones stay
# below 3.5: nor does it alone make a finding of an address that says nothing.
BOUNDS = {
    Feature.NETWORK: Bound(-0.5, 1.5, 0.95),
    Feature.CLIENT: Bound(-0.15, 0.6, 0.5),
    Feature.API: Bound(-0.15, 0.6, 0.4),
    Feature.REGION: Bound(-0.15, 0.6, 0.3),
}
SAID_MIN = 0.1  # a smaller shift is not worth a sentence


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh what the strays show against the days before the first of them."""
    baseline = party.baseline
    day = min(piece.first for piece in party.strays) // DAY
    if baseline is None or not baseline.knows(day):
        return
    levels = baseline.levels_of(party.session, party.subject.instance)
    for feature, bound in BOUNDS.items():
        yield from _feature(party, baseline, feature, bound, levels, day)


def _feature(
    party: Party,
    baseline: Baseline,
    feature: Feature,
    bound: Bound,
    levels: Sequence[Level],
    day: int,
) -> Iterator[Evidence]:
    shown = [values_of(piece.sighting).get(feature, frozenset()) for piece in party.strays]
    values = sorted(frozenset[str]().union(*shown))
    if not values:
        return
    surprises = [(value, baseline.surprise(feature, value, levels, day)) for value in values]
    ratios = [_within(bound, log_ratio(one, bound.new_to_thieves)) for _, one in surprises]
    # One strange network is strange; of many APIs some are always new.
    weight = round(mean(ratios) if feature is Feature.API else max(ratios), 2)
    if abs(weight) >= SAID_MIN:
        yield Evidence("novelty", weight, _sentence(feature, surprises))


def _within(bound: Bound, ratio: float) -> float:
    return max(bound.least, min(bound.most, ratio))


def _sentence(feature: Feature, surprises: Sequence[tuple[str, Surprise]]) -> str:
    value, surprise = min(surprises, key=lambda one: (one[1].own, one[0]))
    new = sum(one.known_to is None for _, one in surprises)
    head = f"{feature.value[0].upper()}{feature.value[1:]} {value[:100]}"
    if len(surprises) > 1:
        head = f"Of {len(surprises)} {feature.value}s shown, {new} were never seen; {head}"
    counts = ", ".join(f"{n:,} of {total:,} of this {kind}" for kind, n, total in surprise.counts)
    counts = counts.replace("of this all that was read", "of all that was read")
    usual = f"{surprise.own:.1%} of an instance's days would show it"
    return f"{head}: calls on the days before: {counts}; by these, {usual}."
