"""Facts of the network that the trail itself tells: EC2's writes, each with its event id as source.

One row in CHANGES for each API, in EC2's own names. Shapes of requests and answers as CloudTrail
records them; a member that is not there gives no fact.
"""

from collections.abc import Callable, Iterator

from truant.detection import instance_changes as instances
from truant.detection import vpc_changes as vpcs
from truant.detection.ec2_change import Change
from truant.model.api_call import ApiCall, blob
from truant.model.fact import Fact


def network_changes(call: ApiCall, time: int) -> Iterator[Fact]:
    """The facts that one call tells, if it is a successful EC2 write of a kind in CHANGES."""
    tell = CHANGES.get(call.event_name or "")
    account = call.recipient_account_id
    if tell is None or call.error_code or call.event_source != "ec2.amazonaws.com" or not account:
        return
    change = Change(
        blob(call.request_parameters),
        blob(call.response_elements),
        time,
        account,
        call.aws_region or "",
        call.event_id or "",
    )
    yield from tell(change)


CHANGES: dict[str, Callable[[Change], Iterator[Fact]]] = {
    "RunInstances": instances.run_instances,
    "TerminateInstances": instances.end_instances,
    "StopInstances": instances.stop_instances,
    "StartInstances": instances.start_instances,
    "AllocateAddress": instances.allocate_address,
    "ReleaseAddress": instances.release_address,
    "AssociateAddress": instances.associate_address,
    "DisassociateAddress": instances.disassociate_address,
    "AcceptAddressTransfer": instances.accept_transfer,
    "CreateNatGateway": vpcs.create_nat_gateway,
    "DeleteNatGateway": vpcs.gone("natGatewayId"),
    "AssociateNatGatewayAddress": vpcs.associate_nat_address,
    "AssignPrivateNatGatewayAddress": vpcs.associate_nat_address,
    "DisassociateNatGatewayAddress": vpcs.disassociate_nat_address,
    "UnassignPrivateNatGatewayAddress": vpcs.disassociate_nat_address,
    "CreateVpcEndpoint": vpcs.create_vpc_endpoint,
    "DeleteVpcEndpoints": vpcs.delete_vpc_endpoints,
    "CreateVpc": vpcs.create_vpc,
    "CreateDefaultVpc": vpcs.create_vpc,
    "AssociateVpcCidrBlock": vpcs.create_vpc,
    "DisassociateVpcCidrBlock": vpcs.disassociate_vpc_block,
    "CreateSubnet": vpcs.create_subnet,
    "CreateDefaultSubnet": vpcs.create_subnet,
    "CreateNetworkInterface": instances.create_interface,
    "DeleteNetworkInterface": vpcs.gone("networkInterfaceId"),
    "AttachNetworkInterface": instances.attach_interface,
    "DetachNetworkInterface": instances.detach_interface,
    "AssignPrivateIpAddresses": instances.assign_addresses,
    "AssignIpv6Addresses": instances.assign_addresses,
    "UnassignPrivateIpAddresses": instances.unassign_addresses,
    "UnassignIpv6Addresses": instances.unassign_addresses,
    "CreateRouteTable": vpcs.create_route_table,
    "CreateRoute": vpcs.create_route,
    "ReplaceRoute": vpcs.replace_route,
    "DeleteRoute": vpcs.delete_route,
    "AssociateRouteTable": vpcs.associate_route_table,
    "ReplaceRouteTableAssociation": vpcs.replace_route_table,
    "DisassociateRouteTable": vpcs.disassociate_route_table,
    "CreateVpcPeeringConnection": vpcs.create_peering,
    "AcceptVpcPeeringConnection": vpcs.create_peering,
    "DeleteVpcPeeringConnection": vpcs.gone("vpcPeeringConnectionId"),
    "CreateTransitGatewayVpcAttachment": vpcs.attach_transit_gateway,
    "AcceptTransitGatewayVpcAttachment": vpcs.attach_transit_gateway,
    "RejectVpcPeeringConnection": vpcs.gone("vpcPeeringConnectionId"),
    "DeleteTransitGatewayVpcAttachment": vpcs.gone("transitGatewayAttachmentId"),
}
