"""View: the inventory at one time, and how long each of its answers stays true.

Whoever asks gets the answer for the view's time; the view notes between which changes that answer
lies. So one look serves all calls of that span, and it is known when to look again.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from truant.detection.inventory import SHUTDOWN_SECONDS as SHUTDOWN_SECONDS
from truant.detection.inventory import Inventory
from truant.detection.timeline import Held
from truant.model.network import within

BEGINNING, END = 0, 1 << 40  # before and after all times that records can have


class Span(Struct, gc=False):
    """A time during which answers hold: from `since`, to before `until` (epoch seconds)."""

    since: int = BEGINNING
    until: int = END

    def narrow(self, at: int, *changes: int | None) -> None:
        """Note times of change: the span around `at` ends at the nearest of them."""
        for change in changes:
            if change is None:
                continue
            if change <= at:
                self.since = max(self.since, change)
            else:
                self.until = min(self.until, change)


class Interface(Struct, frozen=True, gc=False):
    """A network interface at a time. `vpc` is `region/vpc-…`."""

    name: str
    vpc: str | None
    subnet: str | None
    addresses: tuple[str, ...]
    prefixes: tuple[str, ...]


class Endpoint(Struct, frozen=True, gc=False):
    """A VPC endpoint of ours at a time."""

    name: str
    account: str | None
    vpc: str | None
    type: str | None = None  # Interface, Gateway, …

    @property
    def is_gateway(self) -> bool:
        """Whether it serves its own VPC alone, by the routes of its subnets (S3, DynamoDB)."""
        return self.type == "Gateway"


class View:
    """Questions about one time. `span` narrows with every answer given."""

    def __init__(self, inventory: Inventory, at: int) -> None:
        """Look at an inventory at a time (epoch seconds)."""
        self.inventory, self.at = inventory, at
        self.span = Span()

    def values(self, entity: str, attribute: str) -> list[str]:
        """The values of an attribute."""
        return [held.value for held in self._now(self.inventory.timeline(entity, attribute).held)]

    def value(self, entity: str, attribute: str) -> str | None:
        """The value of an attribute that has one at a time; of several the first."""
        return min(self.values(entity, attribute), default=None)

    def knows(self, entity: str, attribute: str) -> bool:
        """Whether anything is known of an attribute; its value may still be nothing."""
        timeline = self.inventory.timeline(entity, attribute)
        for since, until in timeline.unknown:
            self.span.narrow(self.at, since, until)
        return timeline.known_at(self.at)

    def is_gone(self, entity: str) -> bool:
        """Whether an entity has gone away before or at this time.

        An instance goes on for a while after TerminateInstances: its shutdown still makes calls.
        """
        ended = self.inventory.ended(entity)
        if ended is not None and entity.startswith("i-"):
            ended += SHUTDOWN_SECONDS
        self.span.narrow(self.at, ended)
        return ended is not None and ended <= self.at

    def interfaces(self, instance: str) -> list[Interface]:
        """The interfaces attached to an instance; none after its end."""
        if self.is_gone(instance):
            return []
        attached = self._names(self.inventory.by_instance.get(instance, ()))
        return [self.interface(name) for name in sorted(set(attached))]

    def interface(self, name: str) -> Interface:
        """An interface with its addresses."""
        return Interface(
            name,
            self.inventory.always(name, "vpc"),
            self.inventory.always(name, "subnet"),
            tuple(sorted(self.values(name, "address"))),
            tuple(sorted(self.values(name, "prefix"))),
        )

    def instance_of(self, interface: str) -> str | None:
        """The living instance that an interface is attached to."""
        instance = self.value(interface, "instance")
        return None if instance is None or self.is_gone(instance) else instance

    def public_of(self, holder: str) -> list[str]:
        """The public addresses that an interface, instance or NAT gateway holds."""
        return sorted(self._names(self.inventory.by_holder.get(holder, ())))

    def holder(self, address: str) -> str | None:
        """What of ours holds a public address: an interface, an instance or a NAT gateway.

        A NAT gateway's interface holds it too; the gateway is the better name.
        """
        return max(self.values(address, "holder"), default=None)

    def owner(self, address: str) -> str | None:
        """The account of ours that a public address belongs to."""
        holder = self.holder(address)
        owner = self.value(address, "owner")
        return owner or (self.inventory.always(holder, "account") if holder else None)

    def private_holders(self, vpc: str, address: str) -> list[str]:
        """The interfaces in a VPC that hold an address there, of their own or by a prefix."""
        found = self._names(self.inventory.by_private.get((vpc, address), ()))
        delegated = (
            name
            for name in self.inventory.with_prefixes.get(vpc, ())
            if any(within(address, prefix) for prefix in self.values(name, "prefix"))
        )
        return sorted({*found, *delegated})

    def in_vpc(self, address: str, vpc: str) -> bool:
        """Whether an address lies in one of a VPC's ranges."""
        return any(within(address, block) for block in self.values(vpc, "cidr"))

    def vpc_of(self, address: str) -> str | None:
        """The VPC of ours in whose ranges a public address (IPv6, as a rule) lies, or None."""
        return next((vpc for vpc in self.inventory.vpcs if self.in_vpc(address, vpc)), None)

    def public_holders(self, address: str) -> list[str]:
        """The interfaces, of any VPC, that hold an IPv6 address of their own or by a prefix."""
        found = self._names(self.inventory.by_ipv6.get(address, ()))
        vpc = self.vpc_of(address)
        return found or (self.private_holders(vpc, address) if vpc else [])

    def exists(self, entity: str) -> bool:
        """Whether a resource was already made, as far as is known."""
        created = self.inventory.created(entity)
        self.span.narrow(self.at, created)
        return created is None or created <= self.at

    def reachers(self, vpc: str, address: str) -> list[str]:
        """Who may have spoken through an endpoint in a VPC from an address.

        The interfaces there that hold it; if there are none, those in VPCs linked with it.
        """
        nearby = sorted(self.inventory.links.get(vpc, ()))
        return self.private_holders(vpc, address) or [
            holder for other in nearby for holder in self.private_holders(other, address)
        ]

    def endpoint(self, name: str) -> Endpoint | None:
        """An endpoint of ours, or None."""
        inventory = self.inventory
        if not inventory.has(name, "vpc", "account") or self.is_gone(name):
            return None
        account, vpc = inventory.always(name, "account"), inventory.always(name, "vpc")
        return Endpoint(name, account, vpc, inventory.always(name, "type"))

    def _now(self, held: Iterable[Held]) -> Iterator[Held]:
        for one in held:
            self.span.narrow(self.at, one.since, one.until)
            if one.at(self.at):
                yield one

    def _names(self, held: Iterable[tuple[str, Held]]) -> list[str]:
        return [name for name, one in held if next(self._now((one,)), None) is not None]
