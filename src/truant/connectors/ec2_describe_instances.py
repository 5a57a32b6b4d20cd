"""What instances, network interfaces and elastic addresses tell, as EC2 describes them."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from truant.connectors.ec2_snapshot import Object, Snapshot, objects, text
from truant.connectors.instance_details import instance_details
from truant.model.event_time import any_form
from truant.model.fact import Fact
from truant.model.network import canonical, is_account

_PUBLIC = ("PublicIp", "CarrierIp", "CustomerOwnedIp")
# EC2 itself writes so, on an interface that nobody else may change.
_OF_NAT_GATEWAY = re.compile(r"Interface for NAT Gateway (nat-[0-9a-z]+)")
# The tag by which EKS's VPC resource controller names the trunk of a pod's branch interface.
_TRUNK = "vpcresources.k8s.aws/trunk-eni-id"


def instances(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Instances with their interfaces, addresses, last start and end."""
    names = []
    for reservation in objects(document, "Reservations"):
        owner = text(reservation, "OwnerId") or snapshot.account
        for instance in objects(reservation, "Instances"):
            names.append(text(instance, "InstanceId"))
            yield from _instance(instance, owner, snapshot)
    yield snapshot.whole(snapshot.lists, "instances", *names)


def _instance(instance: Object, owner: str, snapshot: Snapshot) -> Iterator[Fact]:
    name, launch = text(instance, "InstanceId"), instance.get("LaunchTime")
    if not name:
        return
    yield snapshot.whole(name, "account", owner)
    yield snapshot.whole(name, "region", snapshot.region)
    yield from snapshot.since(name, "launched", launch, "launched")
    yield from _described(instance, name, snapshot)
    if text(instance, "State", "Name") in ("terminated", "shutting-down"):
        yield snapshot.ended(name, _transition_time(instance))
    attached = objects(instance, "NetworkInterfaces")
    yield from _assigned_public(instance, name, snapshot)
    for interface in attached:
        yield from _interface(interface, snapshot, name, launch)
    if attached:
        listed = (text(one, "NetworkInterfaceId") for one in attached)
        yield snapshot.whole(name, "interfaces", *listed)
    elif text(instance, "PrivateIpAddress"):
        yield from _without_interfaces(instance, name, snapshot)


def _described(instance: Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    yield snapshot.whole(name, "profile", text(instance, "IamInstanceProfile", "Arn"))
    details = msgspec.json.encode(instance_details(instance), order="deterministic").decode()
    yield snapshot.whole(name, "details", details)
    tags = [text(tag, "Key") for tag in objects(instance, "Tags")]
    if any(tag.startswith(("kubernetes.io/cluster/", "eks:")) for tag in tags):
        yield snapshot.whole(name, "kubernetes-node", "yes")


def _assigned_public(instance: Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    """Which public addresses EC2 assigned at the last start. Before that start: not known.

    One that has stopped may have had one that nobody tells, and may get another at any time.
    """
    assigned = [a for one in objects(instance, "NetworkInterfaces") for a in _assigned(one)]
    launch = any_form(instance.get("LaunchTime"))
    has_stopped = text(instance, "State", "Name") in ("stopped", "stopping", "terminated")
    if assigned or has_stopped:
        yield snapshot.unknown(name, "auto-public")
    if assigned and launch is not None:
        yield snapshot.unknown(name, "auto-public", launch)
        yield from snapshot.since(name, "auto-public", launch, *assigned)
    if has_stopped:
        yield snapshot.unknown(name, "auto-public", snapshot.at + 1)  # whatever else tells none
    else:
        yield snapshot.whole(name, "auto-public", *assigned)


def _assigned(interface: Object) -> list[str]:
    """The public addresses that EC2 itself assigned to an interface."""
    of_ec2 = (one for one in _associations(interface) if text(one, "IpOwnerId") == "amazon")
    found = (canonical(text(one, "PublicIp")) for one in of_ec2)
    return [address for address in found if address is not None]


def _transition_time(instance: Object) -> object:
    """`User initiated (2026-01-02 10:00:00 GMT)` names the time of the last change of state."""
    reason = text(instance, "StateTransitionReason")
    return reason.partition("(")[2].partition(" GMT")[0] or None


def _without_interfaces(instance: Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    """An instance whose document lists no interface: its own members describe the primary one."""
    primary = f"{name}/primary"
    yield snapshot.whole(primary, "instance", name)
    yield snapshot.whole(primary, "vpc", snapshot.vpc(instance.get("VpcId")))
    yield snapshot.whole(primary, "subnet", text(instance, "SubnetId"))
    own = (text(instance, "PrivateIpAddress"), text(instance, "Ipv6Address"))
    yield snapshot.whole(primary, "address", *map(canonical, own))
    public = canonical(text(instance, "PublicIpAddress"))
    if public is not None:
        yield snapshot.whole(public, "holder", primary)


def interfaces(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Network interfaces: of instances, of NAT gateways, of anything."""
    found = objects(document, "NetworkInterfaces")
    instance_of = {
        text(one, "NetworkInterfaceId"): text(one, "Attachment", "InstanceId") for one in found
    }
    for interface in found:
        trunk = instance_of.get(_trunk(interface))
        yield from _interface(interface, snapshot, trunk or None, None)
        yield from _nat_gateway(interface, snapshot)
    assigned: dict[str, list[str]] = {instance: [] for instance in instance_of.values()}
    for interface in found:
        assigned[text(interface, "Attachment", "InstanceId")] += _assigned(interface)
    for instance, addresses_of in sorted(assigned.items()):
        yield snapshot.whole(instance, "auto-public", *addresses_of)
    yield snapshot.whole(snapshot.lists, "interfaces", *instance_of)


def _trunk(interface: Object) -> str:
    """The trunk of a branch interface, which bears no attachment of its own."""
    tags = objects(interface, "TagSet")
    return next((text(tag, "Value") for tag in tags if text(tag, "Key") == _TRUNK), "")


def _interface(
    interface: Object, snapshot: Snapshot, instance: str | None, launched: object
) -> Iterator[Fact]:
    name, attachment = text(interface, "NetworkInterfaceId"), interface.get("Attachment")
    if not name:
        return
    yield snapshot.whole(name, "account", text(interface, "OwnerId") or snapshot.account)
    yield snapshot.whole(name, "region", snapshot.region)
    yield snapshot.whole(name, "vpc", snapshot.vpc(interface.get("VpcId")))
    yield snapshot.whole(name, "subnet", text(interface, "SubnetId"))
    yield snapshot.whole(name, "type", text(interface, "InterfaceType"))
    if interface.get("SourceDestCheck") is False:  # what translates addresses cannot have it
        yield snapshot.whole(name, "forwards", "yes")
    yield from _addresses(interface, name, snapshot)
    attached = text(attachment, "InstanceId") or instance
    time = attachment.get("AttachTime") if isinstance(attachment, Mapping) else None
    yield from snapshot.since(name, "instance", time, attached)
    yield snapshot.whole(name, "instance", attached)
    yield snapshot.whole(text(attachment, "AttachmentId"), "is", name)
    for association in _associations(interface):
        yield from _association(association, name, snapshot, launched)


def _addresses(interface: Object, name: str, snapshot: Snapshot) -> Iterator[Fact]:
    private = [text(interface, "PrivateIpAddress")]
    private += [text(one, "PrivateIpAddress") for one in objects(interface, "PrivateIpAddresses")]
    private += [text(one, "Ipv6Address") for one in objects(interface, "Ipv6Addresses")]
    prefixes = [text(one, "Ipv4Prefix") for one in objects(interface, "Ipv4Prefixes")]
    prefixes += [text(one, "Ipv6Prefix") for one in objects(interface, "Ipv6Prefixes")]
    yield snapshot.whole(name, "address", *map(canonical, private))
    yield snapshot.whole(name, "prefix", *prefixes)


def _associations(interface: Object) -> list[object]:
    of_addresses = (one.get("Association") for one in objects(interface, "PrivateIpAddresses"))
    return [interface.get("Association"), *of_addresses]


def _association(
    association: object, holder: str, snapshot: Snapshot, launched: object
) -> Iterator[Fact]:
    named = text(association, "IpOwnerId")
    owner = named if is_account(named) else snapshot.account
    for kind in _PUBLIC:
        address = canonical(text(association, kind))
        if address is None:
            continue
        # "IpOwnerId: amazon": assigned by EC2 at launch, and another at the next start.
        if named == "amazon":
            yield from snapshot.since(address, "holder", launched, holder)
            yield from snapshot.since(address, "owner", launched, owner)
        yield snapshot.whole(address, "holder", holder)
        yield snapshot.whole(address, "owner", owner)
        yield from _aliases(association, kind, address, snapshot)


def _aliases(value: object, kind: str, address: str, snapshot: Snapshot) -> Iterator[Fact]:
    if kind == "PublicIp":
        for alias in ("AllocationId", "AssociationId"):
            yield snapshot.whole(text(value, alias), "is", address)


def _nat_gateway(interface: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """The interface of a NAT gateway names its gateway, and holds the gateway's addresses."""
    named = _OF_NAT_GATEWAY.match(text(interface, "Description"))
    if named is None or text(interface, "InterfaceType") != "nat_gateway":
        return
    name, own = named[1], objects(interface, "PrivateIpAddresses")
    yield snapshot.whole(name, "account", text(interface, "OwnerId") or snapshot.account)
    yield snapshot.whole(name, "vpc", snapshot.vpc(interface.get("VpcId")))
    yield snapshot.whole(name, "subnet", text(interface, "SubnetId"))
    private = (canonical(text(one, "PrivateIpAddress")) for one in own)
    yield snapshot.whole(name, "private", *private)
    found = (canonical(text(one, "PublicIp")) for one in _associations(interface))
    public = sorted({address for address in found if address is not None})
    yield snapshot.whole(name, "connectivity", "public" if public else "private")
    for address in public:
        yield snapshot.whole(address, "holder", name)


def addresses(document: Object, snapshot: Snapshot) -> Iterator[Fact]:
    """Elastic addresses: brought ones, carriers' and customers' own among them."""
    listed = []
    for address in objects(document, "Addresses"):
        for kind in _PUBLIC:
            public = canonical(text(address, kind))
            if public is None:
                continue
            listed.append(public)
            holder = text(address, "NetworkInterfaceId") or text(address, "InstanceId")
            yield snapshot.whole(public, "owner", snapshot.account)
            yield snapshot.whole(public, "holder", holder)
            yield from _aliases(address, kind, public, snapshot)
    yield snapshot.whole(snapshot.lists, "addresses", *listed)
