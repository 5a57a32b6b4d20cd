"""The last days as columns: open findings by the day of their last call, high upon low."""

from collections.abc import Mapping

from markupsafe import Markup
from msgspec import Struct

from truant.model.event_time import DAY, iso

BANDS = ("high", "medium", "low")
WIDTH, HEIGHT, BASE = 640, 150, 122


class Day(Struct, frozen=True):
    """One day: its date, and how many findings of each band."""

    date: str
    high: int
    medium: int
    low: int

    @property
    def all(self) -> int:
        """How many findings."""
        return self.high + self.medium + self.low


def days_of(counts: Mapping[tuple[int, str], int], last: int, number: int = 14) -> list[Day]:
    """So many days up to one (since the epoch), from counts by day and band."""
    return [
        Day(iso(day * DAY)[:10], *(counts.get((day, band), 0) for band in BANDS))
        for day in range(last - number + 1, last + 1)
    ]


def draw(days: list[Day]) -> Markup:
    """The picture; the numbers stand in a table beside it."""
    most = max(4, *(day.all for day in days))
    step = WIDTH / len(days)
    parts = [f'<path class="axis" d="M0 {BASE}H{WIDTH}"/>']
    for number, day in enumerate(days):
        x, y = number * step + step * 0.18, float(BASE)
        for band in reversed(BANDS):
            count = getattr(day, band)
            if count:
                height = count / most * (BASE - 18)
                y -= height
                parts.append(
                    f'<rect class="column {band}" x="{x:.1f}" y="{y:.1f}" rx="2" '
                    f'width="{step * 0.64:.1f}" height="{max(2.0, height - 1):.1f}"/>'
                )
        if day.all:
            parts.append(
                f'<text class="total" x="{x + step * 0.32:.1f}" y="{y - 5:.1f}">{day.all}</text>'
            )
        if number % 2 == (len(days) - 1) % 2:
            parts.append(
                f'<text class="date" x="{x + step * 0.32:.1f}" y="{HEIGHT - 10}">'
                f"{day.date[5:]}</text>"
            )
    return Markup(  # noqa: S704 numbers and dates of ours
        f'<svg class="days" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )
