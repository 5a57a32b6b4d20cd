"""What `aws ec2 describe-…` prints of NAT gateways, endpoints, addresses, transit gateways."""

from tests.stories.inventory import Net, Region
from tests.stories.ranges import Json, host


def address(region: Region, public: str, *, pool: str = "amazon") -> str:
    """An elastic address that is associated with nothing; answers its allocation id."""
    allocation = region.ids.resource("eipalloc")
    region.add(
        "Addresses",
        {
            "AllocationId": allocation,
            "Domain": "vpc",
            "PublicIp": public,
            "PublicIpv4Pool": pool,
            "NetworkBorderGroup": region.name,
            "Tags": [],
        },
    )
    return allocation


def associate(region: Region, allocation: str, eni: str, private: str, instance: str = "") -> str:
    """Write into the address what it is associated with; answers the association's id."""
    item = region.find("Addresses", "AllocationId", allocation)
    association = region.ids.resource("eipassoc")
    item |= {
        "AssociationId": association,
        "NetworkInterfaceId": eni,
        "NetworkInterfaceOwnerId": region.account,
        "PrivateIpAddress": private,
    }
    if instance:
        item["InstanceId"] = instance
    return association


def association(region: Region, public: str) -> Json:
    """What describe-network-interfaces prints of an elastic address."""
    listed = (one for one in region.items["Addresses"] if one["PublicIp"] == public)
    ids = next(({n: one[n] for n in ("AllocationId", "AssociationId")} for one in listed), {})
    return {**ids, "IpOwnerId": region.account, "PublicIp": public}


def nat(region: Region, subnet: Net, *publics: str, made: int = 0, number: int = 200) -> str:
    """A NAT gateway with one or more elastic addresses."""
    gateway, eni = region.ids.resource("nat"), region.ids.resource("eni")
    addresses: list[Json] = []
    for place, public in enumerate(publics):
        private = host(subnet.cidr, number + place)
        allocation = address(region, public)
        addresses.append(
            {
                "AllocationId": allocation,
                "NetworkInterfaceId": eni,
                "PrivateIp": private,
                "PublicIp": public,
                "AssociationId": associate(region, allocation, eni, private),
                "IsPrimary": place == 0,
                "Status": "succeeded",
            }
        )
    region.add(
        "NatGateways",
        {
            "CreateTime": region.at(made or region.made),
            "NatGatewayAddresses": addresses,
            "NatGatewayId": gateway,
            "State": "available",
            "SubnetId": subnet.id,
            "VpcId": subnet.vpc,
            "Tags": [{"Key": "Name", "Value": "nat-a"}],
            "ConnectivityType": "public",
        },
    )
    privates = [str(one["PrivateIp"]) for one in addresses]
    publicly = dict(zip(privates, publics, strict=True))
    description = f"Interface for NAT Gateway {gateway}"
    service_interface(region, subnet, eni, "nat_gateway", description, privates, publicly)
    return gateway


def regional_nat(region: Region, vpc: Net, *publics: str) -> str:
    """A regional NAT gateway: no subnet, no interface, addresses that AWS adds by itself."""
    gateway = region.ids.resource("nat")
    region.add(
        "NatGateways",
        {
            "CreateTime": region.at(region.made),
            "NatGatewayAddresses": [
                {
                    "AllocationId": region.ids.resource("eipalloc"),
                    "PublicIp": public,
                    "AssociationId": region.ids.resource("eipassoc"),
                    "Status": "succeeded",
                    "AvailabilityZone": f"{region.name}{zone}",
                    "AvailabilityZoneId": f"az{zone}",
                }
                for public, zone in zip(publics, "abcdef", strict=False)
            ],
            "NatGatewayId": gateway,
            "State": "available",
            "VpcId": vpc.id,
            "Tags": [],
            "ConnectivityType": "public",
            "AvailabilityMode": "regional",
            "AutoScalingIps": "enabled",
            "AutoProvisionZones": "enabled",
        },
    )
    return gateway


def endpoint(
    region: Region, vpc: Net, service: str, *subnets: Net, tables: tuple[str, ...] = ()
) -> str:
    """An interface endpoint in these subnets, or a gateway endpoint for these route tables."""
    made = region.ids.resource("vpce")
    enis = [region.ids.resource("eni") for _ in subnets]
    kind = "Gateway" if tables else "Interface"
    name = f"com.amazonaws.{region.name}.{service}"
    region.add(
        "VpcEndpoints",
        {
            "VpcEndpointId": made,
            "VpcEndpointType": kind,
            "VpcId": vpc.id,
            "ServiceName": name,
            "State": "available",
            "PolicyDocument": '{"Statement":[{"Action":"*","Effect":"Allow","Resource":"*"}]}',
            "RouteTableIds": list(tables),
            "SubnetIds": [subnet.id for subnet in subnets],
            "Groups": [{"GroupId": region.ids.resource("sg"), "GroupName": "endpoints"}]
            * (not tables),
            "IpAddressType": "ipv4",
            "DnsOptions": {"DnsRecordIpType": "ipv4"},
            "PrivateDnsEnabled": not tables,
            "RequesterManaged": False,
            "NetworkInterfaceIds": enis,
            "DnsEntries": [{"DnsName": f"{made}.{service}.{region.name}.vpce.amazonaws.com"}]
            * (not tables),
            "CreationTimestamp": region.at(region.made),
            "Tags": [],
            "OwnerId": region.account,
        },
    )
    for eni, subnet in zip(enis, subnets, strict=True):
        private = host(subnet.cidr, 100 if subnet.cidr.endswith("/25") else 220)
        description = f"VPC Endpoint Interface {made}"
        service_interface(region, subnet, eni, "vpc_endpoint", description, [private], {})
    return made


def service_interface(
    region: Region,
    subnet: Net,
    eni: str,
    kind: str,
    description: str,
    privates: list[str],
    publics: dict[str, str],
) -> None:
    """An interface that AWS manages, with its private addresses and their public ones."""
    listed: list[Json] = []
    for place, private in enumerate(privates):
        one: Json = {"Primary": place == 0, "PrivateIpAddress": private}
        if private in publics:
            one["Association"] = association(region, publics[private])
        listed.append(one)
    region.add(
        "NetworkInterfaces",
        {
            **({"Association": listed[0]["Association"]} if "Association" in listed[0] else {}),
            "Attachment": {
                "AttachmentId": region.ids.resource("ela-attach"),
                "DeleteOnTermination": False,
                "DeviceIndex": 1,
                "InstanceOwnerId": "amazon-aws",
                "Status": "attached",
            },
            "AvailabilityZone": f"{region.name}a",
            "Description": description,
            "Groups": [],
            "InterfaceType": kind,
            "Ipv6Addresses": [],
            "MacAddress": "0a:58:9d:11:22:33",
            "NetworkInterfaceId": eni,
            "OwnerId": region.account,
            "PrivateIpAddress": privates[0],
            "PrivateIpAddresses": listed,
            "RequesterId": "727180483921",
            "RequesterManaged": True,
            "SourceDestCheck": False,
            "Status": "in-use",
            "SubnetId": subnet.id,
            "TagSet": [],
            "VpcId": subnet.vpc,
        },
    )


def peering(asking: Region, one: Net, answering: Region, other: Net) -> str:
    """A peering connection, which both accounts see."""
    made = asking.ids.resource("pcx")
    sides: list[Json] = [
        {
            "CidrBlock": net.cidr,
            "CidrBlockSet": [{"CidrBlock": net.cidr}],
            "OwnerId": net.owner,
            "PeeringOptions": {"AllowDnsResolutionFromRemoteVpc": True},
            "VpcId": net.id,
            "Region": region.name,
        }
        for region, net in ((asking, one), (answering, other))
    ]
    item: Json = {
        "AccepterVpcInfo": sides[1],
        "RequesterVpcInfo": sides[0],
        "Status": {"Code": "active", "Message": "Active"},
        "Tags": [],
        "VpcPeeringConnectionId": made,
    }
    asking.add("VpcPeeringConnections", item)
    if answering is not asking:
        answering.add("VpcPeeringConnections", dict(item))
    return made


def transit_gateway(owner: Region, *seen_by: Region) -> str:
    """A transit gateway, shared with other accounts through RAM."""
    made = owner.ids.resource("tgw")
    arn = f"arn:aws:ec2:{owner.name}:{owner.account}:transit-gateway/{made}"
    for region in (owner, *seen_by):
        region.add(
            "TransitGateways",
            {
                "TransitGatewayId": made,
                "TransitGatewayArn": arn,
                "State": "available",
                "OwnerId": owner.account,
                "Description": "core",
                "CreationTime": owner.at(owner.made),
                "Options": {
                    "AmazonSideAsn": 64512,
                    "AutoAcceptSharedAttachments": "enable",
                    "DefaultRouteTableAssociation": "enable",
                    "DefaultRouteTablePropagation": "enable",
                    "DnsSupport": "enable",
                },
                "Tags": [],
            },
        )
    return made


def attach(owner: Region, gateway: str, region: Region, resource: str, kind: str = "vpc") -> None:
    """An attachment: the gateway's owner sees all of them, others only their own."""
    item: Json = {
        "TransitGatewayAttachmentId": owner.ids.resource("tgw-attach"),
        "TransitGatewayId": gateway,
        "TransitGatewayOwnerId": owner.account,
        "ResourceOwnerId": region.account,
        "ResourceType": kind,
        "ResourceId": resource,
        "State": "available",
        "Association": {
            "TransitGatewayRouteTableId": owner.ids.resource("tgw-rtb"),
            "State": "associated",
        },
        "CreationTime": owner.at(owner.made),
        "Tags": [],
    }
    owner.add("TransitGatewayAttachments", item)
    if region is not owner:
        region.add("TransitGatewayAttachments", dict(item))
