"""What `aws ec2 describe-instances` and `describe-network-interfaces` print of instances."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.stories.gateways import address, associate, association
from tests.stories.identity import Key, RoleSession
from tests.stories.inventory import Net, Region
from tests.stories.ranges import Json


@dataclass(frozen=True)
class Interface:
    """What an interface has: addresses, and what is delegated to it."""

    private: str
    public: str = ""
    secondary: tuple[str, ...] = ()
    v6: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    elastic: bool = False
    pool: str = "amazon"
    carrier: str = ""


@dataclass
class Machine:
    """An instance of a story: where it is, what speaks for it, what software it runs."""

    region: Region
    subnet: Net
    session: RoleSession
    interface: Interface
    eni: str
    allocation: str = ""
    agents: list[str] = field(default_factory=list)
    keys: list[Key] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The instance id, which names its session."""
        return self.session.name


def instance(
    region: Region,
    subnet: Net,
    interface: Interface,
    session: RoleSession,
    launched: int,
    state: str = "running",
) -> Machine:
    """An instance with its first interface."""
    eni, allocation = region.ids.resource("eni"), ""
    owner = "amazon"
    if interface.elastic:
        allocation = address(region, interface.public, pool=interface.pool)
        associate(region, allocation, eni, interface.private, session.name)
        owner = region.account
    described = _interface(region, subnet, interface, eni, owner, launched, 0)
    region.add("NetworkInterfaces", _seen_alone(region, described, session.name, interface))
    item = _instance(region, subnet, interface, session, launched, state)
    item["NetworkInterfaces"] = [described] if state != "terminated" else []
    region.add(
        "Reservations",
        {
            "ReservationId": region.ids.resource("r"),
            "OwnerId": region.account,
            "Groups": [],
            "Instances": [item],
        },
    )
    return Machine(region, subnet, session, interface, eni, allocation)


def attach_interface(machine: Machine, subnet: Net, interface: Interface, when: int) -> str:
    """Another interface of an instance; answers its id."""
    region, eni = machine.region, machine.region.ids.resource("eni")
    owner = "amazon"
    if interface.elastic:
        allocation = address(region, interface.public, pool=interface.pool)
        associate(region, allocation, eni, interface.private, machine.id)
        owner = region.account
    shown = described(machine)["NetworkInterfaces"]
    assert isinstance(shown, list)
    made = _interface(region, subnet, interface, eni, owner, when, len(shown))
    shown.append(made)
    region.add("NetworkInterfaces", _seen_alone(region, made, machine.id, interface))
    return eni


def described(machine: Machine) -> Json:
    """The instance inside its reservation, to change by hand."""
    for reservation in machine.region.items["Reservations"]:
        instances = reservation["Instances"]
        assert isinstance(instances, list)
        for one in instances:
            if one["InstanceId"] == machine.id:
                assert isinstance(one, dict)
                return one
    raise KeyError(machine.id)


def tag(machine: Machine, tags: Mapping[str, str]) -> None:
    """Give the instance tags."""
    listed = described(machine)["Tags"]
    assert isinstance(listed, list)
    listed += [{"Key": key, "Value": value} for key, value in tags.items()]


def forward(machine: Machine) -> None:
    """Let it forward for others, as a NAT instance must: no check of source and destination."""
    item = described(machine)
    shown = item["NetworkInterfaces"]
    assert isinstance(shown, list)
    alone = machine.region.find("NetworkInterfaces", "NetworkInterfaceId", machine.eni)
    for one in (item, alone, *shown):
        one["SourceDestCheck"] = False


def set_kind(machine: Machine, eni: str, kind: str) -> None:
    """Make one of its interfaces one of another kind, such as the trunk of branch interfaces."""
    shown = described(machine)["NetworkInterfaces"]
    assert isinstance(shown, list)
    alone = machine.region.find("NetworkInterfaces", "NetworkInterfaceId", eni)
    for one in (alone, *(one for one in shown if one["NetworkInterfaceId"] == eni)):
        one["InterfaceType"] = kind


def free_interface(region: Region, subnet: Net, private: str, kind: str, description: str) -> str:
    """An interface that stands in no instance's list, such as a branch interface of a pod."""
    eni = region.ids.resource("eni")
    bare = _interface(region, subnet, Interface(private), eni, "amazon", region.made, 0)
    bare.pop("Attachment")
    bare |= {
        "InterfaceType": kind,
        "Description": description,
        "AvailabilityZone": region.name + "a",
    }
    region.add("NetworkInterfaces", bare)
    return eni


def _private_name(region: Region, private: str) -> str:
    return f"ip-{private.replace('.', '-')}.{region.name}.compute.internal"


def _association(owner: str, interface: Interface, region: Region) -> Json:
    told: Json = {"IpOwnerId": owner, "PublicIp": interface.public}
    if interface.carrier:
        return {"IpOwnerId": owner, "CarrierIp": interface.carrier}
    dashed = interface.public.replace(".", "-")
    return told | {"PublicDnsName": f"ec2-{dashed}.{region.name}.compute.amazonaws.com"}


def _interface(
    region: Region, subnet: Net, has: Interface, eni: str, owner: str, attached: int, index: int
) -> Json:
    privates: list[Json] = [
        {
            "Primary": place == 0,
            "PrivateDnsName": _private_name(region, private),
            "PrivateIpAddress": private,
        }
        for place, private in enumerate((has.private, *has.secondary))
    ]
    made: Json = {
        "Attachment": {
            "AttachTime": region.at(attached),
            "AttachmentId": region.ids.resource("eni-attach"),
            "DeleteOnTermination": index == 0,
            "DeviceIndex": index,
            "Status": "attached",
            "NetworkCardIndex": 0,
        },
        "Description": "",
        "Groups": [{"GroupName": "app", "GroupId": region.ids.resource("sg")}],
        "Ipv6Addresses": [{"Ipv6Address": v6, "IsPrimaryIpv6": False} for v6 in has.v6],
        "MacAddress": "06:71:c7:76:de:4f",
        "NetworkInterfaceId": eni,
        "OwnerId": region.account,
        "PrivateDnsName": _private_name(region, has.private),
        "PrivateIpAddress": has.private,
        "PrivateIpAddresses": privates,
        "SourceDestCheck": True,
        "Status": "in-use",
        "SubnetId": subnet.id,
        "VpcId": subnet.vpc,
        "InterfaceType": "interface",
        "Operator": {"Managed": False},
    }
    if has.prefixes:
        made["Ipv4Prefixes"] = [{"Ipv4Prefix": prefix} for prefix in has.prefixes]
    if has.public or has.carrier:
        made["Association"] = privates[0]["Association"] = _association(owner, has, region)
    return made


def _seen_alone(region: Region, made: Json, instance_id: str, has: Interface) -> Json:
    """The same interface as describe-network-interfaces shows it."""
    attachment = made["Attachment"]
    assert isinstance(attachment, dict)
    alone = {name: value for name, value in made.items() if name != "Operator"}
    alone["Attachment"] = attachment | {
        "InstanceId": instance_id,
        "InstanceOwnerId": region.account,
    }
    if "Association" in alone and has.elastic:
        alone["Association"] = association(region, has.public)
    alone |= {
        "AvailabilityZone": f"{region.name}a",
        "RequesterManaged": False,
        "TagSet": [],
        "Ipv6Addresses": [{"Ipv6Address": v6} for v6 in has.v6],
    }
    return alone


def _instance(
    region: Region,
    subnet: Net,
    has: Interface,
    session: RoleSession,
    launched: int,
    state: str,
) -> Json:
    codes = {"running": 16, "stopped": 80, "terminated": 48}
    made: Json = {
        "AmiLaunchIndex": 0,
        "ImageId": "ami-0c02fb55956c7d316",
        "InstanceId": session.name,
        "InstanceType": "t3.large",
        "LaunchTime": region.at(launched),
        "Monitoring": {"State": "disabled"},
        "Placement": {"AvailabilityZone": f"{region.name}a", "GroupName": "", "Tenancy": "default"},
        "PrivateDnsName": _private_name(region, has.private),
        "PrivateIpAddress": has.private,
        "ProductCodes": [],
        "PublicDnsName": "",
        "State": {"Code": codes[state], "Name": state},
        "StateTransitionReason": "",
        "SubnetId": subnet.id,
        "VpcId": subnet.vpc,
        "Architecture": "x86_64",
        "BlockDeviceMappings": [],
        "ClientToken": region.ids.uuid(),
        "EbsOptimized": True,
        "EnaSupport": True,
        "Hypervisor": "xen",
        "IamInstanceProfile": {
            "Arn": f"arn:aws:iam::{session.account}:instance-profile/{session.role}",
            "Id": "AIPA" + session.role_id[4:],
        },
        "RootDeviceName": "/dev/xvda",
        "RootDeviceType": "ebs",
        "SecurityGroups": [{"GroupName": "app", "GroupId": region.ids.resource("sg")}],
        "SourceDestCheck": True,
        "Tags": [{"Key": "Name", "Value": session.role}],
        "VirtualizationType": "hvm",
        "CpuOptions": {"CoreCount": 1, "ThreadsPerCore": 2},
        "MetadataOptions": {
            "State": "applied",
            "HttpTokens": "optional",
            "HttpPutResponseHopLimit": 2,
            "HttpEndpoint": "enabled",
            "HttpProtocolIpv6": "disabled",
            "InstanceMetadataTags": "disabled",
        },
        "EnclaveOptions": {"Enabled": False},
        "PlatformDetails": "Linux/UNIX",
        "UsageOperation": "RunInstances",
        "UsageOperationUpdateTime": region.at(launched),
        "MaintenanceOptions": {"AutoRecovery": "default"},
        "CurrentInstanceBootMode": "legacy-bios",
    }
    if has.public:
        made["PublicIpAddress"] = has.public
    if has.v6:
        made["Ipv6Address"] = has.v6[0]
    if state == "terminated":
        for gone in ("PrivateIpAddress", "PublicIpAddress", "SubnetId", "VpcId"):
            made.pop(gone, None)
    return made
