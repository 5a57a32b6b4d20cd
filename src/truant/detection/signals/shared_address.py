"""Many instances of the account speak from the same unknown AWS address: likely a NAT gateway's.

Only where the instance's own ways out are not known. A thief of many instances' keys looks the
same, so this never outweighs a place that is certain.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place

WEIGHT = -2.0  # by hand
SHARED_MIN = 2  # other instances


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where other instances show the same AWS address."""
    worst = party.worst
    if worst.placement.sure or worst.placement.place is not Place.AWS_UNKNOWN:
        return
    others = party.neighbours.others(worst.sighting.origin.address, party.subject.instance)
    if len(others) >= SHARED_MIN:
        sentence = (
            f"{len(others)} other instances ({', '.join(sorted(others)[:3])}) spoke from the same "
            "address, as instances behind one NAT gateway do."
        )
        yield Evidence("shared-address", WEIGHT, sentence)
