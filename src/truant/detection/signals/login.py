"""GetCallerIdentity alone, from elsewhere in AWS: the instance logs in to a service there.

Vault, Teleport, databases and EKS learn who a client is by sending a GetCallerIdentity that the
client has signed. The record shows the service's address; only that one call comes from there. One
that came through a VPC endpoint was sent by a machine of that network's, which is no service's.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place
from truant.model.user_agent import program

# By hand (the fit has few: -4.50): alone, such calls are no finding. From outside AWS they stay
# one: "whose key have I got?" is the first that thieves ask, and they ask it from where they are.
WEIGHT = -4.5
API = frozenset({"sts:GetCallerIdentity"})
# Who signs a call for others to send puts in the client's name of his SDK, or none at all. These
# send what they sign, themselves.
SENDERS = frozenset({"aws-cli", "boto3", "botocore"})
_PLACES = frozenset({Place.UNLISTED, Place.AWS_UNKNOWN, Place.AFFILIATED, Place.OTHER_INSTANCE})


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where GetCallerIdentity is all that came from there."""
    if party.worst.placement.place not in _PLACES:
        return
    sightings = [piece.sighting for piece in party.strays]
    if any(program(agent) in SENDERS for one in sightings for agent in one.agents):
        return
    if all(one.apis == API and one.origin.endpoint is None for one in sightings):
        sentence = (
            "Only GetCallerIdentity came from there, as when an instance logs in to a service "
            "(Vault, EKS, a database), which sends the call that the instance signed."
        )
        yield Evidence("login", WEIGHT, sentence)
