"""The ways out of an instance at a time, as routes prove them.

From each interface's subnet its routes are followed: an internet gateway shows the instance's own
public address, a NAT gateway the gateway's, an appliance its own, a transit gateway those of a hub
VPC. A way through a hub is proved when both VPCs are attached to the same transit gateway, the hub
has a NAT gateway (or appliance) whose subnet leads to the internet, and the way back exists.

A route to private ranges alone leads to other VPCs and their endpoints, never to AWS's public
ones. A route whose end no inventory lists leaves the ways out unknown: `Ways.beyond` says which.
"""

from collections.abc import Iterator

from msgspec import Struct

from truant.detection.assumed import assume_ways
from truant.detection.route_tables import any_route, is_told, leads_out, routes, table_of, touch
from truant.detection.view import Interface, View
from truant.detection.ways import Ways
from truant.model.network import within

DEPTH_MAX = 5  # more hops than any documented topology has
_TO_CORPORATE = frozenset({"vpn", "direct-connect-gateway", "connect", "client-vpn"})


def ways_of(view: View, instance: str) -> Ways:
    """All the ways out of an instance at the view's time."""
    ways = Ways()
    interfaces = view.interfaces(instance)
    ways.interfaces_known = _are_told(view, instance, interfaces)
    for interface in interfaces:
        _own_addresses(view, interface, instance, ways)
    ways.tables_known = bool(interfaces) and all(is_told(view, one.subnet) for one in interfaces)
    for interface in interfaces:
        if interface.vpc is not None:
            _Follow(view, ways, interface.vpc).subnet(interface.subnet, _Step(interface.addresses))
    if not ways.tables_known:
        assume_ways(view, instance, ways)
    # An address that EC2 assigned at a start is in no record: it matters where a route shows it.
    assigned = view.inventory.has(instance, "auto-public")
    told = not assigned or view.knows(instance, "auto-public")
    ways.public_known = told or (ways.tables_known and not ways.shows_public)
    return ways


def _are_told(view: View, instance: str, interfaces: list[Interface]) -> bool:
    """Whether these are all interfaces of the instance, each with all its addresses."""
    inventory = view.inventory
    # An instance's own list leaves out the branch interfaces that hang on a trunk.
    trunk = any(inventory.always(one.name, "type") == "trunk" for one in interfaces)
    listed = (inventory.has(instance, "interfaces") and not trunk) or any(
        inventory.covers(
            inventory.always(one.name, "account"),
            inventory.always(one.name, "region"),
            "interfaces",
        )
        for one in interfaces
    )
    whole = all(inventory.timeline(one.name, "address").whole for one in interfaces)
    return listed and whole and any(one.addresses for one in interfaces)


def _own_addresses(view: View, interface: Interface, instance: str, ways: Ways) -> None:
    if interface.vpc is not None:
        ways.home.add(interface.vpc)
        ways.vpcs[interface.vpc] = f"{interface.vpc} is its own VPC"
    for address in interface.addresses:
        ways.own[address] = f"{address} was an address of its interface {interface.name}"
    ways.prefixes.extend(interface.prefixes)
    for holder in (interface.name, instance):
        for address in view.public_of(holder):
            ways.has_public = True
            ways.own[address] = f"{address} was the public address of its interface {holder}"


class _Step(Struct, frozen=True):
    """How far a walk has come: which private addresses speak here, and by where.

    `inside`: only private destinations came this way. `translated`: a NAT gateway has put its own
    address in place.
    """

    speaks: tuple[str, ...]
    through: str = ""
    depth: int = 0
    inside: bool = False
    translated: bool = False

    def leads_out(self, destination: str) -> bool:
        """Whether traffic to public addresses takes a route that the walk comes upon."""
        return not self.inside and leads_out(destination)

    def on(self, why: str, *speaks: str, out: bool, translated: bool = False) -> "_Step":
        """One hop further, where these addresses may stand in place of the former."""
        through, changed = f"{why}, and from there ", self.translated or translated
        return _Step(speaks or self.speaks, through, self.depth + 1, not out, changed)


class _Follow:
    """One walk along the routes from a VPC."""

    def __init__(self, view: View, ways: Ways, home: str) -> None:
        self.view, self.inventory, self.ways, self.home = view, view.inventory, ways, home
        self.seen: set[tuple[str, str, bool, bool]] = set()

    def subnet(self, subnet: str | None, step: _Step) -> None:
        """Follow every route of a subnet."""
        table = table_of(self.view, subnet) if subnet else None
        if step.depth and (table is None or step.depth > DEPTH_MAX):
            why = f"{step.through}no inventory lists the routes of {subnet or 'its subnet'}"
            self.ways.lose(why, out=not step.inside)
        elif table is not None:
            for destination, target in routes(self.view, table):
                if self.is_new(table, destination, step):
                    self.target(target, destination, step)

    def is_new(self, where: str, destination: str, step: _Step) -> bool:
        known = (where, destination, step.inside, step.translated)
        if known in self.seen:
            return False
        self.seen.add(known)
        return True

    def target(self, target: str | None, destination: str, step: _Step) -> None:
        out = step.leads_out(destination)
        why = f"{step.through}its subnet routes {destination} to {target or 'an unknown target'}"
        if target is None:
            self.ways.lose(why, out=out)
        elif target.startswith("nat-"):
            self.nat_gateway(target, why, step, out=out)
        elif target.startswith(("eni-", "i-")):
            self.appliance(target, why, step, out=out)
        elif target.startswith("vpce-"):
            self.load_balancer_endpoint(target, why, step, out=out)
        elif target.startswith("tgw-"):
            self.transit_gateway(target, destination, why, step)
        elif target.startswith("pcx-"):
            self.peering(target, destination, why)
        elif target.startswith(("vgw-", "lgw-")) and out:
            self.ways.corporate = self.ways.corporate or why
        elif target.startswith("arn:"):
            self.core_network(target, destination, why, step)
        elif target.startswith("igw-") and out and not step.translated and ":" not in destination:
            self.ways.shows_public = True

    def nat_gateway(self, name: str, why: str, step: _Step, *, out: bool) -> None:
        if not self.view.exists(name):
            self.ways.lose(f"{why}, which was made only later", out=out, aside=False)
            return
        private = self.view.values(name, "private")
        for address in private:
            self.ways.private_out[address] = f"{why}, whose private address is {address}"
        if self.inventory.always(name, "connectivity") == "private":
            own = self.inventory.always(name, "subnet")
            self.subnet(own, step.on(why, *private, out=out, translated=True))
        elif out:
            self.public_gateway(name, why)

    def public_gateway(self, name: str, why: str) -> None:
        addresses = self.view.public_of(name)
        for address in addresses:
            self.ways.out[address] = f"{why}, which held {address}"
        if self.view.value(name, "regional"):
            self.ways.changing = f"{why}, a regional gateway that changes its addresses by itself"
        if not addresses:
            lost = f"{why}, whose addresses at that time no inventory lists"
            self.ways.lose(lost, out=True, aside=False)

    def appliance(self, name: str, why: str, step: _Step, *, out: bool) -> None:
        """A NAT instance or firewall speaks from its own addresses, or through its own subnet."""
        interfaces = self.interfaces(name)
        private = sorted({address for one in interfaces for address in one.addresses})
        for address in private:
            self.ways.private_out[address] = f"{why}, whose private address is {address}"
        for address in self.public_addresses(name) if out else ():
            self.ways.out[address] = f"{why}, which held {address}"
        if not private or self.has_unknown_public(name):
            self.ways.lose(f"{why}, whose addresses at that time are not all known", out=out)
        for one in interfaces if private else ():
            self.subnet(one.subnet, step.on(why, *step.speaks, *private, out=out))

    def load_balancer_endpoint(self, name: str, why: str, step: _Step, *, out: bool) -> None:
        """A Gateway Load Balancer endpoint hands traffic back in its own subnet.

        Or the appliances behind it send it on from networks of their own ("two-arm mode"), which
        no describe operation shows. AWS Network Firewall always hands back.
        """
        if self.is_gateway_endpoint(name):
            return
        subnets = self.view.values(name, "subnet")
        for subnet in subnets:
            self.subnet(subnet, step.on(why, out=out))
        if not self.inventory.has(name, "hands-back") or not subnets:
            self.ways.lose(f"{why}, and no inventory lists what lies behind it", out=out)

    def is_gateway_endpoint(self, name: str | None) -> bool:
        return self.inventory.always(name or "", "type") == "Gateway"

    def peering(self, name: str, destination: str, why: str) -> None:
        vpcs = [vpc for vpc in self.view.values(name, "vpc") if vpc != self.home]
        for vpc in vpcs:
            if self.may_lead(destination, vpc):
                self.ways.vpcs.setdefault(vpc, f"{why}, which leads to {vpc}")
        if not vpcs:
            self.ways.lose(f"{why}, a peering that no inventory lists", out=False)

    def may_lead(self, destination: str, vpc: str) -> bool:
        """Whether a route's destination touches a VPC's ranges, or these are not known."""
        blocks = self.view.values(vpc, "cidr")
        return not blocks or any(touch(destination, block) for block in blocks)

    def core_network(self, core: str, destination: str, why: str, step: _Step) -> None:
        """No operation of an inventory lists what a core network (Cloud WAN) leads to.

        A hub is proved by the routes at both ends, as behind a transit gateway.
        """
        out = step.leads_out(destination)
        hubs = sorted(_routing_to(self.view, core) - {self.home})
        proved = [self.hub(vpc, core, destination, why, step, attached=True) for vpc in hubs]
        lost = f"{why}, and no inventory lists where it leads"
        self.ways.lose(lost, out=out and not any(proved))
        for name in self.inventory.named("connectivity") if out else ():
            for address in self.view.public_of(name):
                self.ways.unproven.setdefault(address, f"{why}, and {name} may lie behind it")

    def transit_gateway(
        self, gateway: str, destination: str, why: str, step: _Step, *, attached: bool = False
    ) -> None:
        if step.depth > DEPTH_MAX or not self.is_new(gateway, destination, step):
            return
        out = step.leads_out(destination)
        attachments = _attachments(self.view, gateway)
        vpcs = {vpc for _, some in attachments for vpc in some} | _routing_to(self.view, gateway)
        attached = attached or self.home in vpcs
        owner, region = (self.inventory.always(gateway, name) for name in ("account", "region"))
        if not attached or not self.is_whole(owner, region, attachments):
            self.ways.lose(f"{why}, and no inventory lists all that it leads to", out=out)
        hubs = sorted(vpcs - {self.home})
        proved = [self.hub(vpc, gateway, destination, why, step, attached=attached) for vpc in hubs]
        if not any(proved) and not all(map(self.is_listed, hubs)):
            self.ways.lose(f"{why}, which leads to VPCs that no inventory lists", out=out)
        for attachment, _ in attachments:
            kind = self.inventory.always(attachment, "kind")
            if kind in _TO_CORPORATE and out:
                self.ways.corporate = self.ways.corporate or f"{why}, which leads to a {kind}"
            elif kind == "peering":
                peer = self.inventory.always(attachment, "resource") or ""
                further = step.on(why, out=not step.inside)
                self.transit_gateway(
                    peer, destination, f"{why}, peered with {peer}", further, attached=attached
                )

    def is_whole(
        self, owner: str | None, region: str | None, attachments: list[tuple[str, list[str]]]
    ) -> bool:
        """Whether the owner of a transit gateway lists its attachments, and all that others do."""
        listed = self.inventory.ever(f"{owner}/{region}", "attachments")
        named = {name for name, _ in attachments} & self.inventory.listed("attachments")
        return self.inventory.covers(owner, region, "attachments") and named <= listed

    def hub(
        self, vpc: str, gateway: str, destination: str, why: str, step: _Step, *, attached: bool
    ) -> bool:
        """A VPC behind the same transit gateway: its endpoints, and its ways to the internet.

        Says whether it is proved to be a way to the internet.
        """
        proved = False
        if attached and self.may_lead(destination, vpc):
            self.ways.vpcs.setdefault(vpc, f"{why}, which leads to {vpc}")
        for name in self.exits(vpc) if step.leads_out(destination) else ():
            sentence = f"{why}, whose hub {vpc} has {name}"
            if attached and self.is_way_through(name, gateway, step):
                self.way_through(name, sentence)
                proved = True
                continue
            if not self.subnets(name):
                self.ways.lose(f"{sentence}, of which no inventory lists where it stands", out=True)
            for address in self.public_addresses(name):
                self.ways.unproven.setdefault(address, f"{sentence}, which held {address}")
        return proved

    def is_listed(self, vpc: str) -> bool:
        """Whether an inventory of a VPC's account and region lists its NAT gateways."""
        account, region = self.inventory.always(vpc, "account"), vpc.partition("/")[0]
        return self.inventory.covers(account, region, "nat-gateways")

    def way_through(self, name: str, why: str) -> None:
        """The addresses of a proved exit of a hub."""
        for address in self.public_addresses(name):
            self.ways.out.setdefault(address, f"{why}, which held {address}")
        for address in self.private_addresses(name):
            self.ways.private_out.setdefault(address, f"{why} at {address}")
        if self.view.value(name, "regional"):
            self.ways.changing = f"{why}, a regional gateway that changes its addresses by itself"
        if self.has_unknown_public(name):
            lost = f"{why}, whose addresses at that time are not all known"
            self.ways.lose(lost, out=True, aside=False)

    def exits(self, vpc: str) -> Iterator[str]:
        """What in a VPC stands in the way to the internet: NAT gateways, and routed appliances."""
        for name in self.inventory.of_vpc("connectivity", vpc):
            if not self.view.is_gone(name):
                yield name
        for table in self.inventory.of_vpc("route", vpc):
            for _, target in routes(self.view, table):
                if target is not None and target.startswith(("eni-", "i-")):
                    yield target

    def is_way_through(self, name: str, gateway: str, step: _Step) -> bool:
        """Whether an exit's subnet leads out, and back to the transit gateway for the spoke."""

        def leads_back(destination: str, target: str) -> bool:
            listed = destination.startswith("pl-")  # what it holds is not known
            fits = listed or any(within(address, destination) for address in step.speaks)
            return target == gateway and fits

        subnets = self.subnets(name)
        return any(any_route(self.view, one, _is_internet) for one in subnets) and any(
            any_route(self.view, one, leads_back) for one in subnets
        )

    def instance(self, name: str) -> str | None:
        return name if name.startswith("i-") else self.view.instance_of(name)

    def interfaces(self, name: str) -> list[Interface]:
        """All interfaces of an appliance; of one that is no instance's, itself."""
        instance = self.instance(name)
        return (self.view.interfaces(instance) if instance else []) or [self.view.interface(name)]

    def public_addresses(self, name: str) -> list[str]:
        holders = {name, self.instance(name) or name, *(one.name for one in self.interfaces(name))}
        return sorted({a for one in holders for a in self.view.public_of(one)})

    def private_addresses(self, name: str) -> list[str]:
        own = {address for one in self.interfaces(name) for address in one.addresses}
        return sorted(own.union(self.view.values(name, "private")))

    def has_unknown_public(self, name: str) -> bool:
        """Whether an appliance had a public address of EC2's that no record tells."""
        instance = self.instance(name)
        assigned = instance is not None and self.inventory.has(instance, "auto-public")
        return assigned and not self.view.knows(instance or "", "auto-public")

    def subnets(self, name: str) -> list[str]:
        """The subnets of a NAT gateway, or of all interfaces of an appliance.

        A regional NAT gateway stands in none, and has a route table of its own.
        """
        found = sorted({one.subnet for one in self.interfaces(name) if one.subnet})
        return found or ([name] if self.inventory.has(name, "route-table") else [])


def _is_internet(_: str, target: str) -> bool:
    return target.startswith("igw-")


def _attachments(view: View, gateway: str) -> list[tuple[str, list[str]]]:
    """The attachments of a transit gateway at a time, each with the VPCs it attaches."""
    return [
        (name, view.values(name, "vpc"))
        for name in view.inventory.attachments.get(gateway, ())
        if gateway in view.values(name, "transit-gateway")
    ]


def _routing_to(view: View, gateway: str) -> set[str]:
    """The VPCs with a route to a transit gateway or core network: only an attached one has any.

    Not those of which an attachment is told: that says when.
    """
    inventory = view.inventory
    tables = inventory.by_target.get(gateway, ())
    leading = (t for t in tables if any(target == gateway for _, target in routes(view, t)))
    found = {vpc for table in leading if (vpc := inventory.always(table, "vpc"))}
    return found - inventory.attached_to.get(gateway, frozenset())
