"""The map of an instance's ways out at a time, against where the calls came from.

Interface, subnet with its route table, and each way out: an address, a NAT gateway, an endpoint, a
hub. Beside them, apart, the places from which the key was used.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from truant.detection.route_tables import routes, table_of
from truant.detection.routes import ways_of
from truant.detection.view import Interface, View
from truant.detection.ways import Ways
from truant.terminal import phrases
from truant.terminal.json_view import at, objects

WAYS_MAX, INTERFACES_MAX, STRAYS_MAX = 8, 4, 4
_KINDS = {
    "igw-": "internet gateway",
    "nat-": "NAT gateway",
    "vpce-": "VPC endpoint",
    "tgw-": "transit gateway, to a hub",
    "pcx-": "peering",
    "vgw-": "VPN gateway",
    "eigw-": "egress-only gateway",
    "eni-": "appliance",
    "i-": "instance that forwards",
    "cgw-": "customer gateway",
    "lgw-": "local gateway",
}


class Node(Struct, frozen=True):
    """One box: what kind of thing, its name, and a line about it."""

    kind: str
    name: str
    about: str = ""


class Branch(Struct, frozen=True):
    """One interface with its subnet, and the ways out that its routes lead to."""

    interface: Node
    subnet: Node
    ways: tuple[Node, ...]


class WaysMap(Struct, frozen=True):
    """The whole map. `caveats`: what is not known of the ways; `sentences`: the finding's own."""

    instance: Node
    branches: tuple[Branch, ...]
    strays: tuple[Node, ...]
    caveats: tuple[str, ...]
    sentences: tuple[str, ...]
    more: int = 0


def kind_of(target: str) -> str:
    """What a route's target is, by its id."""
    return next((words for start, words in _KINDS.items() if target.startswith(start)), "way")


def map_of(view: View, instance: str, name: str, one: Mapping[str, object] | None) -> WaysMap:
    """The map of an instance at the view's time; of a finding, with its strays."""
    ways = ways_of(view, instance)
    interfaces = view.interfaces(instance)
    info = at(one or {}, "service", "additionalInfo")
    strays = tuple(_strays(info))
    return WaysMap(
        instance=Node("instance", instance, name),
        branches=tuple(_branch(view, ways, each) for each in interfaces[:INTERFACES_MAX]),
        strays=strays[:STRAYS_MAX],
        caveats=tuple(_caveats(ways, known=bool(interfaces))),
        sentences=tuple(_sentences(info, ways)),
        more=max(0, len(interfaces) - INTERFACES_MAX) + max(0, len(strays) - STRAYS_MAX),
    )


def _branch(view: View, ways: Ways, interface: Interface) -> Branch:
    addresses = ", ".join((*interface.addresses[:2], *view.public_of(interface.name)[:1]))
    table = table_of(view, interface.subnet) if interface.subnet else None
    found = dict(_ways_of(view, ways, interface, table))
    return Branch(
        Node("interface", interface.name, addresses),
        Node("subnet", interface.subnet or "not known", f"routes by {table or 'an unknown table'}"),
        tuple(list(found.values())[:WAYS_MAX]),
    )


def _ways_of(
    view: View, ways: Ways, interface: Interface, table: str | None
) -> Iterator[tuple[str, Node]]:
    for destination, target in routes(view, table) if table else ():
        if target is None or target == "local":
            continue
        yield target, Node(kind_of(target), target, _about(view, interface, destination, target))
    for name in _endpoints(view, interface.vpc):
        service = view.inventory.always(name, "service") or ""
        yield name, Node("VPC endpoint", name, service.rsplit(".", 1)[-1] or "in its VPC")
    for vpc in sorted(set(ways.vpcs) - ways.home):
        yield vpc, Node("VPC within reach", vpc.rpartition("/")[2], "its endpoints, and its exits")


def _about(view: View, interface: Interface, destination: str, target: str) -> str:
    public = view.public_of(interface.name if target.startswith("igw-") else target)
    speaks = f" as {', '.join(public[:2])}" if public else ""
    return f"{destination}{speaks}"


def _endpoints(view: View, vpc: str | None) -> list[str]:
    """The VPC endpoints that stand in a VPC at the view's time."""
    if vpc is None:
        return []
    listed = view.inventory.named("service")
    mine = (one for one in listed if one.startswith("vpce-"))
    return [
        one
        for one in mine
        if view.inventory.always(one, "vpc") == vpc and not view.is_gone(one) and view.exists(one)
    ]


def _strays(info: Mapping[str, object]) -> Iterator[Node]:
    seen: set[tuple[str, str]] = set()
    for origin in objects(info.get("origins")):
        name, place = str(origin.get("address") or "no address"), str(origin.get("place"))
        through = str(origin.get("vpcEndpointId") or "")
        if (name, through) in seen:
            continue
        seen.add((name, through))
        owner = str(origin.get("vpcEndpointAccountId") or "")
        about = f"through {through}" + (f" of {owner}" if owner else "") if through else ""
        yield Node(place, name, about)


def _caveats(ways: Ways, *, known: bool) -> Iterator[str]:
    if not known:
        yield "No inventory lists the interfaces of this instance at that time."
    elif not ways.known:
        yield "Its ways out at that time are not fully known."
    for text in (ways.beyond, ways.corporate, ways.changing, ways.aside):
        if text:
            yield text


def _sentences(info: Mapping[str, object], ways: Ways) -> list[str]:
    told = at(info, "home").get("expected")
    if isinstance(told, list) and told:
        return [str(one) for one in told][:12]
    return [*ways.own.values(), *ways.out.values()][:12]


def fallback(one: Mapping[str, object]) -> list[str]:
    """What a finding alone tells of home, where there is no inventory to draw from."""
    home = at(one, "service", "additionalInfo", "home")
    texts = (home.get("expected"), home.get("seen"))
    return [str(t) for some in texts if isinstance(some, list) for t in some][:12]


def strays_of(one: Mapping[str, object]) -> list[str]:
    """Where the calls came from, in words."""
    return phrases.origins(one, STRAYS_MAX)
