"""A snapshot: where and when EC2 was described, and how to look into what it printed."""

from collections.abc import Mapping

from msgspec import Struct

from truant.model.event_time import any_form
from truant.model.fact import Fact, Mode

Object = Mapping[str, object]


class Snapshot(Struct, frozen=True):
    """Where and when a document was taken. `at` in epoch seconds."""

    account: str
    region: str
    at: int
    source: str

    @property
    def lists(self) -> str:
        """The entity whose attributes are the lists of this account and region."""
        return f"{self.account}/{self.region}"

    def whole(self, entity: str, attribute: str, *values: str | None) -> Fact:
        """These are all values of the attribute at this time."""
        known = tuple(sorted({value for value in values if value}))
        return Fact(entity, attribute, self.at, Mode.IS, known, self.source)

    def since(self, entity: str, attribute: str, time: object, *values: str | None) -> list[Fact]:
        """These values began at a time that the document gives; nothing where it gives none."""
        moment, known = any_form(time), tuple(sorted({value for value in values if value}))
        if moment is None or not known:
            return []
        return [Fact(entity, attribute, moment, Mode.BEGINS, known, self.source)]

    def until(self, entity: str, attribute: str, time: object, *values: str | None) -> Fact:
        """These values ceased to hold at a time that the document gives, or else by now."""
        known = tuple(sorted({value for value in values if value}))
        return Fact(entity, attribute, any_form(time) or self.at, Mode.ENDS, known, self.source)

    def unknown(self, entity: str, attribute: str, time: int = 0) -> Fact:
        """From this time on (as a rule from the beginning) no document tells the attribute."""
        return Fact(entity, attribute, time, Mode.UNKNOWN, (), self.source)

    def ended(self, entity: str, time: object) -> Fact:
        """The entity has gone away, at a time that the document gives, or else by now."""
        moment = any_form(time) or self.at
        return Fact(entity, "ended", moment, Mode.BEGINS, (str(moment),), self.source)

    def vpc(self, vpc_id: object, region: str | None = None) -> str | None:
        """A VPC as inventories name it."""
        return f"{region or self.region}/{vpc_id}" if isinstance(vpc_id, str) and vpc_id else None


def objects(value: object, name: str) -> list[Object]:
    """The JSON objects in the list under a member; none where it is no list."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def text(value: object, *path: str) -> str:
    """The text at the end of a path of members; empty where it leads nowhere."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def texts(value: object, name: str) -> list[str]:
    """The texts in the list under a member; none where it is no list."""
    found = value.get(name) if isinstance(value, Mapping) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
