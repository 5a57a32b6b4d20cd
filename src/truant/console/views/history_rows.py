"""What the inventory knows of an instance over time: interfaces and addresses, since when."""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from truant.detection.inventory import Inventory
from truant.terminal.json_view import at, objects


class Details(Struct, frozen=True):
    """What an instance is; times are epoch seconds, None where they are not known."""

    name: str
    account: str
    type: str
    profile: str
    vpc: str
    subnet: str
    launched: int | None
    ended: int | None
    is_known: bool


class HeldRow(Struct, frozen=True):
    """What something held, and when; None: the beginning or end is not known."""

    holder: str
    what: str
    value: str
    since: int | None
    until: int | None


def details(inventory: Inventory, instance: str) -> Details:
    """What the inventory tells of an instance."""
    told = inventory.always(instance, "details")
    document = msgspec.json.decode(told) if told else {}
    tags = {str(tag.get("key")): str(tag.get("value")) for tag in objects(document.get("tags"))}
    profile = str(at(document, "iamInstanceProfile").get("arn") or "")
    return Details(
        name=tags.get("Name", ""),
        account=inventory.always(instance, "account") or "",
        type=str(document.get("instanceType") or ""),
        profile=profile.rpartition("/")[2],
        vpc=inventory.vpc_of(instance) or "",
        subnet=inventory.subnet_of(instance) or "",
        launched=inventory.launched(instance),
        ended=inventory.ended(instance),
        is_known=bool(told) or inventory.knows(instance),
    )


def held(inventory: Inventory, instance: str) -> list[HeldRow]:
    """Its interfaces, and the addresses that it and they held, the latest first."""
    rows = list(_held(inventory, instance))
    return sorted(rows, key=lambda one: (-(one.since or 0), one.what, one.value))[:200]


def _held(inventory: Inventory, instance: str) -> Iterator[HeldRow]:
    holders = [instance]
    for name, one in inventory.by_instance.get(instance, ()):
        holders.append(name)
        yield HeldRow(instance, "interface", name, one.since or None, one.until)
    for holder in dict.fromkeys(holders):
        for one in inventory.timeline(holder, "address").held:
            yield HeldRow(holder, "private address", one.value, one.since or None, one.until)
        for address, one in inventory.by_holder.get(holder, ()):
            yield HeldRow(holder, "public address", address, one.since or None, one.until)
