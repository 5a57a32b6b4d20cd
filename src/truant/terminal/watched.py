"""The status of the service and its quarantine, in lines for people."""

from collections.abc import Iterator, Sequence

from truant.connectors.store.quarantine import Piece
from truant.detection.fold import FOLDED
from truant.formats.plain import plain
from truant.model.event_time import clock
from truant.runners.status import Status, is_alive

MISSING_SHOWN = 20


def lines(found: Status) -> Iterator[str]:
    """The status, what needs attention first."""
    yield from _workers(found)
    for one in found.silent:
        yield (
            f"silent: account {plain(one.account)}, {plain(one.region)}: nothing of a time after "
            f"{clock(one.newest)} has come, while others go on"
        )
    yield from _missing(found)
    rates = ", ".join(f"{rate:,.1f} over {n} minutes" for n, rate in sorted(found.rates.items()))
    yield f"records a second: {rates}"
    yield (
        f"waiting: {found.waiting:,} sessions to be judged, {found.notices:,} notices to be sent; "
        f"quarantine: {found.quarantined:,} pieces"
    )
    yield from _records(found)
    yield from _arrivals(found)


def _missing(found: Status) -> Iterator[str]:
    for one in found.missing[:MISSING_SHOWN]:
        where = f"account {plain(one.account)}" + (f", {plain(one.region)}" if one.region else "")
        why = f"{plain(one.code)}: {plain(one.message, 300)}"
        yield f"not in the inventory: {where}: {plain(one.operation)}: {why}"
    more = len(found.missing) - MISSING_SHOWN
    if more > 0:
        yield f"not in the inventory: {more:,} more"


def _workers(found: Status) -> Iterator[str]:
    alive = [one for one in found.workers if is_alive(one, found.at)]
    holders = sorted({one.holder for one in alive})
    if not holders:
        yield "no service runs on this database, or has not for a minute"
    for holder in holders:
        names = [one.name for one in alive if one.holder == holder]
        yield f"service {plain(holder)}: {len(names)} tasks"
    for one in alive:
        if one.failing_since is not None:
            since = clock(one.failing_since // 1000)
            yield f"failing: {plain(one.name)} since {since}: {plain(one.error)}"


def _records(found: Status) -> Iterator[str]:
    folded = sum(number for name, number in found.records.items() if name in FOLDED)
    total = sum(found.records.values()) + found.totals.get("refused", 0)
    yield f"{total:,} records read: {folded:,} folded, {total - folded:,} not"
    for name, number in sorted(found.records.items(), key=lambda one: -one[1]):
        if name not in FOLDED:
            yield f"  ignored: {number:,} {plain(name)}"
    for name, number in sorted(found.totals.items()):
        if name.startswith(("messages: ", "flow logs: ")):
            yield f"  {plain(name)}: {number:,}"


def _arrivals(found: Status) -> Iterator[str]:
    if found.heard:
        yield f"{'account':<14}{'region':<16}{'lag':>10}{'arrived':>12}{'records':>14}"
    for one in found.heard:
        lag, ago = found.at // 1000 - one.newest, (found.at - one.arrived_at) // 1000
        yield (
            f"{plain(one.account):<14}{plain(one.region):<16}{_span(lag):>10}"
            f"{_span(ago) + ' ago':>12}{one.records:>14,}"
        )


def _span(seconds: int) -> str:
    """A duration in its largest unit: `95 s`, `12 min`, `30 h`, `9 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{max(0, seconds)} s"


def pieces(found: Sequence[Piece]) -> Iterator[str]:
    """What the quarantine holds, a line each."""
    for one in found:
        where = plain(one.item) + (f", record {one.position}" if one.position else "")
        again = " (to be tried again)" if one.again else ""
        yield f"{one.id:>6}  {clock(one.at // 1000)}  {where}: {plain(one.reason)}{again}"
