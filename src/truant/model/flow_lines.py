"""Flow logs as text: a header line that names the fields, then one record a line.

Fields and versions: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html. Fields
stand in any order, each line has all of them, `-` is absent. Logs from CloudWatch Logs have no
header; their lines may begin with the time of the log event.

A block of lines is split in one go, and columns are slices of the result, so that C code does the
work. That is right only if every line has its fields, so that whatever is odd about a block sends
it the slow way, line by line.
"""

import re
from collections.abc import Sequence
from itertools import compress, product
from operator import sub

from msgspec import Struct

from truant.model.flow_tally import (
    ACCEPT,
    NODATA,
    PROXY_PORTS,
    SKIPDATA,
    WEB_PORTS,
    Refused,
    Tally,
)
from truant.model.hearing import MINUTE

V2 = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport"),
    *("protocol", "packets", "bytes", "start", "end", "action", "log-status"),
)
V3 = ("vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr")
V4 = ("region", "az-id", "sublocation-type", "sublocation-id")
V5 = ("pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path")
# The orders that a log without a header may have, by their number of fields: the default format,
# and each later version's fields added at its end, as the documents list them.
DEFAULTS = {len(some): some for some in (V2, V2 + V3, V2 + V3 + V4, V2 + V3 + V4 + V5)}
NEEDED = ("interface-id", "start", "end", "action", "dstport")
DESTINATIONS = ("pkt-dstaddr", "dstaddr")  # the packet's own comes before the next hop's

ACTIONS = frozenset({ACCEPT, b"REJECT", b"-"})
STATUSES = frozenset({b"OK", NODATA, SKIPDATA, b"-", None})
# A record is of at most ten minutes; one that claims an hour and more would cover what it did not.
MINUTES_MAX = 60
EARLIEST, LATEST = 1_388_534_400, 4_102_444_800  # 2014, before there were flow logs, and 2100
REASON_LENGTH = 60

_LOG_EVENT_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[\d.]*Z")
_LENGTHS = frozenset(range(MINUTES_MAX + 1))
# Port, action, protocol and flow-direction of what may be a call: an outgoing flow of TCP.
_TALKS = frozenset(
    product(WEB_PORTS | PROXY_PORTS, (ACCEPT,), (b"6", None), (b"egress", b"-", None))
)
_TIMES_KEPT = 65536


class NotFlowLog(ValueError):
    """The text is no flow log, or one without the fields that are needed; the message says why."""


class Layout(Struct, frozen=True):
    """Which fields each line has: the number of its fields, and at which place the needed ones."""

    width: int
    interface: int
    start: int
    end: int
    action: int
    port: int
    destination: int
    instance: int | None = None
    status: int | None = None
    protocol: int | None = None
    service: int | None = None
    direction: int | None = None


def layout(line: bytes) -> tuple[Layout, bool]:
    """The layout of a log from its first line, and whether that line is a header.

    Raises NotFlowLog.
    """
    names = _header(line)
    if names is not None:
        return layout_of(names), True
    fields = line.split()
    offset = 1 if fields and _LOG_EVENT_TIME.fullmatch(fields[0]) else 0
    order = DEFAULTS.get(len(fields) - offset)
    if order is None or not _looks_default(fields[offset:]):
        raise NotFlowLog(
            "no header line names the fields, and the first line is not in a default format"
        )
    return layout_of(["time"] * offset + list(order)), False


def layout_of(names: Sequence[str]) -> Layout:
    """The layout of lines with fields of these names (Parquet's underscores count as hyphens).

    Raises NotFlowLog where a field is missing without which no flow can be told.
    """
    places = {name.replace("_", "-"): place for place, name in enumerate(names)}
    missing = [name for name in NEEDED if name not in places]
    destination = next((places[name] for name in DESTINATIONS if name in places), None)
    if missing or destination is None:
        lacking = ", ".join(missing or ["dstaddr"])
        raise NotFlowLog(f"the format lacks {lacking}: whom an instance spoke to cannot be told")
    return Layout(
        width=len(names),
        interface=places["interface-id"],
        start=places["start"],
        end=places["end"],
        action=places["action"],
        port=places["dstport"],
        destination=destination,
        instance=places.get("instance-id"),
        status=places.get("log-status"),
        protocol=places.get("protocol"),
        service=places.get("pkt-dst-aws-service"),
        direction=places.get("flow-direction"),
    )


def _header(line: bytes) -> list[str] | None:
    names = line.decode("ascii", "replace").lower().replace("_", "-").split()
    return names if "interface-id" in names or "dstport" in names else None


def _looks_default(fields: list[bytes]) -> bool:
    return fields[0].isdigit() and fields[12] in ACTIONS and fields[13] in STATUSES


class Minutes(dict[bytes, int]):
    """Epoch seconds as text to minutes since the epoch, worked out once.

    Raises ValueError for what is no time.
    """

    def __missing__(self, text: bytes) -> int:
        seconds = int(text) if text.isdigit() and len(text) <= len(str(LATEST)) else 0
        if not EARLIEST <= seconds < LATEST:
            raise ValueError("no usable time")
        if len(self) >= _TIMES_KEPT:
            self.clear()
        self[text] = minute = seconds // MINUTE
        return minute


class FlowLines:
    """One log's lines, taken in block by block, in order."""

    def __init__(self, form: Layout, *, begun: bool) -> None:
        """Begin with the layout that the first line tells; `begun` if that line is done with."""
        self.layout = form
        self.line = int(begun)  # how many lines came before
        self._minutes = Minutes()

    def take(self, block: bytes, tally: Tally | None = None) -> Tally:
        """Add whole lines to a tally, a new one unless given, and give it back.

        What is no record is refused, with its line.
        """
        tally = Tally() if tally is None else tally
        lines = block.count(b"\n") + (block != b"" and not block.endswith(b"\n"))
        tokens = block.split()
        even = len(tokens) == lines * self.layout.width
        if not even or not _add(tokens, self.layout, self._minutes, tally):
            self._line_by_line(block, tally)
        tally.size += len(block)
        self.line += lines
        return tally

    def _line_by_line(self, block: bytes, tally: Tally) -> None:
        for number, line in enumerate(block.split(b"\n"), self.line + 1):
            fields = line.split()
            if _header(line) is not None:  # files were joined, and the next begins here
                reason = self._change(line)
            elif len(fields) not in (0, self.layout.width):
                reason = f"{len(fields)} fields where {self.layout.width} were named"
            elif fields and not _add(fields, self.layout, self._minutes, tally):
                reason = f"no flow log record: {_shown(b' '.join(fields))}"
            else:
                reason = None
            if reason is not None:
                tally.refused.append(Refused(number, reason))

    def _change(self, header: bytes) -> str | None:
        try:
            self.layout = layout(header)[0]
        except NotFlowLog as error:
            return str(error)
        return None


def _shown(line: bytes) -> str:
    return line[:REASON_LENGTH].decode("utf-8", "replace")


def _add(tokens: list[bytes], form: Layout, minutes: Minutes, tally: Tally) -> bool:
    """Add lines that all have their fields; False, and nothing added, where any of it is odd."""
    rows = len(tokens) // form.width

    def column(place: int | None) -> Sequence[bytes | None]:
        return [None] * rows if place is None else tokens[place :: form.width]

    interfaces, actions = tokens[form.interface :: form.width], tokens[form.action :: form.width]
    statuses, directions = column(form.status), column(form.direction)
    try:
        first = list(map(minutes.__getitem__, tokens[form.start :: form.width]))
        last = list(map(minutes.__getitem__, tokens[form.end :: form.width]))
    except ValueError:
        return False
    named = ACTIONS.issuperset(actions) and STATUSES.issuperset(statuses)
    if not named or b"-" in interfaces or not _LENGTHS.issuperset(map(sub, last, first)):
        return False
    known = (interfaces, column(form.instance), first, last)
    tally.records.update(zip(*known, actions, statuses, directions, strict=True))
    ports, targets = tokens[form.port :: form.width], tokens[form.destination :: form.width]
    ways = zip(ports, actions, column(form.protocol), directions, strict=True)
    talks = zip(*known, targets, column(form.service), ports, strict=True)
    tally.talks.update(compress(talks, map(_TALKS.__contains__, ways)))
    return True
