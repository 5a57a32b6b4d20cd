"""Used from a place that its instance cannot be: the heart of the matter."""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.detection.place import Placement
from truant.model.finding import Evidence
from truant.model.network import Place

# Log-odds of theft. A place alone decides where the instance's ways out are known, and leaves it
# open where they are not. Fitted, by weight and not by place, where at least 200 parties were told
# of one: +8 gave +7.83, +7 gave +6.98, +5.5 gave +5.64. By hand, as the fit has fewer: +6.5, +7.2,
# +6 (it gave +6.00), +5 (+4.98), +1 (+1.00). Zero is by hand, too, against a fit of +1.07: in the
# simulator few honest instances have such a place, in a trail without an inventory all have.
KNOWN_HOME = {
    Place.OUTSIDE_AWS: 8.0,
    Place.FOREIGN_ACCOUNT: 8.0,
    Place.AWS_UNKNOWN: 7.0,
    Place.UNLISTED: 7.0,
    Place.AFFILIATED: 6.0,
    Place.OTHER_INSTANCE: 6.0,
    Place.UNHEARD: 0.0,  # the flow logs speak, and are weighed by themselves
    Place.UNKNOWABLE: 0.0,
}
LIKELY_HOME = {
    Place.OUTSIDE_AWS: 6.5,
    Place.FOREIGN_ACCOUNT: 7.2,
    Place.AWS_UNKNOWN: 5.0,
    Place.UNLISTED: 5.0,
    Place.AFFILIATED: 5.5,
    Place.OTHER_INSTANCE: 5.0,
    Place.UNHEARD: 0.0,
    Place.UNKNOWABLE: 0.0,
}
UNKNOWN_HOME = {
    Place.OUTSIDE_AWS: 5.5,
    Place.FOREIGN_ACCOUNT: 7.0,
    Place.AWS_UNKNOWN: 0.0,
    Place.UNLISTED: 0.0,
    Place.AFFILIATED: 5.0,
    Place.OTHER_INSTANCE: 1.0,
    Place.UNHEARD: 0.0,
    Place.UNKNOWABLE: 0.0,
}


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh where the calls came from against where the instance could speak from."""
    worst = party.worst
    place, doubt = worst.placement.place, _doubt(worst.placement)
    reason = worst.placement.reason
    told = reason if reason.endswith(place.value) else f"{reason}: {place.value}"
    sentence = f"{told}.{doubt}"
    weight = _weights(worst.placement)[place]
    ids = tuple(call.event_id for call in worst.calls)
    yield Evidence("place", weight, sentence, ids)


def _weights(placement: Placement) -> dict[Place, float]:
    if placement.sure:
        return KNOWN_HOME
    return LIKELY_HOME if placement.likely else UNKNOWN_HOME


def _doubt(placement: Placement) -> str:
    if placement.sure:
        return ""
    if placement.likely:
        return " Its likely ways out are known; that these are all, no route table proves."
    return " The inventory of its ways out at that time is unknown or has gaps."
