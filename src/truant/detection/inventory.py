"""Inventory: who held which address, endpoint and route, and when.

Compiled once from facts of any source and in any order. Questions about a time are asked of a
`View`; what is not known is None or empty, and `covers` says whether it would have been known.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import pairwise

from truant.detection.timeline import Held, Timeline, timeline
from truant.model.fact import Fact, Mode

ORGANIZATION = "organization"
_NOTHING = Timeline((), ((None, None),))


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
        self._ended = {
            entity: min(fact.time for fact in told)
            for (entity, attribute), told in grouped.items()
            if attribute == "ended"
        }
        for entity, fact in _vanished(grouped):
            if fact.attribute == "addresses":  # an address can come back, a resource cannot
                for attribute in ("holder", "owner"):
                    gone = Fact(entity, attribute, fact.time, Mode.IS, (), fact.source)
                    self.facts.setdefault((entity, attribute), []).append(gone)
            else:
                self._ended.setdefault(entity, fact.time)
        self._timelines: dict[tuple[str, str], Timeline] = {}

    def timeline(self, entity: str, attribute: str) -> Timeline:
        """The whole history of an attribute."""
        index = (entity, attribute)
        found = self._timelines.get(index)
        if found is None:
            told = self.facts.get(index)
            ended = self._ended.get(entity)
            found = timeline(attribute, told, ended) if told else _NOTHING
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
        """The earliest launch known of an instance, or None."""
        told = self.facts.get((instance, "launched"), ())
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

    def ever_ours(self, address: str) -> bool:
        """Whether a public address was ours at any time known."""
        return (address, "holder") in self.facts or (address, "owner") in self.facts

    def covers(self, account: str | None, region: str | None, collection: str) -> bool:
        """Whether an inventory of the account and region lists the collection at all."""
        return (f"{account}/{region}", collection) in self.facts

    def covers_account(self, account: str | None, collection: str) -> bool:
        """Whether an inventory lists the collection of the account in any region."""
        return account in self._covered.get(collection, ())

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
        return [
            (entity, attribute)
            for entity, attribute in self.facts
            if entity.split("/")[0].isdigit() and entity.count("/") == 1
        ]

    @cached_property
    def _covered(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for entity, attribute in self._collections:
            found[attribute].add(entity.split("/")[0])
        return found

    @cached_property
    def links(self) -> dict[str, frozenset[str]]:
        """VPC to the VPCs that were ever peered with it or attached to the same transit gateway."""
        groups = [self._told(name, "vpc") for name in self.named("vpc") if name.startswith("pcx-")]
        gateways: dict[str, set[str]] = defaultdict(set)
        for name in self.named("transit-gateway"):
            for gateway in self._told(name, "transit-gateway"):
                gateways[gateway] |= self._told(name, "vpc")
        found: dict[str, set[str]] = defaultdict(set)
        for group in (*groups, *gateways.values()):
            for vpc in group:
                found[vpc] |= group - {vpc}
        return {vpc: frozenset(others) for vpc, others in found.items()}

    def _told(self, entity: str, attribute: str) -> set[str]:
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
    for _ in range(4):  # an association stands for an allocation, that for an address
        if entity not in aliases:
            break
        entity = aliases[entity]
    return entity


def _vanished(grouped: dict[tuple[str, str], list[Fact]]) -> Iterator[tuple[str, Fact]]:
    """What a list of an account and region once named, and a later one no longer names."""
    for (entity, _), told in grouped.items():
        if not (entity.split("/")[0].isdigit() and entity.count("/") == 1):
            continue
        lists = sorted((f for f in told if f.mode is Mode.IS), key=lambda f: f.time)
        for before, after in pairwise(lists):
            for gone in set(before.values) - set(after.values):
                yield gone, after
