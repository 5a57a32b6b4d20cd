"""What EC2's writes tell of instances, their interfaces and their addresses."""

from collections.abc import Iterator, Mapping

from truant.detection.ec2_change import (
    Change,
    address_named,
    addresses_in,
    every,
    first,
    held_by,
    parts,
)
from truant.model.event_time import any_form
from truant.model.fact import Fact, Mode
from truant.model.json_tree import member, objects_with
from truant.model.network import canonical

# A start is recorded when it was asked for; LaunchTime, the other witness, may be a little earlier.
_START_SECONDS = 5


def run_instances(change: Change) -> Iterator[Fact]:
    """Instances that start for the first time, with their interfaces."""
    without_public = _asks_no_public(change)
    for instance in parts(member(change.answered, "instancesSet"), "instanceId"):
        name = first(instance, "instanceId") or ""
        launched = any_form(member(instance, "launchTime")) or change.time
        yield Fact(name, "launched", launched, Mode.BEGINS, (str(launched),), change.source)
        yield from change.begins(name, "account", change.account)
        yield from change.begins(name, "region", change.region)
        mode = Mode.IS if without_public else Mode.UNKNOWN
        yield change.fact(name, "auto-public", mode=mode, time=launched)
        yield from change.begins(
            name, "profile", first(member(instance, "iamInstanceProfile"), "arn")
        )
        yield from _interfaces_of(change, instance, name)


def _asks_no_public(change: Change) -> bool:
    """Whether the request says of each interface that EC2 is not to assign a public address."""
    wishes = [
        interface["associatePublicIpAddress"]
        for interface in objects_with(change.asked, "associatePublicIpAddress")
    ]
    return bool(wishes) and not any(wishes)


def _interfaces_of(
    change: Change, instance: Mapping[str, object], instance_id: str
) -> Iterator[Fact]:
    found = list(parts(member(instance, "networkInterfaceSet"), "networkInterfaceId"))
    names = []
    for interface in found or [instance]:
        name = first(interface, "networkInterfaceId") or f"{instance_id}/primary"
        names.append(name)
        yield from _interface(change, name, interface)
        yield from change.begins(name, "instance", instance_id)
        yield from change.begins(first(interface, "attachmentId") or "", "is", name)
        if not first(interface, "vpcId"):
            yield from change.begins(name, "vpc", change.vpc(instance))
            yield from change.begins(name, "subnet", first(instance, "subnetId"))
    yield from change.begins(instance_id, "interfaces", *names)


def _interface(change: Change, name: str, value: object) -> Iterator[Fact]:
    """A new interface, with all that it has."""
    named = every(value, "privateIpAddress", "ipv6Address")
    yield from change.begins(name, "account", change.account)
    yield from change.begins(name, "region", change.region)
    yield from change.begins(name, "vpc", change.vpc(value))
    yield from change.begins(name, "subnet", first(value, "subnetId"))
    yield from change.born(name, "address", *map(canonical, named))
    yield from change.born(name, "prefix", *every(value, "ipv4Prefix", "ipv6Prefix"))


def _instances_named(change: Change) -> tuple[str, ...]:
    return every(change.answered, "instanceId") or every(change.asked, "instanceId")


def end_instances(change: Change) -> Iterator[Fact]:
    """Instances that are terminated."""
    for instance in _instances_named(change):
        yield from change.gone(instance)


def stop_instances(change: Change) -> Iterator[Fact]:
    """What EC2 had assigned goes back to it. The record of the next start may be late."""
    for instance in _instances_named(change):
        for time in (0, change.time):
            yield change.fact(instance, "auto-public", mode=Mode.UNKNOWN, time=time)


def _without_assigned(change: Change, instance: str) -> Iterator[Fact]:
    yield change.fact(instance, "auto-public", mode=Mode.UNKNOWN, time=0)
    yield change.fact(instance, "auto-public", mode=Mode.IS)


def start_instances(change: Change) -> Iterator[Fact]:
    """EC2 assigns another public address, which no record tells, if it assigns any."""
    for instance in _instances_named(change):
        yield change.fact(instance, "auto-public", mode=Mode.UNKNOWN, time=0)
        started = change.time - _START_SECONDS
        yield change.fact(instance, "auto-public", mode=Mode.UNKNOWN, time=started)


def allocate_address(change: Change) -> Iterator[Fact]:
    """An elastic address becomes the account's; nothing holds it yet."""
    address = canonical(first(change.answered, "publicIp", "carrierIp", "customerOwnedIp") or "")
    if address is not None:
        yield from change.born(address, "owner", change.account)
        yield from change.born(address, "holder")
        yield from change.begins(first(change.answered, "allocationId") or "", "is", address)


def release_address(change: Change) -> Iterator[Fact]:
    """An elastic address goes back; whoever gets it next is somebody else."""
    entity = address_named(change.asked)
    yield from change.ends(entity, "owner", change.account)
    yield from change.ends(entity, "holder")


def associate_address(change: Change) -> Iterator[Fact]:
    """An elastic address gets a holder, named as instance or as interface."""
    entity, instance = address_named(change.asked), first(change.asked, "instanceId")
    yield from held_by(change, entity, first(change.asked, "networkInterfaceId") or instance)
    yield from change.begins(first(change.answered, "associationId") or "", "is", entity)
    if instance and not first(change.asked, "privateIpAddress"):
        yield from _without_assigned(change, instance)  # it takes the assigned address's place


def disassociate_address(change: Change) -> Iterator[Fact]:
    """An elastic address loses its holder."""
    address = canonical(first(change.asked, "publicIp") or "")
    yield from change.ends(address or first(change.asked, "associationId") or "", "holder")


def accept_transfer(change: Change) -> Iterator[Fact]:
    """An elastic address comes over from another account; nothing holds it yet."""
    address = canonical(first(change.answered, "publicIp") or first(change.asked, "address") or "")
    if address is not None:
        yield from change.replaces(address, "owner", change.account)
        yield from change.ends(address, "holder")
        yield from change.begins(first(change.answered, "allocationId") or "", "is", address)


def create_interface(change: Change) -> Iterator[Fact]:
    """A new interface, attached to nothing yet."""
    for made in parts(change.answered, "networkInterfaceId"):
        yield from _interface(change, first(made, "networkInterfaceId") or "", made)


def attach_interface(change: Change) -> Iterator[Fact]:
    """An interface is attached to an instance."""
    name = first(change.asked, "networkInterfaceId") or ""
    yield from change.begins(name, "instance", first(change.asked, "instanceId"))
    yield from change.begins(first(change.answered, "attachmentId") or "", "is", name)


def detach_interface(change: Change) -> Iterator[Fact]:
    """An interface is detached; only the attachment's id says which."""
    yield from change.ends(first(change.asked, "attachmentId") or "", "instance")


def assign_addresses(change: Change) -> Iterator[Fact]:
    """Secondary addresses and prefixes, of both kinds of IP."""
    name = first([change.asked, change.answered], "networkInterfaceId") or ""
    addresses, prefixes = addresses_in([change.asked, change.answered])
    yield from change.begins(name, "address", *addresses)
    yield from change.begins(name, "prefix", *prefixes)


def unassign_addresses(change: Change) -> Iterator[Fact]:
    """Secondary addresses and prefixes are taken away."""
    name = first([change.asked, change.answered], "networkInterfaceId") or ""
    addresses, prefixes = addresses_in([change.asked, change.answered])
    if addresses:
        yield from change.ends(name, "address", *addresses)
    if prefixes:
        yield from change.ends(name, "prefix", *prefixes)
