"""Facts from configuration items of AWS Config. This file alone knows their JSON.

An item tells one resource at the time of its capture, in the form of EC2's describe operations
with small first letters (`awslabs/aws-config-resource-schema` lists the members), so that the
readers of those do the work. It tells nothing of what else there is: only a snapshot lists.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct

from truant.connectors.ec2_describe import OPERATIONS
from truant.connectors.ec2_snapshot import Object, Snapshot, objects, text
from truant.model.event_time import any_form
from truant.model.fact import Fact, Mode
from truant.model.network import is_account

DELETED = frozenset({"ResourceDeleted", "ResourceDeletedNotRecorded"})
_TOLD = frozenset({"OK", "ResourceDiscovered", ""})
SOURCE = "AWS Config"
ROUTE_TABLE = "AWS::EC2::RouteTable"
# Attributes of which "none" is an answer. Of any other, a member that Config does not record (such
# as prefixes delegated to interfaces) would read as none.
_MAY_BE_NONE = frozenset(
    {"address", "auto-public", "blackhole", "holder", "instance", "interfaces", "private"}
    | {"profile", "route", "subnet", "vpc"}
)


class Kind(Struct, frozen=True):
    """A type of resource: the operation that describes it, and the list of it, if it has one.

    `shape` makes the operation's document of one resource; `collection` is the attribute of the
    account and region that lists all.
    """

    operation: str
    shape: Callable[[Object, "Item"], Object]
    collection: str | None = None


class Item(Struct, frozen=True):
    """The frame of a configuration item. `captured` in epoch seconds."""

    kind: str
    name: str
    account: str
    region: str
    captured: int
    status: str
    configuration: Object


def decode(document: object) -> Item | None:
    """A configuration item of a file, or as the API gives it; None for what is none of ours."""
    kind, name = text(document, "resourceType"), text(document, "resourceId")
    account = text(document, "awsAccountId") or text(document, "accountId")
    captured = any_form(_member(document, "configurationItemCaptureTime"))
    if kind not in KINDS or not name or captured is None or not is_account(account):
        return None
    told = _configuration(_member(document, "configuration"))
    status = text(document, "configurationItemStatus")
    return Item(kind, name, account, text(document, "awsRegion"), captured, status, told)


def _member(document: object, name: str) -> object:
    return document.get(name) if isinstance(document, Mapping) else None


def _configuration(value: object) -> Object:
    """An object; in answers of the API, a text of one."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    large = _large(value)
    return large if isinstance(large, Mapping) else {}


def _large(value: object, depth: int = 0) -> object:
    """Members with a large first letter, as EC2's own."""
    if depth > 12:  # no resource is so deep
        return None
    if isinstance(value, Mapping):
        return {
            str(name)[:1].upper() + str(name)[1:]: _large(one, depth + 1)
            for name, one in value.items()
        }
    return [_large(one, depth + 1) for one in value] if isinstance(value, list) else value


def facts_of(item: Item) -> Iterator[Fact]:
    """What one item tells of its resource; of a deleted one, that it has ended by then."""
    kind = KINDS[item.kind]
    snapshot = Snapshot(item.account, item.region, item.captured, f"{SOURCE}: {item.name}")
    if item.status in DELETED:
        yield from _deleted(item, snapshot)
    elif item.status in _TOLD and item.configuration:
        operation = OPERATIONS[kind.operation]
        document = {operation.member: [kind.shape(item.configuration, item)]}
        for fact in operation.tell(document, snapshot):
            is_told = fact.values or fact.mode is not Mode.IS or fact.attribute in _MAY_BE_NONE
            if fact.entity and fact.entity != snapshot.lists and is_told:
                yield fact


def left_tables(items: Iterable[Item]) -> Iterator[Fact]:
    """Subnets that a route table once had and later has no more: the subnet has no such item."""
    tables: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        if item.kind == ROUTE_TABLE and item.status in _TOLD:
            tables[item.name].append(item)
    for name, told in sorted(tables.items()):
        for before, after in pairwise(sorted(told, key=lambda item: item.captured)):
            source = f"{SOURCE}: {name}"
            for subnet in sorted(_subnets(before) - _subnets(after)):
                yield Fact(subnet, "route-table", after.captured, Mode.ENDS, (name,), source)


def _subnets(table: Item) -> set[str]:
    """The subnets of a table, and the VPC whose main table it is."""
    found = {text(one, "SubnetId") for one in objects(table.configuration, "Associations")}
    if any(one.get("Main") is True for one in objects(table.configuration, "Associations")):
        found.add(f"{table.region}/{text(table.configuration, 'VpcId')}")
    return found - {""}


def _deleted(item: Item, snapshot: Snapshot) -> Iterator[Fact]:
    if item.kind == "AWS::EC2::EIP":  # the address lives on, as somebody else's
        for attribute in ("holder", "owner"):
            yield Fact(item.name, attribute, item.captured, Mode.IS, (), snapshot.source)
    else:
        name = snapshot.vpc(item.name) if item.kind == "AWS::EC2::VPC" else item.name
        yield snapshot.ended(name or "", None)


def listed(items: Iterable[Item], at: int) -> Iterator[Fact]:
    """What a snapshot of a time lists: all resources of each type that occurs in it.

    A type that does not occur may not be recorded: of it nothing is said.
    """
    names: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for item in items:
        collection = KINDS[item.kind].collection
        if collection is not None and item.status in _TOLD:
            name = _listed_name(item)
            names[item.account, item.region, collection].add(name)
    for (account, region, collection), found in sorted(names.items()):
        snapshot = Snapshot(account, region, at, f"{SOURCE}: snapshot")
        yield snapshot.whole(snapshot.lists, collection, *found)


def _listed_name(item: Item) -> str:
    if item.kind == "AWS::EC2::VPC":
        return f"{item.region}/{item.name}"
    if item.kind == "AWS::EC2::EIP":
        return text(item.configuration, "PublicIp")
    return "listed" if item.kind == ROUTE_TABLE else item.name


def _word(value: object) -> str:
    """A state, which stands as a text, or in an object with it."""
    if isinstance(value, str):
        return value
    return text(value, "Name") or text(value, "Value") or text(value, "Code")


def _plain(configuration: Object, _item: Item) -> Object:
    return configuration


def _with_state(configuration: Object, _item: Item) -> Object:
    return {**configuration, "State": _word(configuration.get("State"))}


def _instance(configuration: Object, item: Item) -> Object:
    """An instance within its reservation."""
    state = {"Name": _word(configuration.get("State"))}
    return {"OwnerId": item.account, "Instances": [{**configuration, "State": state}]}


def _peering(configuration: Object, _item: Item) -> Object:
    return {**configuration, "Status": {"Code": _word(configuration.get("Status"))}}


def _transit_gateway(_configuration: Object, item: Item) -> Object:
    return {"TransitGatewayId": item.name, "OwnerId": item.account}


def _attachment(configuration: Object, item: Item) -> Object:
    """An attachment, in CloudFormation's form: always of a VPC, and by the VPC's owner."""
    return {
        "TransitGatewayAttachmentId": item.name,
        "TransitGatewayId": text(configuration, "TransitGatewayId"),
        "ResourceType": "vpc",
        "ResourceId": text(configuration, "VpcId"),
        "ResourceOwnerId": item.account,
        "State": "available",
    }


KINDS: dict[str, Kind] = {
    "AWS::EC2::Instance": Kind("describe-instances", _instance, "instances"),
    "AWS::EC2::NetworkInterface": Kind("describe-network-interfaces", _plain, "interfaces"),
    "AWS::EC2::EIP": Kind("describe-addresses", _plain, "addresses"),
    "AWS::EC2::NatGateway": Kind("describe-nat-gateways", _with_state, "nat-gateways"),
    "AWS::EC2::VPCEndpoint": Kind("describe-vpc-endpoints", _with_state, "endpoints"),
    "AWS::EC2::VPC": Kind("describe-vpcs", _plain, "vpcs"),
    "AWS::EC2::Subnet": Kind("describe-subnets", _plain),
    ROUTE_TABLE: Kind("describe-route-tables", _plain, "route-tables"),
    "AWS::EC2::InternetGateway": Kind("describe-internet-gateways", _plain),
    "AWS::EC2::VPCPeeringConnection": Kind(
        "describe-vpc-peering-connections", _peering, "peerings"
    ),
    "AWS::EC2::TransitGateway": Kind("describe-transit-gateways", _transit_gateway),
    "AWS::EC2::TransitGatewayAttachment": Kind(
        "describe-transit-gateway-attachments", _attachment, "attachments"
    ),
}
