"""What the describe commands of gateways, endpoints, VPCs, subnets and routes print."""

from datetime import datetime

from truant.simulator.actions import Json
from truant.simulator.describe_instances import moment
from truant.simulator.network import (
    Account,
    Attachment,
    Endpoint,
    NatGateway,
    Network,
    PublicHolding,
    Route,
    RouteTable,
    Subnet,
    Vpc,
)

# The route's field for each kind of target.
TARGET_FIELD = {
    "igw": "GatewayId",
    "vgw": "GatewayId",
    "vpce": "GatewayId",
    "local": "GatewayId",
    "nat": "NatGatewayId",
    "tgw": "TransitGatewayId",
    "pcx": "VpcPeeringConnectionId",
    "eni": "NetworkInterfaceId",
    "eigw": "EgressOnlyInternetGatewayId",
    "cagw": "CarrierGatewayId",
    "lgw": "LocalGatewayId",
}


def nat_gateways(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All NAT gateways of an account and region."""
    return [
        _nat(one, time)
        for one in network.nats
        if one.account is account and one.vpc.region == region and one.span.covers(time)
    ]


def _nat(one: NatGateway, time: datetime) -> Json:
    held = [address for address in one.addresses if address.span.covers(time)]
    found: Json = {
        "CreateTime": moment(one.span.start),
        "NatGatewayAddresses": [
            _nat_address(one, address, primary=index == 0) for index, address in enumerate(held)
        ],
        "NatGatewayId": one.id,
        "State": "available",
        "VpcId": one.vpc.id,
        "Tags": [],
        "ConnectivityType": "public",
        "AvailabilityMode": "regional" if one.regional else "zonal",
    }
    if one.subnet is not None:
        found["SubnetId"] = one.subnet.id
    if one.regional:
        found |= {"AutoScalingIps": "enabled", "AutoProvisionZones": "enabled"}
    return found


def _nat_address(one: NatGateway, address: PublicHolding, *, primary: bool) -> Json:
    found: Json = {
        "AllocationId": address.elastic.allocation if address.elastic else None,
        "AssociationId": address.association,
        "PublicIp": address.public,
        "IsPrimary": primary,
        "Status": "succeeded",
    }
    if one.interface is not None:
        found |= {"NetworkInterfaceId": one.interface.id, "PrivateIp": address.private}
    return {key: value for key, value in found.items() if value is not None}


def endpoints(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All VPC endpoints of an account and region."""
    return [
        _endpoint(one)
        for one in network.endpoints
        if one.account is account and one.vpc.region == region and one.span.covers(time)
    ]


def _endpoint(one: Endpoint) -> Json:
    interface = one.kind == "Interface"
    return {
        "VpcEndpointId": one.id,
        "VpcEndpointType": one.kind,
        "VpcId": one.vpc.id,
        "ServiceName": f"com.amazonaws.{one.region}.{one.service}",
        "State": "available",
        "RouteTableIds": [table.id for table in one.tables],
        "SubnetIds": [subnet.id for subnet in one.subnets],
        "Groups": [],
        "PrivateDnsEnabled": interface,
        "RequesterManaged": False,
        "NetworkInterfaceIds": [held.id for held in one.interfaces],
        "DnsEntries": [],
        "CreationTimestamp": f"{one.span.start:%Y-%m-%dT%H:%M:%S.%fZ}",
        "Tags": [],
        "OwnerId": one.account.id,
    }


def _seen_vpcs(network: Network, account: Account, region: str) -> list[Vpc]:
    """The VPCs an account owns, and those whose subnets are shared with it and used by it."""
    used = {id(i.subnet.vpc) for i in network.interfaces if i.account is account}
    return [
        one
        for one in network.vpcs
        if one.region == region and (one.account is account or id(one) in used)
    ]


def vpcs(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All VPCs that an account sees in a region."""
    return [_vpc(one) for one in _seen_vpcs(network, account, region) if one.created <= time]


def _vpc(one: Vpc) -> Json:
    found: Json = {
        "CidrBlock": one.cidrs[0],
        "DhcpOptionsId": "dopt-" + one.id[4:],
        "State": "available",
        "VpcId": one.id,
        "OwnerId": one.account.id,
        "InstanceTenancy": "default",
        "CidrBlockAssociationSet": [
            {
                "AssociationId": f"vpc-cidr-assoc-{one.id[4:-1]}{index:x}",
                "CidrBlock": block,
                "CidrBlockState": {"State": "associated"},
            }
            for index, block in enumerate(one.cidrs)
        ],
        "IsDefault": one.is_default,
        "Tags": [],
    }
    if one.ipv6:
        found["Ipv6CidrBlockAssociationSet"] = [_ipv6(one.ipv6, one.id, "Amazon")]
    return found


def _ipv6(block: str, name: str, pool: str | None = None) -> Json:
    found: Json = {
        "AssociationId": f"vpc-cidr-assoc-{name[-17:-1]}f",
        "Ipv6CidrBlock": block,
        "Ipv6CidrBlockState": {"State": "associated"},
    }
    return found | ({"Ipv6Pool": pool} if pool else {})


def subnets(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All subnets that an account sees in a region: its own, and shared ones that it uses."""
    used = {id(i.subnet) for i in network.interfaces if i.account is account}
    return [
        _subnet(one)
        for one in network.subnets
        if one.vpc.region == region
        and one.vpc.created <= time
        and (one.vpc.account is account or id(one) in used)
    ]


def _subnet(one: Subnet) -> Json:
    found: Json = {
        "AvailabilityZone": one.zone,
        "AvailableIpAddressCount": 200,
        "CidrBlock": one.cidr,
        "DefaultForAz": False,
        "MapPublicIpOnLaunch": one.maps_public,
        "State": "available",
        "SubnetId": one.id,
        "VpcId": one.vpc.id,
        "OwnerId": one.vpc.account.id,
        "AssignIpv6AddressOnCreation": one.ipv6 is not None,
        "Ipv6CidrBlockAssociationSet": [_ipv6(one.ipv6, one.id)] if one.ipv6 else [],
        "SubnetArn": f"arn:aws:ec2:{one.vpc.region}:{one.vpc.account.id}:subnet/{one.id}",
        "Tags": [],
    }
    return found | ({"OutpostArn": one.outpost} if one.outpost else {})


def route_tables(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All route tables that an account sees in a region."""
    used = {id(i.subnet.table) for i in network.interfaces if i.account is account}
    return [
        _table(network, one)
        for one in network.tables
        if one.vpc.region == region
        and one.vpc.created <= time
        and (one.vpc.account is account or id(one) in used)
    ]


def _table(network: Network, one: RouteTable) -> Json:
    associations: list[Json] = [
        _association(one, subnet, main=False)
        for subnet in network.subnets
        if subnet.table is one and not one.main
    ]
    if one.main:
        associations = [_association(one, None, main=True)]
    gateways = [
        {"GatewayId": g.id}
        for g in network.gateways
        if g.vpc is one.vpc and g.id.startswith("vgw-")
    ]
    return {
        "Associations": associations,
        "PropagatingVgws": gateways,
        "RouteTableId": one.id,
        "Routes": [_route(route) for route in one.routes],
        "Tags": [],
        "VpcId": one.vpc.id,
        "OwnerId": one.vpc.account.id,
    }


def _association(one: RouteTable, subnet: Subnet | None, *, main: bool) -> Json:
    found: Json = {
        "Main": main,
        "RouteTableAssociationId": "rtbassoc-" + (subnet.id[7:] if subnet else one.id[4:]),
        "RouteTableId": one.id,
    }
    if subnet is not None:
        found["SubnetId"] = subnet.id
    return found | {"AssociationState": {"State": "associated"}}


def _route(route: Route) -> Json:
    destination = "DestinationCidrBlock"
    if route.destination.startswith("pl-"):
        destination = "DestinationPrefixListId"
    elif ":" in route.destination:
        destination = "DestinationIpv6CidrBlock"
    field = TARGET_FIELD[route.target.split("-")[0]]
    return {
        destination: route.destination,
        field: route.target,
        "Origin": route.origin,
        "State": "active",
    }


def internet_gateways(
    network: Network, account: Account, region: str, time: datetime
) -> list[Json]:
    """All internet gateways of an account and region."""
    return [
        {
            "Attachments": [{"State": "available", "VpcId": one.vpc.id}],
            "InternetGatewayId": one.id,
            "OwnerId": account.id,
            "Tags": [],
        }
        for one in network.gateways
        if one.id.startswith("igw-")
        and one.account is account
        and one.vpc.region == region
        and one.created <= time
    ]


def peerings(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All peering connections in which an account has a side in the region."""
    return [
        {
            "AccepterVpcInfo": _side(one.accepter),
            "RequesterVpcInfo": _side(one.requester),
            "Status": {"Code": "active", "Message": "Active"},
            "Tags": [],
            "VpcPeeringConnectionId": one.id,
        }
        for one in network.peerings
        if one.created <= time
        and any(
            side.account is account and side.region == region
            for side in (one.requester, one.accepter)
        )
    ]


def _side(one: Vpc) -> Json:
    return {
        "CidrBlock": one.cidrs[0],
        "CidrBlockSet": [{"CidrBlock": block} for block in one.cidrs],
        "OwnerId": one.account.id,
        "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": True},
        "VpcId": one.id,
        "Region": one.region,
    }


def transit_gateways(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """The transit gateways that an account owns, and those shared with it that it uses."""
    return [
        {
            "TransitGatewayId": one.id,
            "TransitGatewayArn": f"arn:aws:ec2:{region}:{one.account.id}:transit-gateway/{one.id}",
            "State": "available",
            "OwnerId": one.account.id,
            "Description": "",
            "CreationTime": moment(one.created),
            "Options": {"AmazonSideAsn": 64512, "DefaultRouteTableAssociation": "enable"},
            "Tags": [],
        }
        for one in network.transits
        if one.region == region
        and one.created <= time
        and (one.account is account or any(a.account is account for a in one.attachments))
    ]


def attachments(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """The attachments of an account's transit gateways, and its own to others' gateways."""
    return [
        _attachment(one)
        for transit in network.transits
        for one in transit.attachments
        if transit.region == region
        and one.created <= time
        and account in (transit.account, one.account)
    ]


def _attachment(one: Attachment) -> Json:
    return {
        "TransitGatewayAttachmentId": one.id,
        "TransitGatewayId": one.gateway.id,
        "TransitGatewayOwnerId": one.gateway.account.id,
        "ResourceOwnerId": one.account.id,
        "ResourceType": one.kind,
        "ResourceId": one.resource,
        "State": "available",
        "Association": {"State": "associated"},
        "CreationTime": moment(one.created),
        "Tags": [],
    }
