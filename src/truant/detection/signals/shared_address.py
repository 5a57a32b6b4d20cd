"""Many instances speak from the same unknown address or endpoint: likely a way out that they share.

Only where the instance's own ways out are not known. A thief of many instances' keys looks the
same, so this never outweighs a place that is certain.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place

# Fitted: -2.09 and -3.54.
WEIGHT_ADDRESS = -2.0
WEIGHT_ENDPOINT = -3.5  # the one way in which shared endpoints of a hub look foreign
SHARED_MIN = 2  # other instances


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where other instances show the same AWS address or endpoint."""
    worst = party.worst
    origin = worst.sighting.origin
    if worst.placement.sure or worst.placement.place is Place.OUTSIDE_AWS:
        return
    others = party.neighbours.others(origin.endpoint or origin.address, party.subject.instance)
    if len(others) >= SHARED_MIN:
        named = ", ".join(sorted(others)[:3])
        shared = f"endpoint {origin.endpoint}" if origin.endpoint else "address"
        sentence = (
            f"{len(others)} other instances ({named}) spoke from the same {shared}, as instances "
            "do that share a way out."
        )
        weight = WEIGHT_ENDPOINT if origin.endpoint else WEIGHT_ADDRESS
        yield Evidence("shared-address", weight, sentence)
