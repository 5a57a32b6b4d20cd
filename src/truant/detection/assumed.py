"""The likely ways out of an instance whose routes no inventory lists.

What stands in its own VPCs, NAT gateways and machines that forward for others; where nothing does,
what stands in the hubs that its VPCs are attached to. Whatever is found may be its way out, so that
it is taken for one; only if something is found, and all that could be is listed, it is likely that
these are all.
"""

from collections.abc import Iterable, Iterator

from truant.detection.inventory import Inventory
from truant.detection.view import View
from truant.detection.ways import Ways

_UNPROVED = "no inventory lists its subnet's routes"


def assume_ways(view: View, instance: str, ways: Ways) -> None:
    """Take the exits of its VPCs, or else of their hubs, for its ways out."""
    exits = dict(_exits(view, ways.home)) or dict(_exits(view, _hubs(view, ways.home)))
    for address, name in exits.items():
        why = f"{name} of its VPC or hub held {address} ({_UNPROVED})"
        ways.out.setdefault(address, why)
    account = view.inventory.always(instance, "account")
    region = view.inventory.always(instance, "region")
    listed = view.inventory.covers(account, region, "nat-gateways")
    ways.exits_listed = bool(exits) and listed and not _has_unlisted(view, account)


def may_be_linked(
    inventory: Inventory, account: str | None, region: str | None, vpcs: set[str]
) -> bool:
    """Whether some of these VPCs are peered or attached to a transit gateway, or may be.

    Routes would say where to. Where the account's peerings and attachments are listed, and none of
    them is of these VPCs, there is no way to others.
    """
    linked = frozenset[str]().union(*inventory.attached_to.values(), inventory.links)
    listed = (inventory.covers(account, region, one) for one in ("attachments", "peerings"))
    return bool(vpcs & linked) or not all(listed)


def _exits(view: View, vpcs: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The public addresses of what leads out of these VPCs, each with its name."""
    kinds = ("connectivity", "forwards")
    for name in sorted(
        {n for vpc in vpcs for kind in kinds for n in view.inventory.of_vpc(kind, vpc)}
    ):
        for address in view.public_of(name) if not view.is_gone(name) else ():
            yield address, name


def _hubs(view: View, vpcs: set[str]) -> set[str]:
    """The VPCs attached to a transit gateway that one of these is attached to."""
    groups = view.inventory.attached_to.values()
    return {vpc for group in groups if group & vpcs for vpc in group} - vpcs


def _has_unlisted(view: View, account: str | None) -> bool:
    """Whether the account had a NAT gateway of which only the deletion is told."""
    inventory = view.inventory
    gone = (name for name in inventory.named("ended") if name.startswith("nat-"))
    return any(
        inventory.always(name, "vpc") is None
        and inventory.always(name, "account") in (None, account)
        and not view.is_gone(name)
        for name in gone
    )
