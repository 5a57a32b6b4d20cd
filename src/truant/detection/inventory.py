"""Inventory: who held which address, endpoint and route, and when.

Compiled once from facts of any source and in any order. Questions about a time are asked of a
`View`; what is not known is None or empty, and `covers` says whether it would have been known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from msgspec import structs

from truant.detection.timeline import NOTHING, Held, Timeline, timeline
from truant.model.fact import Fact, Mode

ORGANIZATION = "organization"
# How long a stopped or terminated instance may still speak. AWS names no bound; a shutdown that
# hangs is cut off by EC2 after some minutes.
SHUTDOWN_SECONDS = 600
# A resource that a later list no longer names has ended; of these, only the attributes named.
_CEASES = {"addresses": ("holder", "owner"), "routed-subnets": ("route-table",)}


class Inventory:
    """What facts say of the network over time."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        """Compile facts; their order and repetition do not matter."""
        grouped: dict[tuple[str, str], list[Fact]] = defaultdict(list)
        facts = set(facts)
        aliases = _aliases(facts)
        for fact in facts:
            grouped[_resolve(fact.entity, aliases), fact.attribute].append(fact)
        self.facts = dict(grouped)
        self._timelines: dict[tuple[str, str], Timeline] = {}
        self._listed: dict[str, frozenset[str]] = {}
        self._ended = {
            entity: min(fact.time for fact in told)
            for (entity, attribute), told in grouped.items()
            if attribute == "ended"
        }
        self.inferred: list[Fact] = []  # what follows from the facts, and is told by none
        self._add(sorted(self._vanished(grouped)))
        self._add(sorted(self._released()))
        self._add(sorted(self._taken_over()))
        self._timelines.clear()

    def _add(self, inferred: list[Fact]) -> None:
        self.inferred += inferred
        for fact in inferred:
            if fact.attribute == "ended":
                self._ended.setdefault(fact.entity, fact.time)  # what was told is more exact
            else:
                self.facts.setdefault((fact.entity, fact.attribute), []).append(fact)

    def timeline(self, entity: str, attribute: str) -> Timeline:
        """The whole history of an attribute."""
        index = (entity, attribute)
        found = self._timelines.get(index)
        if found is None:
            told = self.facts.get(index)
            ended = self._ended.get(entity)
            found = timeline(attribute, told, ended) if told else NOTHING
            self._timelines[index] = found
        return found

    def always(self, entity: str, attribute: str) -> str | None:
        """An attribute that never changes, such as a resource's VPC; None if it is not known."""
        told = self.facts.get((entity, attribute), ())
        return min((value for fact in told for value in fact.values), default=None)

    def has(self, entity: str, *attributes: str) -> bool:
        """Whether any fact tells one of these attributes of an entity."""
        return any((entity, attribute) in self.facts for attribute in attributes)

    def ended(self, entity: str) -> int | None:
        """When an entity is first known to have gone away, or None."""
        return self._ended.get(entity)

    def launched(self, instance: str) -> int | None:
        """The earliest start known of an instance, or None; EC2 tells only the latest one."""
        return self._first_told(instance, "launched")

    def created(self, entity: str) -> int | None:
        """When a resource was made, or None where nothing says so."""
        return self._first_told(entity, "created")

    def _first_told(self, entity: str, attribute: str) -> int | None:
        told = self.facts.get((entity, attribute), ())
        return min((fact.time for fact in told), default=None)

    def knows(self, instance: str) -> bool:
        """Whether anything is known of an instance's network."""
        return instance in self.by_instance

    def vpc_of(self, instance: str) -> str | None:
        """The VPC of an instance's interfaces; of several the first. None if it is not known."""
        return self._of_interfaces(instance, "vpc")

    def subnet_of(self, instance: str) -> str | None:
        """The subnet of an instance's interfaces; of several the first. None if it is not known."""
        return self._of_interfaces(instance, "subnet")

    def _of_interfaces(self, instance: str, attribute: str) -> str | None:
        told = (self.always(name, attribute) for name, _ in self.by_instance.get(instance, ()))
        return min((value for value in told if value), default=None)

    def covers(self, account: str | None, region: str | None, collection: str) -> bool:
        """Whether an inventory of the account and region lists the collection at all."""
        return (f"{account}/{region}", collection) in self.facts

    def covers_account(self, account: str | None, collection: str) -> bool:
        """Whether an inventory lists the collection of the account in any region."""
        return account in self._covered.get(collection, ())

    def listed(self, collection: str) -> frozenset[str]:
        """Everything that any account and region ever lists in a collection."""
        found = self._listed.get(collection)
        if found is None:
            told = [self.ever(one, name) for one, name in self._collections if name == collection]
            found = self._listed[collection] = frozenset().union(*told)
        return found

    @cached_property
    def accounts(self) -> frozenset[str]:
        """The accounts of which there is an inventory."""
        return frozenset(entity.split("/")[0] for entity, _ in self._collections)

    @cached_property
    def organization(self) -> frozenset[str]:
        """The accounts that `organizations list-accounts` names."""
        told = self.facts.get((ORGANIZATION, "accounts"), ())
        return frozenset(value for fact in told for value in fact.values)

    @cached_property
    def _collections(self) -> list[tuple[str, str]]:
        return [(entity, attribute) for entity, attribute in self.facts if _is_collection(entity)]

    @cached_property
    def _covered(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for entity, attribute in self._collections:
            found[attribute].add(entity.split("/")[0])
        return found

    @cached_property
    def links(self) -> dict[str, frozenset[str]]:
        """VPC to the VPCs that were ever peered with it or attached to the same transit gateway."""
        groups = [self.ever(name, "vpc") for name in self.named("vpc") if name.startswith("pcx-")]
        gateways = defaultdict(set, {name: set(vpcs) for name, vpcs in self.attached_to.items()})
        for target, tables in self.by_target.items():
            if target.startswith(("tgw-", "arn:")):  # only an attached VPC can have such a route
                gateways[target] |= {vpc for table in tables for vpc in self.ever(table, "vpc")}
        found: dict[str, set[str]] = defaultdict(set)
        for group in (*groups, *gateways.values()):
            for vpc in group:
                found[vpc] |= group - {vpc}
        return {vpc: frozenset(others) for vpc, others in found.items()}

    def ever(self, entity: str, attribute: str) -> set[str]:
        """Every value that an attribute is ever told to have."""
        told = self.facts.get((entity, attribute), ())
        return {value for fact in told for value in fact.values}

    def named(self, attribute: str) -> Iterator[str]:
        """Every entity that has an attribute, for example every attachment of a transit gateway."""
        return iter(self._by_attribute.get(attribute, ()))

    @cached_property
    def _by_attribute(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for entity, attribute in sorted(self.facts):
            found[attribute].append(entity)
        return found

    @cached_property
    def by_instance(self) -> dict[str, list[tuple[str, Held]]]:
        """Instance to interfaces that were ever attached to it, and when."""
        return self._reversed("instance")

    @cached_property
    def by_holder(self) -> dict[str, list[tuple[str, Held]]]:
        """Interface, instance or NAT gateway to the public addresses it ever held, and when."""
        return self._reversed("holder")

    def _reversed(self, attribute: str) -> dict[str, list[tuple[str, Held]]]:
        found: dict[str, list[tuple[str, Held]]] = defaultdict(list)
        for entity in self._by_attribute.get(attribute, ()):
            for held in self.timeline(entity, attribute).held:
                found[held.value].append((entity, held))
        return found

    def _vanished(self, grouped: Mapping[tuple[str, str], list[Fact]]) -> Iterator[Fact]:
        """What a list of an account and region once named, and a later one no longer names.

        What belongs to another account may only have ceased to be shared. A resource that a still
        later list names again never ended.
        """
        for (entity, collection), told in grouped.items():
            lister = entity.partition("/")[0]
            for before, after in pairwise(_lists(told) if _is_collection(entity) else ()):
                for name in sorted(set(before.values) - set(after.values)):
                    if self.always(name, "account") in (None, lister):
                        yield from _gone(name, collection, after, told)

    def _released(self) -> Iterator[Fact]:
        """Addresses that EC2 assigned at a start went back to it when the instance stopped."""
        for instance in [one for one, attribute in self.facts if attribute == "auto-public"]:
            for held in self.timeline(instance, "auto-public").held:
                if held.until is None:
                    continue
                at = held.until + SHUTDOWN_SECONDS
                told = self.facts.get((held.value, "holder"), ())
                holders = {value for fact in told for value in fact.values}
                own = tuple(sorted(h for h in holders if self._belongs(h, instance)))
                if own:
                    yield Fact(held.value, "holder", at, Mode.ENDS, own, held.source)
                    yield Fact(held.value, "owner", at, Mode.IS, (), held.source)

    def _taken_over(self) -> Iterator[Fact]:
        """Private addresses that moved to another interface: in a VPC one holds each at a time.

        AssignPrivateIpAddresses with `AllowReassignment`, as floating addresses fail over, says
        nothing of the interface that had it.
        """
        holders: dict[tuple[str, str], set[str]] = defaultdict(set)
        for name in [one for one, attribute in self.facts if attribute == "address"]:
            vpc = self.always(name, "vpc")
            for address in self.ever(name, "address") if vpc else ():
                holders[vpc or "", address].add(name)
        for (_, address), names in holders.items():
            if len(names) > 1:
                yield from self._handed_on(address, names)

    def _handed_on(self, address: str, names: set[str]) -> Iterator[Fact]:
        takings = sorted(
            (fact.time, name, fact.source)
            for name in names
            for fact in self.facts[name, "address"]
            if fact.mode is Mode.BEGINS and address in fact.values
        )
        current = None
        for time, taker, source in takings:
            losers = names if current is None else {current}
            for name in losers - {taker}:
                held = self.timeline(name, "address").held
                if any(one.value == address and one.at(time - 1) for one in held):
                    yield Fact(name, "address", time, Mode.ENDS, (address,), source)
            current = taker

    def _belongs(self, holder: str, instance: str) -> bool:
        """Whether an interface (or the instance itself) is the instance's at any time."""
        return holder.partition("/")[0] == instance or instance in self.ever(holder, "instance")

    @cached_property
    def by_private(self) -> dict[tuple[str, str], list[tuple[str, Held]]]:
        """VPC and address to the interfaces that ever held it, and when."""
        found: dict[tuple[str, str], list[tuple[str, Held]]] = defaultdict(list)
        for name in self._by_attribute.get("address", ()):
            vpc = self.always(name, "vpc")
            for held in self.timeline(name, "address").held if vpc else ():
                found[vpc or "", held.value].append((name, held))
        return found

    @cached_property
    def attached_to(self) -> dict[str, frozenset[str]]:
        """Transit gateway to the VPCs of which an attachment to it was ever told."""
        return {
            gateway: frozenset(vpc for name in names for vpc in self.ever(name, "vpc"))
            for gateway, names in self.attachments.items()
        }

    @cached_property
    def by_target(self) -> dict[str, list[str]]:
        """Gateway (or whatever routes lead to) to the route tables that ever led to it."""
        found: dict[str, set[str]] = defaultdict(set)
        for route in self._by_attribute.get("target", ()):
            for target in self.ever(route, "target"):
                found[target].add(route.partition(" ")[0])
        return {target: sorted(tables) for target, tables in found.items()}

    @cached_property
    def by_ipv6(self) -> dict[str, list[tuple[str, Held]]]:
        """IPv6 address to the interfaces that ever held it, and when: it is unique everywhere."""
        found: dict[str, list[tuple[str, Held]]] = defaultdict(list)
        for (_, address), holders in self.by_private.items():
            if ":" in address:
                found[address] += holders
        return found

    @cached_property
    def vpcs(self) -> tuple[str, ...]:
        """Every VPC whose address ranges were ever told."""
        return tuple(self._by_attribute.get("cidr", ()))

    @cached_property
    def attachments(self) -> dict[str, list[str]]:
        """Transit gateway to everything that was ever attached to it."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self.named("transit-gateway"):
            for gateway in sorted(self.ever(name, "transit-gateway")):
                found[gateway].append(name)
        return found

    def of_vpc(self, attribute: str, vpc: str) -> list[str]:
        """What has an attribute and stands in a VPC: NAT gateways (`connectivity`), tables."""
        return self._of_vpcs.get((attribute, vpc), [])

    @cached_property
    def _of_vpcs(self) -> dict[tuple[str, str], list[str]]:
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for attribute in ("connectivity", "forwards", "route"):
            for name in self.named(attribute):
                found[attribute, self.always(name, "vpc") or ""].append(name)
        return found

    @cached_property
    def with_prefixes(self) -> dict[str, list[str]]:
        """VPC to the interfaces that ever had prefixes delegated."""
        found: dict[str, list[str]] = defaultdict(list)
        for name in self._by_attribute.get("prefix", ()):
            vpc = self.always(name, "vpc")
            if vpc:
                found[vpc].append(name)
        return found


def _aliases(facts: set[Fact]) -> dict[str, str]:
    """Allocation, association and attachment ids, and what they stand for."""
    return {
        fact.entity: min(fact.values)
        for fact in sorted(facts, reverse=True)
        if fact.attribute == "is" and fact.values
    }


def _resolve(entity: str, aliases: dict[str, str]) -> str:
    """An association stands for an allocation, that for an address; the replaced for the new."""
    seen = {entity}
    while (entity := aliases.get(entity, entity)) not in seen:
        seen.add(entity)
    return entity


def _lists(told: list[Fact]) -> list[Fact]:
    """The lists of one collection in order; those of one time are one."""
    times: dict[int, list[Fact]] = defaultdict(list)
    for fact in told:
        if fact.mode is Mode.IS:
            times[fact.time].append(fact)
    return [
        structs.replace(min(same), values=tuple({value for fact in same for value in fact.values}))
        for _, same in sorted(times.items())
    ]


def _gone(name: str, collection: str, listed: Fact, told: list[Fact]) -> Iterator[Fact]:
    """What follows from a list that no longer has a name: by its time it has ceased."""
    if collection in _CEASES:
        for attribute in _CEASES[collection]:
            yield Fact(name, attribute, listed.time, Mode.IS, (), listed.source)
    elif not any(name in later.values for later in told if later.time > listed.time):
        yield Fact(name, "ended", listed.time, Mode.BEGINS, (), listed.source)


def _is_collection(entity: str) -> bool:
    """Whether an entity is the lists of one account and region, `account/region`."""
    account, slash, region = entity.partition("/")
    return bool(slash) and account.isdigit() and "/" not in region
