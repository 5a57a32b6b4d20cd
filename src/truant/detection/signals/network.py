"""What feeds say of the remote network: a Tor exit, a VPN, hosting, a threat list of one's own.

A feed is somebody's opinion of today, the call may be of last year: so this corroborates, and names
the feeds it rests on. That no feed says anything is no evidence of anything.
"""

from collections.abc import Iterator

from truant.detection.party import Party
from truant.model.finding import Evidence
from truant.model.network import Place
from truant.model.network_feeds import HOSTING, TOR, VPN, NetworkFacts

# By hand. No instance's own traffic leaves by Tor; by a VPN provider or a host, some does.
WEIGHTS = {TOR: 2.0, VPN: 1.0, HOSTING: 0.5}
WEIGHT_THREAT_LIST = 3.0
_WORDS = {TOR: "a Tor exit", VPN: "a VPN provider's", HOSTING: "a hosting provider's"}
# Clouds of others, and proxies of companies, stand in lists of hosting: there it says nothing new.
_PLACES = frozenset({Place.OUTSIDE_AWS, Place.UNLISTED, Place.AWS_UNKNOWN, Place.FOREIGN_ACCOUNT})


def observe(party: Party) -> Iterator[Evidence]:
    """Weigh what feeds say of the strays' addresses; of several, what says most."""
    addresses = dict.fromkeys(
        piece.sighting.origin.address
        for piece in party.strays
        if piece.placement.place in _PLACES and piece.sighting.origin.endpoint is None
    )
    found = [
        (_weight(facts), address, facts)
        for address in addresses
        if address and (facts := party.around.feeds.facts(address))
    ]
    weight, address, facts = max(
        found, key=lambda one: (one[0], one[1]), default=(0.0, "", NetworkFacts())
    )
    if weight:
        yield Evidence("network", weight, f"{address} is {words(facts)}.")


def _weight(facts: NetworkFacts) -> float:
    if facts.lists:
        return WEIGHT_THREAT_LIST
    return max((WEIGHTS[kind] for kind in facts.kinds), default=0.0)


def words(facts: NetworkFacts) -> str:
    """What feeds say of a network, in words, with the feeds that say it."""
    kinds = [_WORDS[kind] for kind in (TOR, VPN, HOSTING) if kind in facts.kinds]
    said = [f"{' and '.join(kinds)} address"] if kinds else []
    said += [f"on the threat list {name}" for name in facts.lists]
    if facts.asn is not None:
        said.append(f"of AS{facts.asn} {facts.asn_org or '(owner not named)'}")
    if facts.country is not None:
        said.append(f"registered in {facts.country}")
    return f"{', '.join(said)} (by {', '.join(facts.sources)})"
