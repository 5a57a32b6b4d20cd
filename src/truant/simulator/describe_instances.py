"""What describe-instances, describe-network-interfaces and describe-addresses print."""

from datetime import datetime, timedelta

from truant.simulator.actions import Json
from truant.simulator.network import (
    Account,
    ElasticAddress,
    Instance,
    Interface,
    Network,
    PrivateHolding,
    PublicHolding,
)

# A terminated instance stays in sight for about an hour.
SHOWN_AFTER_END = timedelta(hours=1)


def moment(time: datetime) -> str:
    """A time as the AWS CLI prints it."""
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def tag_list(tags: dict[str, str]) -> list[Json]:
    """Tags as lists of keys and values."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def reservations(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """One reservation for each instance of an account and region."""
    return [
        {
            "ReservationId": "r" + one.id[1:],
            "OwnerId": account.id,
            "Groups": [],
            "Instances": [_instance(one, time)],
        }
        for one in network.instances
        if one.account is account and one.region == region and _shown(one, time)
    ]


def _shown(one: Instance, time: datetime) -> bool:
    return one.launched <= time and (one.ended is None or time < one.ended + SHOWN_AFTER_END)


def _instance(one: Instance, time: datetime) -> Json:
    run = max((r for r in one.runs if r.start <= time), key=lambda r: r.start)
    ended = one.ended is not None and one.ended <= time
    state = "running" if one.runs_at(time) else "terminated" if ended else "stopped"
    found: Json = {
        "AmiLaunchIndex": 0,
        "ImageId": one.image,
        "InstanceId": one.id,
        "InstanceType": one.instance_type,
        "LaunchTime": moment(run.start),
        "Monitoring": {"State": "disabled"},
        "Placement": {
            "AvailabilityZone": one.interface.subnet.zone,
            "GroupName": "",
            "Tenancy": "default",
        },
        "State": {"Code": {"running": 16, "terminated": 48, "stopped": 80}[state], "Name": state},
        "StateTransitionReason": "",
        "Architecture": "x86_64",
        "MetadataOptions": {
            "State": "applied",
            "HttpTokens": "required" if one.tokens_required else "optional",
            "HttpPutResponseHopLimit": 1,
            "HttpEndpoint": "enabled",
        },
        "Tags": tag_list(one.tags),
        "NetworkInterfaces": [],
    }
    if one.role is not None and state != "terminated":
        found["IamInstanceProfile"] = {"Arn": one.role.profile_arn, "Id": one.role.profile_id}
    if one.outpost:
        found["OutpostArn"] = one.outpost
    if state != "terminated":
        found |= _placed(one, time)
    return found


def _placed(one: Instance, time: datetime) -> Json:
    held = [i for i in one.interfaces if i.span.covers(time)]
    first = held[0]
    private = first.private_at(time)
    found: Json = {
        "SubnetId": first.subnet.id,
        "VpcId": first.subnet.vpc.id,
        "PrivateIpAddress": private,
        "PrivateDnsName": _dns(private, one.region),
        "PublicDnsName": "",
        "SourceDestCheck": True,
        "NetworkInterfaces": [_attached(i, time) for i in held],
    }
    holding = first.public_at(time)
    if holding is not None and (holding.elastic is None or holding.elastic.shown_as == "PublicIp"):
        found["PublicIpAddress"] = holding.public
        found["PublicDnsName"] = f"ec2-{holding.public.replace('.', '-')}.compute.amazonaws.com"
    if first.ipv6:
        found["Ipv6Address"] = first.ipv6[0]
    return found


def _attached(one: Interface, time: datetime) -> Json:
    found = _addressed(one, time, ids=False)
    found |= {
        "Attachment": _attachment(one),
        "Description": one.description,
        "Groups": [],
        "InterfaceType": one.kind,
        "NetworkInterfaceId": one.id,
        "OwnerId": one.account.id,
        "SourceDestCheck": True,
        "Status": "in-use",
        "SubnetId": one.subnet.id,
        "VpcId": one.subnet.vpc.id,
    }
    return found


def _addressed(one: Interface, time: datetime, *, ids: bool) -> Json:
    """All addresses of an interface at a time; only the interface's own printout has their ids."""
    private = one.private_at(time)
    found: Json = {
        "PrivateIpAddress": private,
        "PrivateDnsName": _dns(private, one.subnet.vpc.region),
        "PrivateIpAddresses": [
            _private(one, held, time, ids=ids) for held in one.privates if held.span.covers(time)
        ],
        "Ipv6Addresses": [{"Ipv6Address": a, "IsPrimaryIpv6": False} for a in one.ipv6],
    }
    if one.prefixes:
        found["Ipv4Prefixes"] = [{"Ipv4Prefix": prefix} for prefix in one.prefixes]
    holding = one.public_at(time)
    if holding is not None:
        found["Association"] = _association(holding, ids=ids)
    return found


def _private(one: Interface, held: PrivateHolding, time: datetime, *, ids: bool) -> Json:
    found: Json = {
        "Primary": held.primary,
        "PrivateDnsName": _dns(held.address, one.subnet.vpc.region),
        "PrivateIpAddress": held.address,
    }
    for holding in one.publics:
        if holding.private == held.address and holding.span.covers(time):
            found["Association"] = _association(holding, ids=ids)
    return found


def _association(holding: PublicHolding, *, ids: bool) -> Json:
    elastic = holding.elastic
    if elastic is None:
        return {"IpOwnerId": "amazon", "PublicDnsName": "", "PublicIp": holding.public}
    found: Json = {"IpOwnerId": elastic.account.id, "PublicDnsName": ""}
    found[elastic.shown_as] = holding.public
    if ids:
        found |= {"AllocationId": elastic.allocation, "AssociationId": holding.association}
    return found


def _attachment(one: Interface) -> Json:
    return {
        "AttachTime": moment(one.attached or one.span.start),
        "AttachmentId": one.attachment,
        "DeleteOnTermination": one.device_index == 0,
        "DeviceIndex": one.device_index,
        "NetworkCardIndex": 0,
        "Status": "attached",
    }


def _dns(private: str, region: str) -> str:
    suffix = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    return f"ip-{private.replace('.', '-')}.{suffix}"


def interfaces(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All interfaces of an account and region, those of NAT gateways and endpoints included."""
    return [
        _interface(one, time)
        for one in network.interfaces
        if one.account is account and one.subnet.vpc.region == region and one.span.covers(time)
    ]


def _interface(one: Interface, time: datetime) -> Json:
    found = _addressed(one, time, ids=True)
    found |= {
        "AvailabilityZone": one.subnet.zone,
        "Description": one.description,
        "Groups": [],
        "InterfaceType": one.kind,
        "NetworkInterfaceId": one.id,
        "OwnerId": one.account.id,
        "RequesterManaged": one.requester is not None or one.kind != "interface",
        "SourceDestCheck": one.kind != "nat_gateway",
        "Status": "in-use" if one.instance_id or one.kind != "interface" else "available",
        "SubnetId": one.subnet.id,
        "TagSet": [],
        "VpcId": one.subnet.vpc.id,
    }
    if one.requester:
        found["RequesterId"] = one.requester
    if one.instance_id:
        found["Attachment"] = _attachment(one) | {
            "InstanceId": one.instance_id,
            "InstanceOwnerId": one.account.id,
        }
    return found


def addresses(network: Network, account: Account, region: str, time: datetime) -> list[Json]:
    """All elastic addresses of an account and region."""
    return [
        _address(network, one, time)
        for one in network.addresses
        if one.account is account and one.region == region and one.span.covers(time)
    ]


def _address(network: Network, one: ElasticAddress, time: datetime) -> Json:
    found: Json = {
        "AllocationId": one.allocation,
        "Domain": "vpc",
        "NetworkBorderGroup": one.border_group or one.region,
        "PublicIpv4Pool": one.pool,
        "Tags": [],
    }
    found[one.shown_as] = one.public
    if one.shown_as == "CustomerOwnedIp":
        found["CustomerOwnedIpv4Pool"] = found.pop("PublicIpv4Pool")
    if one.service_managed:
        found["ServiceManaged"] = one.service_managed
    for interface in network.interfaces:
        for holding in interface.publics:
            if holding.elastic is one and holding.span.covers(time):
                found |= _association_of(interface, holding)
    return found


def _association_of(interface: Interface, holding: PublicHolding) -> Json:
    found: Json = {
        "AssociationId": holding.association,
        "NetworkInterfaceId": interface.id,
        "NetworkInterfaceOwnerId": interface.account.id,
        "PrivateIpAddress": holding.private,
    }
    if interface.instance_id:
        found["InstanceId"] = interface.instance_id
    return found
