"""The time line: when the instance spoke from home, when its keys spoke from elsewhere, and events.

Home is drawn from the sightings that are still held; what has been dropped is said to be unknown.
"""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from truant.model.event_time import DAY, SLOT, SLOTS_A_DAY, epoch
from truant.model.network import Via
from truant.model.sighting import Sighting
from truant.terminal import phrases
from truant.terminal.json_view import at, objects

LANES_MAX = 6
PAD_MIN, SPAN_MAX = 1_800, 2 * DAY


class Stretch(Struct, frozen=True):
    """A time during which a lane was active, in epoch seconds."""

    first: int
    last: int


class Mark(Struct, frozen=True):
    """Something that happened at a moment: `kind` is issued, expires, call, failed or made."""

    time: int
    kind: str
    words: str


class Lane(Struct, frozen=True):
    """One line: home, or an origin that is not. `words`: what it is."""

    name: str
    words: str
    is_home: bool
    stretches: tuple[Stretch, ...]
    marks: tuple[Mark, ...] = ()


class Lanes(Struct, frozen=True):
    """The whole picture, from `first` to `last` (epoch seconds). `keys`: marks above all lanes."""

    first: int
    last: int
    lanes: tuple[Lane, ...]
    keys: tuple[Mark, ...]
    more: int
    home_held: bool


def lanes_of(one: Mapping[str, object], sightings: Iterable[Sighting]) -> Lanes | None:
    """The time line of a finding; `sightings`: what is held of its session. None without times."""
    info = at(one, "service", "additionalInfo")
    origins = objects(info.get("origins"))
    strays = [_stray(origin) for origin in origins]
    times = [(s.first, s.last) for lane in strays for s in lane.stretches]
    if not times:
        return None
    keys = [mark for mark in _keys(info) if mark.time]
    first, last = min(t[0] for t in times), max(t[1] for t in times)
    start = min([first, *(m.time for m in keys if m.kind == "issued" and m.time <= first)])
    pad = max(PAD_MIN, (last - start) // 8)
    start, end = max(start - pad, first - SPAN_MAX), min(last + pad, first + 2 * SPAN_MAX)
    home, other = _held(sightings, info, start, end)
    shown = sorted(strays, key=lambda lane: lane.stretches[0].first)
    return Lanes(
        first=start,
        last=end,
        lanes=(home, *shown[:LANES_MAX], *((other,) if other.stretches else ())),
        keys=tuple(sorted((m for m in keys if start <= m.time <= end), key=lambda m: m.time)),
        more=max(0, len(shown) - LANES_MAX),
        home_held=bool(home.stretches),
    )


def _stray(origin: Mapping[str, object]) -> Lane:
    first, last = (epoch(str(origin.get(name))) or 0 for name in ("firstSeen", "lastSeen"))
    stretches = (Stretch(first, max(first, last)),) if first else ()
    marks = tuple(
        Mark(
            epoch(str(call.get("time"))) or first,
            "failed" if call.get("errorCode") else "call",
            str(call.get("api")) + (f", {call['errorCode']}" if call.get("errorCode") else ""),
        )
        for call in objects(origin.get("calls"))
    )
    return Lane(phrases.origin(origin), str(origin.get("place")), False, stretches, marks)


def _keys(info: Mapping[str, object]) -> Iterator[Mark]:
    for mint in objects(info.get("issuance")):
        key = str(mint.get("accessKeyId"))
        yield Mark(epoch(str(mint.get("time"))) or 0, "issued", f"key {key} issued")
        if mint.get("expires"):
            yield Mark(epoch(str(mint["expires"])) or 0, "expires", f"key {key} expires")
    for mint in objects(info.get("lineage")):
        words = f"key {mint.get('accessKeyId')} made with {mint.get('api')}"
        yield Mark(epoch(str(mint.get("time"))) or 0, "made", words)
    for made in objects(info.get("made")):
        words = f"{made.get('kind')} {made.get('name')} made"
        yield Mark(epoch(str(made.get("time"))) or 0, "made", words)


def _held(
    sightings: Iterable[Sighting], info: Mapping[str, object], start: int, end: int
) -> tuple[Lane, Lane]:
    """What is held of the session: at home as the finding names it, and at other places."""
    away = {
        (one.get("accessKeyId"), one.get("address"), one.get("vpcEndpointId"))
        for one in objects(info.get("origins"))
    }
    seen = tuple(str(one) for one in _list(at(info, "home").get("seen")))
    home, other = set[int](), set[int]()
    for sighting in sightings:
        origin = sighting.origin
        if origin.via is not Via.DIRECT or (sighting.key, origin.address, origin.endpoint) in away:
            continue
        is_home = any(sentence.startswith(f"{origin}: ") for sentence in seen)
        first = sighting.day * SLOTS_A_DAY
        (home if is_home else other).update(
            first + n for n in range(SLOTS_A_DAY) if sighting.slots >> n & 1
        )
    return (
        Lane("Home", "the instance’s own ways out", True, _within(home, start, end)),
        Lane(
            "Other places",
            "of other findings, or not known to be home",
            False,
            _within(other, start, end),
        ),
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _within(slots: set[int], start: int, end: int) -> tuple[Stretch, ...]:
    return tuple(
        Stretch(max(start, one.first), min(end, one.last))
        for one in _stretches(slots)
        if one.last >= start and one.first <= end
    )


def _stretches(slots: set[int]) -> Iterator[Stretch]:
    """Runs of five-minute slots, as times."""
    begun = before = None
    for slot in sorted(slots):
        if before is None or slot > before + 1:
            if begun is not None and before is not None:
                yield Stretch(begun * SLOT, (before + 1) * SLOT)
            begun = slot
        before = slot
    if begun is not None and before is not None:
        yield Stretch(begun * SLOT, (before + 1) * SLOT)
