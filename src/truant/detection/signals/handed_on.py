"""Keys made at home with the instance's keys, and used elsewhere: handed on, perhaps on purpose.

Software on instances makes keys for others: credential brokers, build servers, upload portals. So
does a thief who has a shell on the instance. Who hands keys to many networks is a broker.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence

# By hand: a stranger's network is still a finding where the instance's ways out are known, one of
# our own is not.
WEIGHT = -2.5
WEIGHT_BROKER = -6.0
BROKER_NETWORKS_MIN = 5


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where only keys that were made at home are used from there."""
    dossier = party.dossier
    if not all(map(dossier.is_handed_on, party.strays)):
        return
    keys = {piece.sighting.key for piece in party.strays}
    mint = next(mint for mint in party.made if mint.key in keys)
    networks = dossier.networks_handed_to
    sentence = (
        f"Key {mint.key} was made with {mint.api} by key {mint.parent_key or 'of the session'} at "
        "home, and only such keys were used there: they may have been handed on"
    )
    if networks >= BROKER_NETWORKS_MIN:
        sentence += f", as such keys were to {networks} networks"
    weight = WEIGHT_BROKER if networks >= BROKER_NETWORKS_MIN else WEIGHT
    yield Evidence("handed-on", weight, f"{sentence}.", (mint.event_id,))
