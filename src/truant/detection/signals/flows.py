"""Flow logs: no flow of the instance to AWS while its key was used says that another used it.

Silence is strong where the logs cover the time. That the instance spoke says little: busy ones
always do. Who has no flow logs is told nothing; who has some is told where they do not reach.
"""

import math
from collections.abc import Iterator

from msgspec import Struct, field

from truant.detection.flows import Flows
from truant.detection.party import Party
from truant.detection.pieces import Piece
from truant.detection.unheard import (
    CALLS_MIN,
    LOGIN,
    Showing,
    calls_at_least,
    hear,
    in_silence,
    showing,
)
from truant.model.event_time import clock
from truant.model.finding import Evidence
from truant.model.network import Place, Via

# By hand. A record lost, or a way to AWS that the logs do not show, is the other explanation of
# silence: rare where they are seen to show the instance's calls at other times. What is set apart
# for its silence has passed stricter tests, and nothing else speaks against it.
WEIGHT_SILENT = 5.0
WEIGHT_SILENT_UNPROVED = 2.5
# That it spoke speaks against theft as much as it is seldom that it speaks: the logarithm of how
# often it does, and no more than this.
WEIGHT_SPOKE_MOST = -1.0
# Of the slots in which it is known whether the instance spoke, at least this share is silent, or
# else the silent ones are taken for records that were lost.
SILENT_SHARE_MIN = 0.25


class _Heard(Struct):
    """What the flow logs tell about the slots of the strays: how many of each, and the silent."""

    spoke: int = 0
    unknown: int = 0
    silent: int = 0
    calls: int = 0  # in silent slots, at least
    pieces: list[Piece] = field(default_factory=list)  # the silent parts


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh whether the instance spoke to AWS when its key was used by this party."""
    flows, instance = party.around.flows, party.subject.instance
    strays = [piece for piece in party.strays if _should_show(piece, party)]
    if flows is None or not strays:
        return
    own = (piece for piece in party.home if _is_sessions(piece, party))
    how = showing(own, flows, instance)
    heard = _heard(strays, flows, instance, how)
    if heard.silent and heard.silent >= SILENT_SHARE_MIN * (heard.silent + heard.spoke):
        yield _silence(heard, flows, instance, how)
    elif heard.spoke:
        yield _speech(heard, strays, flows, instance)
    else:
        sentence = (
            "VPC Flow Logs do not tell whether the instance spoke to AWS then: they do not cover "
            "all its interfaces at that time, or show flows that may or may not have gone to AWS."
        )
        yield Evidence("flows", 0.0, sentence)


def _should_show(piece: Piece, party: Party) -> bool:
    """Whether the calls of a stray, had the instance made them, would be flows of its own.

    Not those by URLs that it gave away, with keys that it made for others, or sent for a login.
    """
    origin, place = piece.sighting.origin, piece.placement.place
    direct = origin.via is Via.DIRECT or place is Place.UNHEARD
    return direct and _is_sessions(piece, party) and piece.sighting.apis != {LOGIN}


def _is_sessions(piece: Piece, party: Party) -> bool:
    return piece.principal_id == party.session.principal_id


def _heard(strays: list[Piece], flows: Flows, instance: str, how: Showing) -> _Heard:
    found = _Heard()
    for piece in strays:
        ear = hear(piece, flows, instance)
        silent = in_silence(ear, how)
        found.spoke += ear.spoke.bit_count()
        found.silent += silent.bit_count()
        found.unknown += (piece.slots & ~(ear.spoke | silent)).bit_count()
        found.calls += calls_at_least(piece, silent)
        if silent:
            found.pieces.append(Piece(piece.principal_id, piece.sighting, silent, piece.placement))
    return found


def _speech(heard: _Heard, strays: list[Piece], flows: Flows, instance: str) -> Evidence:
    days = {piece.sighting.day for piece in strays}
    spoken = sum(flows.spoken_slots(instance, day).bit_count() for day in days)
    covered = sum(flows.heard_slots(instance, day).bit_count() for day in days)
    share = (spoken + 1) / (covered + 1)
    # A look reaches some minutes before and after its slot: about two slots.
    chance = 1 - (1 - min(share, 1.0)) ** 2
    sentence = (
        f"VPC Flow Logs show the instance speaking to AWS in {_slots(heard.spoke)} of these calls; "
        f"it speaks in {round(100 * min(share, 1.0))} % of all that they cover."
    )
    weight = max(WEIGHT_SPOKE_MOST, round(math.log(chance), 2)) or 0.0  # never -0.0
    return Evidence("flows", weight, sentence)


def _silence(heard: _Heard, flows: Flows, instance: str, how: Showing) -> Evidence:
    first = min(piece.first for piece in heard.pieces)
    last = max(piece.last for piece in heard.pieces)
    names = ", ".join(flows.look(instance, first, last).interfaces)
    other = f" In {_slots(heard.spoke)} of others the instance did speak." if heard.spoke else ""
    trust = (
        " At other times they show the instance's own calls."
        if how is Showing.SHOWN
        else " No flow at all left the instance then, but whether the logs show its calls is not "
        "proved: there are too few of its own to compare."
    )
    sentence = (
        f"VPC Flow Logs cover {names} and show no flow to AWS in {_slots(heard.silent)} from "
        f"{clock(first)} to {clock(last)}, in which {heard.calls} calls or more were made from "
        f"there.{other}{trust}"
    )
    apart = heard.pieces[0].placement.place is Place.UNHEARD
    strong = heard.calls >= CALLS_MIN and (how is Showing.SHOWN or apart)
    ids = tuple(call.event_id for piece in heard.pieces for call in piece.calls)
    return Evidence("flows", WEIGHT_SILENT if strong else WEIGHT_SILENT_UNPROVED, sentence, ids)


def _slots(number: int) -> str:
    return "a slot of five minutes" if number == 1 else f"{number:,} slots of five minutes"
