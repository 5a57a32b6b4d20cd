"""Route tables at a time: which table a subnet has, and which of its routes count."""

import ipaddress
from collections.abc import Callable, Iterator
from functools import lru_cache

from truant.detection.view import View
from truant.model.network import is_private


def table_of(view: View, subnet: str) -> str | None:
    """The route table of a subnet: its own, or the main one of its VPC; None if not known."""
    if view.inventory.has(subnet, "route-table") and not view.knows(subnet, "route-table"):
        return None
    vpc = view.inventory.always(subnet, "vpc")
    return view.value(subnet, "route-table") or (view.value(vpc, "route-table") if vpc else None)


def is_told(view: View, subnet: str | None) -> bool:
    """Whether a subnet's route table is known, and told with all its routes."""
    table = table_of(view, subnet) if subnet else None
    return table is not None and view.inventory.timeline(table, "route").whole


def routes(view: View, table: str) -> Iterator[tuple[str, str | None]]:
    """Destination and target of each route that leads somewhere; None for a target not known."""
    destinations = sorted(view.values(table, "route"))
    for destination in destinations:
        target = view.value(f"{table} {destination}", "target")
        if target != "local" and (target is None or not view.is_gone(target)):
            yield destination, target
    # A black hole was a way until its target ended, if anybody knows when that was.
    for former in sorted(view.inventory.ever(table, "blackhole")):
        destination, _, target = former.partition(" ")
        ended = view.inventory.ended(target) is not None
        if ended and not view.is_gone(target) and destination not in destinations:
            yield destination, target


def any_route(
    view: View,
    subnet: str,
    fits: Callable[[str, str], bool],
    seen: frozenset[str] = frozenset(),
) -> bool:
    """Whether a subnet has a fitting route (destination, target).

    Or hands on to a firewall (a Gateway Load Balancer endpoint) in whose subnet one is.
    """
    table = table_of(view, subnet)
    for destination, target in routes(view, table) if table and subnet not in seen else ():
        if target is None:
            continue
        if fits(destination, target):
            return True
        behind = view.values(target, "subnet") if target.startswith("vpce-") else []
        if any(any_route(view, one, fits, seen | {subnet}) for one in behind):
            return True
    return False


@lru_cache(maxsize=4096)
def leads_out(destination: str) -> bool:
    """Whether a route may lead to public addresses. What a prefix list holds is not known."""
    try:
        network = ipaddress.ip_network(destination, strict=False)
    except ValueError:
        return True
    ends = (network.network_address, network.broadcast_address)
    return not all(is_private(str(end)) for end in ends)


@lru_cache(maxsize=4096)
def touch(destination: str, block: str) -> bool:
    """Whether two ranges share addresses; what a prefix list holds may be anything."""
    try:
        one, other = (ipaddress.ip_network(text, strict=False) for text in (destination, block))
    except ValueError:
        return True
    return one.overlaps(other)
