"""The evidence as bars: where the odds begin, what each piece moves them by, where they end."""

import math
from collections.abc import Mapping

from markupsafe import Markup
from msgspec import Struct

from truant.console.views.words import texts
from truant.terminal.json_view import at, number, objects

WIDTH, HEIGHT = 240, 20


class Bar(Struct, frozen=True):
    """One row. `picture`: its bar on the common scale; `chance`: the probability after it."""

    signal: str
    sentence: str
    weight: float
    chance: float
    event_ids: tuple[str, ...]
    picture: Markup


class Sum(Struct, frozen=True):
    """All rows; the prior and the end in log-odds, and the chance that they come to."""

    prior: float
    rows: tuple[Bar, ...]
    total: float
    chance: float
    first: Markup
    last: Markup


def chance_of(log_odds: float) -> float:
    """The probability that log-odds are."""
    return 1 / (1 + math.exp(-max(-40.0, min(40.0, log_odds))))


def add_up(one: Mapping[str, object]) -> Sum:
    """The evidence of a finding, added up in the order in which it stands there."""
    info = at(one, "service", "additionalInfo")
    prior = number(info.get("prior"))
    told = [(number(piece.get("weight")), piece) for piece in objects(info.get("evidence"))]
    reached = [prior]
    for weight, _ in told:
        reached.append(reached[-1] + weight)
    low, high = min(-6.0, *reached) - 0.5, max(6.0, *reached) + 0.5
    scale = _Scale(low, high)
    rows = tuple(
        Bar(
            signal=str(piece.get("signal")),
            sentence=str(piece.get("sentence")),
            weight=weight,
            chance=chance_of(reached[position + 1]),
            event_ids=tuple(texts(piece.get("eventIds"))),
            picture=scale.bar(reached[position], reached[position + 1], weight),
        )
        for position, (weight, piece) in enumerate(told)
    )
    total = reached[-1]
    return Sum(prior, rows, total, chance_of(total), scale.dot(prior), scale.bar(0.0, total, total))


class _Scale:
    """Log-odds to places on a bar."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def x(self, value: float) -> float:
        return round((value - self.low) / (self.high - self.low) * WIDTH, 1)

    def bar(self, start: float, end: float, weight: float) -> Markup:
        left, right = sorted((self.x(start), self.x(end)))
        side = "for" if weight >= 0 else "against"
        tip = right if weight >= 0 else left
        return self._svg(
            f'<rect class="bar-{side}" x="{left}" y="5" width="{max(1.5, right - left):.1f}" '
            f'height="10" rx="2"/><path class="bar-tip" d="M{tip} 2v16"/>'
        )

    def dot(self, value: float) -> Markup:
        return self._svg(f'<circle class="bar-start" cx="{self.x(value)}" cy="10" r="4"/>')

    def _svg(self, inner: str) -> Markup:
        half = self.x(0.0)
        return Markup(  # noqa: S704 numbers alone
            f'<svg class="weight" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
            f'<path class="bar-half" d="M{half} 0v{HEIGHT}"/>{inner}</svg>'
        )
