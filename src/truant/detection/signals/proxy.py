"""No way to the internet of its own, and a neighbour within reach has one: a proxy speaks for it.

Programs that are told of a proxy (`HTTPS_PROXY`) reach AWS from the proxy's address. No route says
so: the instance needs none to the internet, only one to the proxy's VPC.
"""

from collections.abc import Iterator

from truant.detection.inventory import Inventory
from truant.detection.party import Party
from truant.detection.pieces import Piece
from truant.detection.view import View
from truant.detection.ways import Ways
from truant.model.finding import Evidence
from truant.model.network import Place

# By hand: outweighs the place with one signal beside it, such as its endpoints used all the while.
WEIGHT = -4.5
PLACES = frozenset({Place.OTHER_INSTANCE, Place.AFFILIATED})


def observe(party: Party) -> Iterator[Evidence]:
    """Speak against theft where only a proxy could carry the instance's calls to AWS."""
    worst = party.worst
    ways = party.around.ways_at(party.subject.instance, worst.first)
    if worst.placement.place not in PLACES or not _leads_nowhere(ways):
        return
    near = ways.vpcs.keys() - ways.home
    found = {_exit(party.around.inventory, piece) for piece in party.strays}
    if all(vpc in near or (vpc and ways.aside is not None) for _, vpc in found):
        holder, vpc = min(found)
        lead = f"to {vpc}" if vpc in near else f"where no inventory looks, perhaps to {vpc}"
        sentence = (
            f"Its routes lead to no gateway to the internet, but {lead}, where {holder} held "
            "the address: a proxy there may speak for it (if so, name it in network.trusted)."
        )
        yield Evidence("proxy", WEIGHT, sentence)


def _exit(inventory: Inventory, piece: Piece) -> tuple[str, str]:
    """What held the address of a piece on the internet, and the VPC that this stands in."""
    origin = piece.sighting.origin
    direct = origin.address if origin.endpoint is None else None
    holder = View(inventory, piece.first).holder(direct) if direct else None
    return holder or "", (inventory.always(holder, "vpc") or "") if holder else ""


def _leads_nowhere(ways: Ways) -> bool:
    """Whether its routes are all known, and none leads to the internet."""
    found = ways.out or ways.has_public or ways.shows_public or ways.corporate
    return ways.routes_known and ways.interfaces_known and not found
