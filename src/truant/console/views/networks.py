"""The inventory as Truant understands it: by account and region, and one VPC in full."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from truant.detection.inventory import Inventory
from truant.detection.route_tables import routes, table_of
from truant.detection.view import View

SUBNETS_MAX, THINGS_MAX = 100, 200
COLLECTIONS = {
    "interfaces": "interfaces",
    "addresses": "addresses",
    "nat-gateways": "NAT gateways",
    "endpoints": "endpoints",
    "vpcs": "VPCs",
    "route-tables": "route tables",
    "instances": "instances",
    "peerings": "peerings",
    "attachments": "transit gateway attachments",
}


class VpcRow(Struct, frozen=True):
    """One VPC in a few numbers. `region` and `name` make its link."""

    region: str
    name: str
    account: str
    ranges: tuple[str, ...]
    subnets: int
    instances: int
    gateways: int
    endpoints: int


class Place(Struct, frozen=True):
    """An account and region of which there is an inventory; `missing`: what it does not list."""

    account: str
    region: str
    collected: int
    missing: tuple[str, ...]


class Subnet(Struct, frozen=True):
    """One subnet with its route table; a route is a destination and what it leads to."""

    name: str
    table: str
    routes: tuple[tuple[str, str], ...]


class Thing(Struct, frozen=True):
    """Something in a VPC: what it is, its name, and what there is to say of it."""

    kind: str
    name: str
    about: str


class Vpc(Struct, frozen=True):
    """One VPC in full."""

    row: VpcRow
    subnets: tuple[Subnet, ...]
    things: tuple[Thing, ...]
    linked: tuple[str, ...]
    instances: tuple[str, ...]


def places(inventory: Inventory, collected: Mapping[tuple[str, str], int]) -> list[Place]:
    """Each account and region that was collected."""
    return [
        Place(
            account,
            region,
            at,
            tuple(
                words
                for name, words in COLLECTIONS.items()
                if not inventory.covers(account, region, name)
            ),
        )
        for (account, region), at in sorted(collected.items())
        if region
    ]


def vpcs(inventory: Inventory, most: int = 500) -> list[VpcRow]:
    """The VPCs in the order of their account and region."""
    counts = _counts(inventory)
    names = [one for one in inventory.vpcs if "/vpc-" in one][:most]
    return sorted((_row(inventory, counts, name) for name in names), key=_order)


def _order(row: VpcRow) -> tuple[str, str, str]:
    return (row.account, row.region, row.name)


def _row(inventory: Inventory, counts: Mapping[str, Counter[str]], name: str) -> VpcRow:
    region, _, id_ = name.partition("/")
    mine = counts.get(name, Counter())
    return VpcRow(
        region,
        id_,
        inventory.always(name, "account") or "",
        tuple(sorted(inventory.ever(name, "cidr")))[:4],
        mine["subnet"],
        mine["instance"],
        mine["gateway"],
        mine["endpoint"],
    )


def _counts(inventory: Inventory) -> dict[str, Counter[str]]:
    """What stands in each VPC, counted once for all of them."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    subnets: dict[str, set[str]] = defaultdict(set)
    instances: dict[str, set[str]] = defaultdict(set)
    for entity in inventory.named("vpc"):
        vpc = inventory.always(entity, "vpc") or ""
        if entity.startswith("subnet-"):
            subnets[vpc].add(entity)
        elif entity.startswith("nat-"):
            counts[vpc]["gateway"] += 1
        elif entity.startswith("vpce-"):
            counts[vpc]["endpoint"] += 1
        elif entity.startswith("eni-"):
            instances[vpc] |= inventory.ever(entity, "instance")
            subnet = inventory.always(entity, "subnet")
            subnets[vpc] |= {subnet} if subnet else set()
    for vpc, found in subnets.items():
        counts[vpc]["subnet"] = len(found)
    for vpc, found in instances.items():
        counts[vpc]["instance"] = len(found)
    return counts


def vpc(inventory: Inventory, region: str, id_: str, at: int) -> Vpc | None:
    """One VPC at a time (epoch seconds); None where nothing is known of it."""
    name = f"{region}/{id_}"
    if name not in inventory.vpcs:
        return None
    view = View(inventory, at)
    entities = [one for one in inventory.named("vpc") if inventory.always(one, "vpc") == name]
    interfaces = [one for one in entities if one.startswith("eni-")]
    own = {one for one in entities if one.startswith("subnet-")}
    own |= {found for one in interfaces if (found := inventory.always(one, "subnet"))}
    instances = {held for one in interfaces for held in inventory.ever(one, "instance")}
    return Vpc(
        _row(inventory, _counts(inventory), name),
        tuple(_subnet(view, one) for one in sorted(own)[:SUBNETS_MAX]),
        tuple(_things(view, entities))[:THINGS_MAX],
        tuple(sorted(inventory.links.get(name, ()))),
        tuple(sorted(instances)[:THINGS_MAX]),
    )


def _subnet(view: View, name: str) -> Subnet:
    table = table_of(view, name)
    found = tuple((where, to or "not known") for where, to in routes(view, table)) if table else ()
    return Subnet(name, table or "not known", found)


def _things(view: View, entities: list[str]) -> Iterator[Thing]:
    for name in entities:
        if view.is_gone(name):
            continue
        if name.startswith("nat-"):
            held = ", ".join(view.public_of(name)) or "no public address known"
            yield Thing("NAT gateway", name, f"speaks as {held}")
        elif name.startswith("vpce-"):
            service = view.inventory.always(name, "service") or "service not known"
            yield Thing("endpoint", name, service)
        elif name.startswith("tgw-attach-"):
            joined = ", ".join(view.values(name, "transit-gateway"))
            yield Thing("attachment", name, f"to {joined}")
        elif name.startswith("pcx-"):
            yield Thing("peering", name, ", ".join(view.values(name, "vpc")))
