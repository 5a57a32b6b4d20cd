"""A key used after its instance ended, or while it was stopped: keys outlive both by hours."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.pieces import Piece
from truant.detection.view import SHUTDOWN_SECONDS
from truant.model.event_time import clock
from truant.model.finding import Evidence

WEIGHT = 5.0  # by hand: nobody but a thief speaks for a machine that is gone
EVENT_IDS_MAX = 20


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh calls made when the instance was no more, or stood still."""
    instance, inventory = party.subject.instance, party.around.inventory
    ended = inventory.ended(instance)
    if ended is not None:
        yield from _within(party, ended, None, f"ended by {clock(ended)}")
    for stop in inventory.timeline(instance, "stopped").held:
        if stop.since is not None:
            since = f"was stopped at {clock(stop.since)}"
            again = f" and started at {clock(stop.until)}" if stop.until is not None else ""
            yield from _within(party, stop.since, stop.until, since + again)


def _within(party: Party, since: int, until: int | None, what: str) -> Iterator[Evidence]:
    """Evidence of the strays of a time in which the instance made no calls."""
    first = since + SHUTDOWN_SECONDS
    late = [piece for piece in party.strays if _reaches(piece, first, until)]
    if late:
        last = max(piece.last for piece in late)
        sentence = f"The instance {what}; its key was used until {clock(last)}."
        ids = [
            call.event_id
            for piece in late
            for call in piece.calls
            if since < call.time and (until is None or call.time < until)
        ]
        yield Evidence("after-end", WEIGHT, sentence, tuple(ids[:EVENT_IDS_MAX]))


def _reaches(piece: Piece, first: int, until: int | None) -> bool:
    """Whether calls of a piece are known to lie in a time."""
    if until is None:
        return piece.last > first
    named = any(first < call.time < until for call in piece.calls)
    return named or first < piece.first <= piece.last < until
