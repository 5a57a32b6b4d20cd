"""Facts from what EC2's describe operations print. These files alone know their JSON.

One row in OPERATIONS for each file of an inventory folder. Shapes as in the EC2 API Reference;
a member that is missing gives no fact, and a document of another shape gives none at all.
"""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from truant.connectors import ec2_describe_instances as instances
from truant.connectors import ec2_describe_network as network
from truant.connectors.ec2_snapshot import Object, Snapshot
from truant.model.fact import Fact


class Operation(Struct, frozen=True):
    """One operation: the member under which its output lists things, and what these tell."""

    member: str
    tell: Callable[[Object, Snapshot], Iterator[Fact]]


OPERATIONS: dict[str, Operation] = {
    "describe-instances": Operation("Reservations", instances.instances),
    "describe-network-interfaces": Operation("NetworkInterfaces", instances.interfaces),
    "describe-addresses": Operation("Addresses", instances.addresses),
    "describe-nat-gateways": Operation("NatGateways", network.nat_gateways),
    "describe-vpc-endpoints": Operation("VpcEndpoints", network.endpoints),
    "describe-vpcs": Operation("Vpcs", network.vpcs),
    "describe-subnets": Operation("Subnets", network.subnets),
    "describe-route-tables": Operation("RouteTables", network.route_tables),
    "describe-internet-gateways": Operation("InternetGateways", network.internet_gateways),
    "describe-vpc-peering-connections": Operation("VpcPeeringConnections", network.peerings),
    "describe-transit-gateways": Operation("TransitGateways", network.transit_gateways),
    "describe-transit-gateway-attachments": Operation(
        "TransitGatewayAttachments", network.attachments
    ),
    "list-accounts": Operation("Accounts", network.accounts),
}


def lists(operation: str, document: object) -> bool:
    """Whether a document is an output of an operation: an object with its list."""
    member = OPERATIONS[operation].member
    return isinstance(document, Mapping) and isinstance(document.get(member), list)


def described(operation: str, document: object, snapshot: Snapshot) -> Iterator[Fact]:
    """The facts of one operation's output, for example of `describe-instances`.

    A list that is only the first page (it has a `NextToken`) does not say what there is not.
    Raises KeyError for an operation that is not in OPERATIONS.
    """
    if not isinstance(document, Mapping) or not lists(operation, document):
        return
    for fact in OPERATIONS[operation].tell(document, snapshot):
        if fact.entity and not (is_cut(document) and fact.entity == snapshot.lists):
            yield fact


def is_cut(document: Object) -> bool:
    """Whether an output is but one page of several: it names the next (`--max-items`)."""
    return bool(document.get("NextToken"))
