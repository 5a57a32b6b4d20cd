"""The ways out of an instance at a time, as routes prove them.

From each interface's subnet its routes are followed: an internet gateway shows the instance's own
public address, a NAT gateway the gateway's, an appliance its own, a transit gateway those of a hub
VPC. A way through a hub is proved when both VPCs are attached to the same transit gateway, the hub
has a NAT gateway (or appliance) whose subnet leads to the internet, and the way back exists.
"""

from collections.abc import Iterator

from msgspec import Struct, field

from truant.detection.view import Interface, View
from truant.model.network import within

DEPTH_MAX = 5  # more hops than any documented topology has
_TO_CORPORATE = frozenset({"vpn", "direct-connect-gateway", "connect", "client-vpn"})


class Ways(Struct, gc=False):
    """Where an instance can speak from. Addresses map to a sentence that says why."""

    own: dict[str, str] = field(default_factory=dict)
    out: dict[str, str] = field(default_factory=dict)
    unproven: dict[str, str] = field(default_factory=dict)
    vpcs: dict[str, str] = field(default_factory=dict)  # VPCs whose endpoints it can reach
    private_out: dict[str, str] = field(default_factory=dict)  # VPC-side addresses on its ways
    prefixes: list[str] = field(default_factory=list)
    corporate: str | None = None  # why traffic leaves by a network that is not AWS's
    changing: str | None = None  # why the public addresses change by themselves
    shows_public: bool = False  # a route to an internet gateway
    interfaces_known: bool = False
    routes_known: bool = False
    public_known: bool = False

    exits_listed: bool = False  # where routes are not known: what could stand at their end is
    has_public: bool = False

    @property
    def partly_known(self) -> bool:
        """Whether the likely ways out are known, though no route proves them."""
        exits = self.exits_listed or self.has_public
        return self.interfaces_known and self.public_known and exits

    @property
    def known(self) -> bool:
        """Whether an address that is not listed here is known not to be the instance's."""
        return self.interfaces_known and self.routes_known and self.public_known


def ways_of(view: View, instance: str) -> Ways:
    """All the ways out of an instance at the view's time."""
    ways = Ways()
    interfaces = view.interfaces(instance)
    ways.interfaces_known = bool(interfaces) and any(one.addresses for one in interfaces)
    for interface in interfaces:
        _own_addresses(view, interface, instance, ways)
    routed = [one.subnet for one in interfaces if one.subnet]
    tables = [_table(view, subnet) for subnet in routed]
    ways.routes_known = bool(tables) and all(table is not None for table in tables)
    for interface in interfaces:
        if interface.vpc is not None:
            ways.vpcs[interface.vpc] = f"{interface.vpc} is its own VPC"
            _Follow(view, ways, interface.vpc).subnet(interface.subnet, "", 0)
    if not ways.routes_known:
        _assume_gateways(view, interfaces, instance, ways)
    # An address that EC2 assigned at a start is in no record: it matters where a route shows it.
    assigned = view.inventory.has(instance, "auto-public")
    told = not assigned or view.knows(instance, "auto-public")
    ways.public_known = told or (ways.routes_known and not ways.shows_public)
    return ways


def _assume_gateways(view: View, interfaces: list[Interface], instance: str, ways: Ways) -> None:
    """Without routes, the NAT gateways of its own VPCs are the likely ways out."""
    own = {interface.vpc for interface in interfaces}
    for name in view.inventory.named("connectivity"):
        if view.inventory.always(name, "vpc") in own and not view.is_gone(name):
            for address in view.public_of(name):
                why = f"{name} of its VPC held {address} (no inventory lists its subnet's routes)"
                ways.out.setdefault(address, why)
    account = view.inventory.always(instance, "account")
    region = view.inventory.always(instance, "region")
    ways.exits_listed = view.inventory.covers(account, region, "nat-gateways")


def _own_addresses(view: View, interface: Interface, instance: str, ways: Ways) -> None:
    for address in interface.addresses:
        ways.own[address] = f"{address} was an address of its interface {interface.name}"
    ways.prefixes.extend(interface.prefixes)
    for holder in (interface.name, instance):
        for address in view.public_of(holder):
            ways.has_public = True
            ways.own[address] = f"{address} was the public address of its interface {holder}"


def _table(view: View, subnet: str) -> str | None:
    """The route table of a subnet: its own, or the main one of its VPC."""
    own = view.value(subnet, "route-table")
    vpc = view.inventory.always(subnet, "vpc")
    return own or (view.value(vpc, "main-route-table") if vpc else None)


class _Follow:
    """One walk along the routes from a VPC."""

    def __init__(self, view: View, ways: Ways, home: str) -> None:
        self.view, self.inventory, self.ways, self.home = view, view.inventory, ways, home
        self.seen: set[tuple[str, str]] = set()

    def subnet(self, subnet: str | None, through: str, depth: int) -> None:
        """Follow every route of a subnet. `through` says how the walk came here."""
        table = _table(self.view, subnet) if subnet else None
        if table is None or depth > DEPTH_MAX:
            return
        for destination, target in self.routes(table):
            if (table, target) not in self.seen:
                self.seen.add((table, target))
                self.target(target, destination, through, depth)

    def routes(self, table: str) -> Iterator[tuple[str, str]]:
        for destination in sorted(self.view.values(table, "route")):
            target = self.view.value(f"{table} {destination}", "target")
            if target is not None and target != "local":
                yield destination, target

    def target(self, target: str, destination: str, through: str, depth: int) -> None:
        why = f"{through}its subnet routes {destination} to {target}"
        if target.startswith("nat-"):
            self.nat_gateway(target, why, depth)
        elif target.startswith(("eni-", "i-")):
            self.appliance(target, why, depth)
        elif target.startswith("vpce-"):
            self.load_balancer_endpoint(target, why, depth)
        elif target.startswith("tgw-"):
            self.transit_gateway(target, destination, why, depth)
        elif target.startswith("pcx-"):
            self.peering(target, why)
        elif target.startswith(("vgw-", "lgw-")):
            self.ways.corporate = self.ways.corporate or why
        elif target.startswith("arn:"):
            self.core_network(why)
        elif target.startswith("igw-") and depth == 0:
            self.ways.shows_public = True

    def nat_gateway(self, name: str, why: str, depth: int) -> None:
        for address in self.view.public_of(name):
            self.ways.out[address] = f"{why}, which held {address}"
        for address in self.view.values(name, "private"):
            self.ways.private_out[address] = f"{why}, whose private address is {address}"
        if self.view.value(name, "regional"):
            self.ways.changing = f"{why}, a regional gateway that changes its addresses by itself"
        if self.inventory.always(name, "connectivity") == "private":
            self.subnet(self.inventory.always(name, "subnet"), f"{why}, and from there ", depth + 1)

    def appliance(self, name: str, why: str, depth: int) -> None:
        """A NAT instance or firewall speaks from its own addresses, or through its own subnet."""
        instance = name if name.startswith("i-") else self.view.instance_of(name)
        interfaces = self.view.interfaces(instance) if instance else []
        interfaces = interfaces or [self.view.interface(name)]
        for interface in interfaces:
            for holder in (interface.name, instance or interface.name):
                for address in self.view.public_of(holder):
                    self.ways.out[address] = f"{why}, which held {address}"
            for address in interface.addresses:
                self.ways.private_out[address] = f"{why}, whose private address is {address}"
            self.subnet(interface.subnet, f"{why}, and from there ", depth + 1)

    def load_balancer_endpoint(self, name: str, why: str, depth: int) -> None:
        """A Gateway Load Balancer endpoint hands traffic back in its own subnet."""
        subnets = self.view.values(name, "subnet")
        if not subnets and not self.inventory.has(name, "type"):
            self.ways.routes_known = False
        for subnet in subnets:
            self.subnet(subnet, f"{why}, and from there ", depth + 1)

    def peering(self, name: str, why: str) -> None:
        for vpc in self.view.values(name, "vpc"):
            self.ways.vpcs.setdefault(vpc, f"{why}, which leads to {vpc}")

    def core_network(self, why: str) -> None:
        for name in self.inventory.named("connectivity"):
            for address in self.view.public_of(name):
                self.ways.unproven.setdefault(address, f"{why}, and {name} may lie behind it")

    def transit_gateway(self, gateway: str, destination: str, why: str, depth: int) -> None:
        if ("transit gateway", gateway) in self.seen or depth > DEPTH_MAX:
            return
        self.seen.add(("transit gateway", gateway))
        attachments = _attachments(self.view, gateway)
        attached = any(self.home in vpcs for _, vpcs in attachments)
        for attachment, vpcs in attachments:
            kind = self.inventory.always(attachment, "kind")
            for vpc in vpcs:
                if vpc != self.home:
                    self.hub(vpc, gateway, why, attached=attached)
            if kind in _TO_CORPORATE:
                self.ways.corporate = self.ways.corporate or f"{why}, which leads to a {kind}"
            elif kind == "peering":
                peer = self.inventory.always(attachment, "resource") or ""
                self.transit_gateway(peer, destination, f"{why}, peered with {peer}", depth + 1)
        if not attachments:
            self.ways.routes_known = False

    def hub(self, vpc: str, gateway: str, why: str, *, attached: bool) -> None:
        """A VPC behind the same transit gateway: its endpoints, and its ways to the internet."""
        if attached:
            self.ways.vpcs.setdefault(vpc, f"{why}, which leads to {vpc}")
        for name, addresses in self.exits(vpc):
            proved = attached and self.leads_out(name) and self.leads_back(name, gateway)
            for address in addresses:
                sentence = f"{why}, whose hub {vpc} has {name}, which held {address}"
                (self.ways.out if proved else self.ways.unproven).setdefault(address, sentence)

    def exits(self, vpc: str) -> Iterator[tuple[str, list[str]]]:
        """What in a VPC stands in the way to the internet: NAT gateways, and routed appliances."""
        for name in self.inventory.named("connectivity"):
            if self.inventory.always(name, "vpc") == vpc and not self.view.is_gone(name):
                yield name, self.view.public_of(name)
        for table in self.inventory.named("route"):
            if self.inventory.always(table, "vpc") != vpc:
                continue
            for _, target in self.routes(table):
                if target.startswith(("eni-", "i-")):
                    yield target, self.appliance_addresses(target)

    def appliance_addresses(self, name: str) -> list[str]:
        instance = name if name.startswith("i-") else self.view.instance_of(name)
        interfaces = self.view.interfaces(instance) if instance else []
        holders = {name, instance or name, *(one.name for one in interfaces)}
        return sorted({a for one in holders for a in self.view.public_of(one)})

    def leads_out(self, name: str) -> bool:
        """Whether the subnet of a NAT gateway or appliance routes to an internet gateway."""
        return any(target.startswith("igw-") for _, target in self.routes_at(name))

    def leads_back(self, name: str, gateway: str) -> bool:
        """Whether that subnet routes the home VPC's range back to the transit gateway."""
        blocks = self.view.values(self.home, "cidr")
        starts = [block.split("/")[0] for block in blocks]
        return any(
            target == gateway and (not starts or any(within(one, destination) for one in starts))
            for destination, target in self.routes_at(name)
        )

    def routes_at(self, name: str) -> list[tuple[str, str]]:
        instance = name if name.startswith("i-") else self.view.instance_of(name)
        interfaces = self.view.interfaces(instance) if instance else []
        subnets = {one.subnet for one in interfaces} | {self.inventory.always(name, "subnet")}
        tables = {_table(self.view, subnet) for subnet in subnets if subnet}
        return [route for table in tables if table for route in self.routes(table)]


def _attachments(view: View, gateway: str) -> list[tuple[str, list[str]]]:
    """The attachments of a transit gateway at a time, each with the VPCs it attaches."""
    return [
        (name, view.values(name, "vpc"))
        for name in view.inventory.named("transit-gateway")
        if gateway in view.values(name, "transit-gateway")
    ]
