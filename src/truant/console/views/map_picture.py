"""The map of ways out as SVG: columns from the instance to AWS, and the strays apart below."""

from collections.abc import Iterator

from markupsafe import Markup, escape
from msgspec import Struct

from truant.console.views.ways_map import Node, WaysMap
from truant.formats.plain import plain

WIDTH, BOX, ROW, GAP = 960, 48, 60, 26
COLUMNS = (0, 208, 416, 640, 872)
BOX_WIDTH, END_WIDTH = 186, 88
LETTERS = 24
STRAY_X, STRAY_WIDTH = 500, 346  # an endpoint and the account that it is of fit on a line


class _Box(Struct, frozen=True):
    """A box with its place."""

    node: Node
    x: int
    y: float
    width: int = BOX_WIDTH
    style: str = "node"

    @property
    def left(self) -> tuple[int, float]:
        return self.x, self.y + BOX / 2

    @property
    def right(self) -> tuple[int, float]:
        return self.x + self.width, self.y + BOX / 2


def draw(found: WaysMap) -> Markup:
    """The picture, for wide screens. What it says is told in words beside it."""
    boxes: list[_Box] = []
    lines: list[str] = []
    height = _home(found, boxes, lines)
    if found.strays:
        height = _strays(found, boxes, lines, height)
    shapes = [*lines, *(part for box in boxes for part in _shape(box))]
    return Markup(  # noqa: S704 every text in it is escaped
        f'<svg class="ways" viewBox="0 0 {WIDTH} {height:.0f}" aria-hidden="true" '
        f'focusable="false">{"".join(shapes)}</svg>'
    )


def _home(found: WaysMap, boxes: list[_Box], lines: list[str]) -> float:
    """The instance's own ways; gives how high they are."""
    y = 4.0
    placed: list[tuple[_Box, _Box, list[_Box]]] = []
    for branch in found.branches:
        rows = max(1, len(branch.ways))
        middle = y + (rows - 1) * ROW / 2
        ways = [_Box(way, COLUMNS[3], y + n * ROW) for n, way in enumerate(branch.ways)]
        interface = _Box(branch.interface, COLUMNS[1], middle)
        placed.append((interface, _Box(branch.subnet, COLUMNS[2], middle), ways))
        y += rows * ROW
    height = max(y, ROW + 4.0) - (ROW - BOX)
    middle = (4.0 + height) / 2 - BOX / 2
    instance = _Box(found.instance, COLUMNS[0], middle, style="node own")
    aws = _Box(Node("AWS", "APIs", ""), COLUMNS[4], middle, END_WIDTH, "node aws")
    boxes += [instance, aws]
    for interface, subnet, ways in placed:
        boxes += [interface, subnet, *ways]
        lines += [_line(instance, interface), _line(interface, subnet)]
        for way in ways:
            lines += [_line(subnet, way), _line(way, aws)]
    return height


def _strays(found: WaysMap, boxes: list[_Box], lines: list[str], height: float) -> float:
    top = height + GAP
    divider = f'<path class="divide" d="M0 {top - 4}H{WIDTH}"/>'
    label = f'<text class="divide-label" x="0" y="{top + 14}">Used from, with its key</text>'
    lines += [divider, label]
    y = top + 24
    aws = next(box for box in boxes if box.style == "node aws")
    for node in found.strays:
        box = _Box(node, STRAY_X, y, STRAY_WIDTH, "node stray")
        boxes.append(box)
        end_x, end_y = aws.x + aws.width / 2, aws.y + BOX
        x, middle = box.right
        lines.append(
            f'<path class="stray-line" d="M{x} {middle}H{end_x - 10}Q{end_x} {middle} '
            f'{end_x} {middle - 10}V{end_y}"/>'
        )
        y += ROW
    lines.append(
        f'<text class="no-way" x="{COLUMNS[1]}" y="{top + 24 + BOX / 2 + 4}">'
        "no way of the instance leads here</text>"
    )
    return y


def _line(start: _Box, end: _Box) -> str:
    (x, y), (to_x, to_y) = start.right, end.left
    half = (x + to_x) / 2
    return f'<path class="line" d="M{x} {y}C{half} {y} {half} {to_y} {to_x} {to_y}"/>'


def _shape(box: _Box) -> Iterator[str]:
    letters = LETTERS * box.width // BOX_WIDTH
    kind, name, about = (
        escape(plain(text, letters + extra))
        for text, extra in ((box.node.kind, 4), (box.node.name, 0), (box.node.about, 3))
    )
    whole = escape(plain(f"{box.node.kind} {box.node.name} {box.node.about}", 200))
    yield f'<g class="{box.style}"><title>{whole}</title>'
    yield f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{BOX}" rx="7"/>'
    x = box.x + 10
    yield f'<text class="kind" x="{x}" y="{box.y + 13}">{kind}</text>'
    yield f'<text class="name" x="{x}" y="{box.y + 28}">{name}</text>'
    yield f'<text class="about" x="{x}" y="{box.y + 41}">{about}</text></g>'
