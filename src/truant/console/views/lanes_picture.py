"""The time line as SVG: lanes from left to right, with marks upon them; a wide and a narrow one.

Where the use of the key is short beside the whole, it is drawn once more below, widened, with what
was done.
"""

from collections.abc import Iterator

from markupsafe import Markup, escape
from msgspec import Struct

from truant.console.views.lanes import Lane, Lanes, Mark
from truant.formats.plain import plain
from truant.model.event_time import DAY, clock

EDGE, LANE, HEAD, FOOT = 8, 46, 30, 26
FAN, DEED, DEEDS_MAX = 34, 18, 12
STEPS = (300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 7 * DAY)
TICKS = {1000: 10, 340: 4}


class _Axis(Struct, frozen=True):
    """Times to places."""

    first: int
    last: int
    width: int

    def x(self, time: int) -> float:
        span = max(1, self.last - self.first)
        inside = min(max(time, self.first), self.last)
        return round(EDGE + (inside - self.first) / span * (self.width - 2 * EDGE), 1)

    def ticks(self) -> list[int]:
        span, most = self.last - self.first, TICKS[self.width]
        step = next((one for one in STEPS if span / one <= most), STEPS[-1])
        return list(range(-(-self.first // step) * step, self.last + 1, step))


def draw(lanes: Lanes, width: int) -> Markup:
    """The picture, `width` units wide: 1000, or 340 for a phone. It is told in words beside it."""
    axis = _Axis(lanes.first, lanes.last, width)
    height = HEAD + LANE * len(lanes.lanes) + FOOT
    parts = [*_grid(axis, height), *_keys(axis, lanes, height)]
    for number, lane in enumerate(lanes.lanes):
        parts += _lane(axis, lane, HEAD + number * LANE)
    deeds = _deeds(lanes)
    if deeds:
        parts = [*_fan(axis, deeds, height), *parts, *_zoom(axis, deeds, height)]
        height += FAN + DEED * len(deeds) + 14
    return Markup(  # noqa: S704 every text in it is escaped
        f'<svg class="lanes" viewBox="0 0 {width} {height}" aria-hidden="true" focusable="false">'
        f"{''.join(parts)}</svg>"
    )


def _grid(axis: _Axis, height: int) -> Iterator[str]:
    day = ""
    for time in axis.ticks():
        x, words = axis.x(time), clock(time)
        yield f'<path class="tick" d="M{x} {HEAD - 8}V{height - FOOT + 4}"/>'
        anchor = "start" if x < 30 else "end" if x > axis.width - 30 else "middle"
        label = words[11:16] if words[:10] == day else f"{words[5:10]} {words[11:16]}"
        day = words[:10]
        yield f'<text class="hour" x="{x}" y="{height - 8}" text-anchor="{anchor}">{label}</text>'


def _keys(axis: _Axis, lanes: Lanes, height: int) -> Iterator[str]:
    for mark in lanes.keys:
        x = axis.x(mark.time)
        yield (
            f'<path class="key-line" d="M{x} {HEAD - 8}V{height - FOOT}"/>'
            f'<g class="key-{mark.kind}"><path d="M{x} {HEAD - 24}l6 7-6 7-6-7z"/>'
            f"{_title(mark)}</g>"
        )


def _title(mark: Mark) -> str:
    return f"<title>{escape(plain(mark.words, 120))}, {clock(mark.time)}</title>"


def _lane(axis: _Axis, lane: Lane, top: int) -> Iterator[str]:
    kind = "home" if lane.is_home else "stray"
    room = axis.width // 7 - 2
    name = plain(lane.name, room)
    words = plain(lane.words, max(4, room - len(name) - 3)) if room - len(name) > 12 else ""
    yield (
        f'<text class="lane-name" x="{EDGE}" y="{top + 12}">{escape(name)}'
        f'<tspan class="lane-words" dx="8">{escape(words)}</tspan></text>'
        f'<path class="rail" d="M{EDGE} {top + 28}H{axis.width - EDGE}"/>'
    )
    for one in lane.stretches:
        left, right = axis.x(one.first), axis.x(one.last)
        yield (
            f'<rect class="{kind}" x="{left}" y="{top + 21}" width="{max(4.0, right - left):.1f}" '
            f'height="14" rx="3"><title>{clock(one.first)} to {clock(one.last)}</title></rect>'
        )
    for mark in lane.marks:
        yield _mark(mark, axis.x(mark.time), top + 28)


def _mark(mark: Mark, x: float, y: float) -> str:
    shape = (
        f'<path d="M{x - 3} {y - 3}l6 6m0-6l-6 6"/>'
        if mark.kind == "failed"
        else f'<circle cx="{x}" cy="{y}" r="2.5"/>'
    )
    return f'<g class="mark-{mark.kind}">{shape}{_title(mark)}</g>'


def _deeds(lanes: Lanes) -> list[Mark]:
    """What was done from elsewhere, where it is too close together to be seen above."""
    marks = sorted(
        (mark for lane in lanes.lanes for mark in lane.marks), key=lambda m: (m.time, m.words)
    )
    if not marks or (marks[-1].time - marks[0].time) * 4 > lanes.last - lanes.first:
        return []
    return marks[:DEEDS_MAX]


def _fan(axis: _Axis, deeds: list[Mark], top: int) -> Iterator[str]:
    """What leads from the use above to the widened one below."""
    left = axis.x(deeds[0].time)
    right = max(axis.x(deeds[-1].time), left + 4)
    from_, to = top - FOOT + 4, top + FAN
    shape = f"M{left} {from_}L{EDGE} {to}H{axis.width - EDGE}L{right} {from_}z"
    yield f'<path class="fan" d="{shape}"/>'


def _zoom(axis: _Axis, deeds: list[Mark], top: int) -> Iterator[str]:
    """The use once more, widened, each call with its time and name on a line of its own."""
    first, last = deeds[0].time, deeds[-1].time
    pad = max(1, (last - first) // 20)
    near = _Axis(first - pad, last + pad, axis.width)
    rail, bottom = top + FAN, top + FAN + DEED * len(deeds)
    yield f'<path class="zoom-rail" d="M{EDGE} {rail}H{axis.width - EDGE}"/>'
    room = axis.width // 8
    for number, mark in enumerate(deeds):
        x, y = near.x(mark.time), bottom - number * DEED
        is_right = x > axis.width / 2
        anchor, text_x = ("end", x - 8) if is_right else ("start", x + 8)
        words = plain(mark.words, room)
        yield (
            f'<path class="deed-line" d="M{x} {rail}V{y - 4}"/>'
            f'<text class="deed" x="{text_x}" y="{y}" text-anchor="{anchor}">'
            f'<tspan class="deed-time">{clock(mark.time)[11:19]}</tspan> {escape(words)}</text>'
            f"{_mark(mark, x, rail)}"
        )
