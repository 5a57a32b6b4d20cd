"""EKS checks a node's identity by sending a GetCallerIdentity that the node signed beforehand.

Such calls "can have Amazon EKS service IP addresses for their source IP address" (EKS User Guide,
cluster authentication). Only nodes sign them, and only that one call comes from there.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place

WEIGHT = -10.0  # fitted: -10.02; alone, such calls are never a finding
API = frozenset({"sts:GetCallerIdentity"})
_PLACES = frozenset({Place.UNLISTED, Place.AWS_UNKNOWN, Place.UNKNOWABLE})


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where a node's only call from AWS's ranges is GetCallerIdentity."""
    if any(piece.sighting.apis != API for piece in party.strays):
        return
    if party.worst.placement.place not in _PLACES:
        return
    if party.around.inventory.always(party.subject.instance, "kubernetes-node") is None:
        return
    sentence = (
        "The instance is a Kubernetes node, and only GetCallerIdentity came from there: EKS sends "
        "that to learn who the node is."
    )
    yield Evidence("kubernetes", WEIGHT, sentence)
