"""Plain SVG pictures for benchmarks: bars beside bars, curves in a square, lines over a scale."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10

from msgspec import Struct

INK, FAINT, GROUND = "#1f2933", "#d5dbe1", "#ffffff"
COLOURS = ("#0b6e99", "#d9730d", "#448361", "#9065b0", "#c14c8a", "#787774", "#cb912f", "#487ca5")
ROW, LABEL, WIDTH = 26, 270, 260
FONT = 'font-family="system-ui, sans-serif" font-size="12"'


class Bars(Struct, frozen=True):
    """A titled column of named bars; `form` formats a value."""

    title: str
    values: Sequence[tuple[str, float]]
    form: str


class Curve(Struct, frozen=True):
    """A named line through points, both coordinates from 0 to 1."""

    name: str
    points: Sequence[tuple[float, float]]


class Line(Struct, frozen=True):
    """A named line through points of any positive size."""

    name: str
    points: Sequence[tuple[float, float]]


def bars(*columns: Bars) -> str:
    """Columns of bars beside each other; the names stand at the first."""
    rows = len(columns[0].values)
    width, height = LABEL + len(columns) * (WIDTH + 70) + 20, 50 + rows * ROW
    parts = []
    for row, (name, _) in enumerate(columns[0].values):
        parts.append(_text(LABEL - 10, 54 + row * ROW, name, anchor="end"))
    for number, column in enumerate(columns):
        left = LABEL + number * (WIDTH + 70)
        most = max((value for _, value in column.values), default=1.0) or 1.0
        parts.append(_text(left, 24, column.title, weight="600"))
        for row, (name, value) in enumerate(column.values):
            colour = COLOURS[0] if name.startswith("Truant") else "#9aa5b1"
            long = max(WIDTH * value / most, 1.0)
            parts.append(
                f'<rect x="{left}" y="{41 + row * ROW}" width="{long:.1f}" height="18" rx="2" '
                f'fill="{colour}"/>'
            )
            parts.append(_text(left + long + 6, 54 + row * ROW, column.form.format(value)))
    return _svg(width, height, parts)


def curve(title: str, curves: Sequence[Curve]) -> str:
    """Curves in a unit square with its diagonal: what is said against what is true."""
    size, left, top = 320, 60, 50
    parts = [_text(left, 24, title, weight="600")]
    for number in range(6):
        share = number / 5
        x, y = left + share * size, top + (1 - share) * size
        parts.append(
            f'<path d="M{left},{y:.1f}H{left + size}M{x:.1f},{top}V{top + size}" stroke="{FAINT}"/>'
        )
        parts.append(_text(left - 8, y + 4, f"{share:.0%}", anchor="end"))
        parts.append(_text(x, top + size + 18, f"{share:.0%}", anchor="middle"))
    diagonal = f"M{left},{top + size}L{left + size},{top}"
    parts.append(f'<path d="{diagonal}" stroke="{INK}" stroke-dasharray="3 4"/>')
    for number, one in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        places = [(left + x * size, top + (1 - y) * size) for x, y in one.points]
        line = "L".join(f"{x:.1f},{y:.1f}" for x, y in places)
        if line:
            parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        y = top + 20 + number * 22
        parts.append(
            f'<rect x="{left + size + 24}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        )
        parts.append(_text(left + size + 44, y, one.name))
    return _svg(left + size + 240, top + size + 40, parts)


def lines(title: str, some: Sequence[Line]) -> str:
    """Lines over two scales of powers of ten: one in proportion rises as the diagonal does."""
    size, left, top = 320, 60, 50
    across = _powers([x for line in some for x, _ in line.points])
    up = _powers([y for line in some for _, y in line.points])
    one = size / max(len(across) - 1, len(up) - 1)  # a power of ten is as long both ways
    width, height = one * (len(across) - 1), one * (len(up) - 1)
    parts = [_text(left, 24, title, weight="600")]
    for number, power in enumerate(across):
        x = left + number * one
        parts.append(f'<path d="M{x:.1f},{top}v{height:.1f}" stroke="{FAINT}"/>')
        parts.append(_text(x, top + height + 18, f"{10.0**power:,g}", anchor="middle"))
    for number, power in enumerate(up):
        y = top + height - number * one
        parts.append(f'<path d="M{left},{y:.1f}h{width:.1f}" stroke="{FAINT}"/>')
        parts.append(_text(left - 8, y + 4, f"{10.0**power:,g}", anchor="end"))
    for number, line in enumerate(some):
        colour = COLOURS[number % len(COLOURS)]
        places = [
            (left + (log10(x) - across[0]) * one, top + height - (log10(y) - up[0]) * one)
            for x, y in line.points
        ]
        path = "L".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{colour}"/>' for x, y in places]
        parts.append(_text(left + width + 24, top + 20 + number * 22, line.name))
        parts.append(
            f'<rect x="{left + width + 8:.1f}" y="{top + 10 + number * 22}" width="12" '
            f'height="12" fill="{colour}"/>'
        )
    return _svg(left + width + 240, top + max(height, 22 * len(some)) + 40, parts)


def _powers(values: Sequence[float]) -> range:
    """The powers of ten around these values; two of them at least."""
    least, most = floor(log10(min(values))), ceil(log10(max(values)))
    return range(least, max(most, least + 1) + 1)


def _text(x: float, y: float, text: str, anchor: str = "start", weight: str = "400") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{INK}" {FONT} font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}">'
        f'<rect width="100%" height="100%" fill="{GROUND}"/>{"".join(parts)}</svg>\n'
    )
