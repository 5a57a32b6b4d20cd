"""A time line of one finding as an SVG picture: when keys were issued, and used from where.

No clock, no chance: the same finding gives the same bytes. Every text in it is escaped.
"""

from collections.abc import Mapping
from html import escape

from truant.detection.finding_case import at, objects
from truant.formats.plain import plain
from truant.model.event_time import clock, epoch

WIDTH, LEFT, RIGHT, ROW, TOP = 960, 300, 30, 26, 40
ROWS_MAX = 40
_INK, _THIEF, _MADE, _KEY = "#222", "#b3261e", "#7a3e9d", "#1f6f43"
_FONT = 'font-family="sans-serif" font-size="12"'


def picture(finding: Mapping[str, object]) -> str:
    """The picture of a finding in GuardDuty's JSON."""
    info = at(finding, "service", "additionalInfo")
    rows = [*_keys(info), *_origins(info), *_made(info)][:ROWS_MAX]
    times = [time for _, spans, _ in rows for time in spans]
    first, last = (min(times), max(times)) if times else (0, 1)
    scale = _Scale(first, max(last, first + 1))
    height = TOP + ROW * max(1, len(rows)) + 40
    drawn = [_row(number, *row, scale) for number, row in enumerate(rows)]
    title = escape(plain(finding.get("title") or "A finding"))
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
            f'width="{WIDTH}" height="{height}" role="img" aria-label="{title}" {_FONT}>',
            f"<title>{title}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
            *_axis(scale, height),
            *drawn,
            "</svg>",
            "",
        )
    )


class _Scale:
    """Times to places on the page."""

    def __init__(self, first: int, last: int) -> None:
        self.first, self.last = first, last

    def place(self, time: int) -> float:
        part = (time - self.first) / (self.last - self.first)
        return round(LEFT + part * (WIDTH - LEFT - RIGHT), 1)


Row = tuple[str, list[int], str]  # label, times, colour


def _keys(info: Mapping[str, object]) -> list[Row]:
    found: list[Row] = []
    for one in objects(info.get("issuance")) + objects(info.get("lineage")):
        times = _times(one.get("time"), one.get("expires"))
        if times:
            found.append((f"key {one.get('accessKeyId')}: valid", times, _KEY))
    return found


def _origins(info: Mapping[str, object]) -> list[Row]:
    found: list[Row] = []
    for one in objects(info.get("origins")):
        calls = [call.get("time") for call in objects(one.get("calls"))]
        times = _times(one.get("firstSeen"), *calls, one.get("lastSeen"))
        if times:
            found.append((f"{one.get('address') or one.get('vpcEndpointId')}", times, _THIEF))
    return found


def _made(info: Mapping[str, object]) -> list[Row]:
    rows = [
        (f"{one.get('kind')} {one.get('name')}", _times(one.get("time")), _MADE)
        for one in objects(info.get("made"))
    ]
    return [row for row in rows if row[1]]


def _times(*values: object) -> list[int]:
    found = (epoch(value) if isinstance(value, str) else None for value in values)
    return [time for time in found if time is not None]


def _row(number: int, label: str, times: list[int], colour: str, scale: _Scale) -> str:
    y = TOP + ROW * number + ROW // 2
    text = escape(plain(label, 46))
    start, end = scale.place(min(times)), scale.place(max(times))
    dots = "".join(
        f'<circle cx="{scale.place(time)}" cy="{y}" r="4" fill="{colour}">'
        f"<title>{clock(time)}</title></circle>"
        for time in sorted(set(times))
    )
    bar = (
        f'<line x1="{start}" y1="{y}" x2="{end}" y2="{y}" stroke="{colour}" stroke-width="3"/>'
        if end > start
        else ""
    )
    return f'<text x="8" y="{y + 4}" fill="{_INK}">{text}</text>{bar}{dots}'


def _axis(scale: _Scale, height: int) -> list[str]:
    marks = []
    for time, anchor in ((scale.first, "start"), (scale.last, "end")):
        x = scale.place(time)
        marks.append(
            f'<line x1="{x}" y1="{TOP - 8}" x2="{x}" y2="{height - 30}" stroke="#ccc"/>'
            f'<text x="{x}" y="{height - 12}" text-anchor="{anchor}" fill="{_INK}">'
            f"{clock(time)}</text>"
        )
    marks.append(f'<text x="8" y="22" fill="{_INK}" font-weight="bold">Time line (UTC)</text>')
    return marks
