"""The instance's routes lead to a corporate network: then an address outside AWS may be its own.

GuardDuty's documented false alarm: traffic that leaves "from an on-premises gateway rather than
from a VPC Internet Gateway". Routes show that it leaves there, not with which address. That other
instances show the same address speaks for the gateway.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place

WEIGHT_ROUTE = -3.0  # by hand: leaves a lone address open, neither quiet nor certain
WEIGHT_SHARED = -4.0
SHARED_MIN = 2  # other instances; one could be robbed by the same thief


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where the calls may have left through a corporate network."""
    worst = party.worst
    if worst.placement.place not in (Place.OUTSIDE_AWS, Place.UNLISTED):
        return
    corporate = party.around.ways_at(party.subject.instance, worst.first).corporate
    if corporate is None:
        return
    yield Evidence(
        "corporate",
        WEIGHT_ROUTE,
        f"Its traffic leaves by a corporate network ({corporate}), whose public addresses no "
        "inventory shows: name them under network.trusted.",
    )
    others = party.neighbours.others(worst.sighting.origin.address, party.subject.instance)
    if len(others) >= SHARED_MIN:
        yield Evidence(
            "corporate",
            WEIGHT_SHARED,
            f"{', '.join(sorted(others))} spoke from {worst.sighting.origin.address} too.",
        )
