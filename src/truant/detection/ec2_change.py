"""One EC2 write of the trail, and how to look into what was asked and answered.

EC2's older operations stand in CloudTrail with `lowerCamel` members and lists under `items`; its
newer ones as their XML has it, `{"CreateNatGatewayRequest": {"SubnetId": …}}`, where a list is
`{"tag": 1, "content": …}` or several of these in the request, and `{"item": …}`, one or several, in
the answer. What matters is a member's name, in either spelling and at any depth.
"""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from truant.model.fact import Fact, Mode
from truant.model.json_tree import objects_with
from truant.model.network import canonical

_LIST_MEMBERS = ("item", "items", "content", "value")


class Change(Struct, frozen=True):
    """One successful EC2 write: what was asked and answered, when, and in whose account."""

    asked: Mapping[str, object]
    answered: Mapping[str, object]
    time: int
    account: str
    region: str
    source: str

    def fact(
        self, entity: str, attribute: str, *values: str | None, mode: Mode, time: int | None = None
    ) -> Fact:
        """A fact of this source, of this time unless another is named, without unknown values."""
        known = tuple(sorted({value for value in values if value}))
        at = self.time if time is None else time
        return Fact(entity, attribute, at, mode, known, self.source)

    def begins(self, entity: str, attribute: str, *values: str | None) -> Iterator[Fact]:
        """These values begin to hold, if any is known."""
        if entity and any(values):
            yield self.fact(entity, attribute, *values, mode=Mode.BEGINS)

    def born(self, entity: str, attribute: str, *values: str | None) -> Iterator[Fact]:
        """These are all the values with which something new begins."""
        if entity:
            yield self.fact(entity, attribute, mode=Mode.IS, time=self.time - 1)
            yield from self.begins(entity, attribute, *values)

    def ends(self, entity: str, attribute: str, *values: str | None) -> Iterator[Fact]:
        """These values cease to hold; none named means all of them."""
        if entity:
            yield self.fact(entity, attribute, *values, mode=Mode.ENDS)

    def replaces(self, entity: str, attribute: str, *values: str | None) -> Iterator[Fact]:
        """These values take the place of whatever held before, which is not said."""
        if entity and any(values):
            yield from self.ends(entity, attribute)
            yield from self.begins(entity, attribute, *values)

    def gone(self, entity: str) -> Iterator[Fact]:
        """Something of this account is no more."""
        if entity:
            yield self.fact(entity, "ended", str(self.time), mode=Mode.BEGINS)
            yield from self.ends(entity, "account", self.account)

    def vpc(self, value: object) -> str | None:
        """The VPC named in an answer, as inventories name it."""
        vpc_id = first(value, "vpcId")
        return f"{self.region}/{vpc_id}" if vpc_id else None


def every(value: object, *names: str) -> tuple[str, ...]:
    """Every text that stands under a member of one of these names, in order, each once.

    Names are `lowerCamel`; `UpperCamel` is found as well.
    """
    found: dict[str, None] = {}
    for name in names:
        for spelled in (name, name[0].upper() + name[1:]):
            for holder in objects_with(value, spelled):
                found.update(dict.fromkeys(_listed(holder[spelled])))
    return tuple(found)


def first(value: object, *names: str) -> str | None:
    """The first of `every`, or None."""
    return next(iter(every(value, *names)), None)


def parts(value: object, name: str) -> Iterator[Mapping[str, object]]:
    """Every object, at any depth, that has a member of this name with a text in it."""
    for spelled in (name, name[0].upper() + name[1:]):
        for found in objects_with(value, spelled):
            if isinstance(found[spelled], str) and found[spelled]:
                yield found


def _listed(value: object) -> Iterator[str]:
    """A text, or the texts of a list in any of the trail's forms."""
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, str):
            if current:
                yield current
        elif isinstance(current, list):
            pending.extend(reversed(current))
        elif isinstance(current, Mapping):
            pending.extend(current[name] for name in _LIST_MEMBERS if name in current)


def addresses_in(value: object) -> tuple[list[str], list[str]]:
    """Every text in a value that is an address, and every one that is a prefix such as a /28.

    For operations that name nothing else of this kind.
    """
    addresses: dict[str, None] = {}
    prefixes: dict[str, None] = {}
    pending = [value]
    while pending:
        current = pending.pop()
        if isinstance(current, Mapping):
            pending.extend(current.values())
        elif isinstance(current, list):
            pending.extend(current)
        elif isinstance(current, str):
            address, slash, _ = current.partition("/")
            known = canonical(address)
            if known is not None:
                (prefixes if slash else addresses)[current if slash else known] = None
    return list(addresses), list(prefixes)


def address_named(value: object) -> str:
    """An elastic address by itself, or by its allocation's id."""
    return canonical(first(value, "publicIp") or "") or first(value, "allocationId") or ""


def held_by(change: Change, entity: str, holder: str | None) -> Iterator[Fact]:
    """An address gets a holder. It was the account's before; whose there, is not said."""
    if entity and holder:
        yield change.fact(entity, "owner", change.account, mode=Mode.IS)
        yield from change.replaces(entity, "holder", holder)
