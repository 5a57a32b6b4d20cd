"""GuardDuty's `resource.instanceDetails` from an EC2 instance as DescribeInstances prints it."""

from collections.abc import Mapping


def instance_details(instance: Mapping[str, object]) -> dict[str, object]:
    """The members that GuardDuty shows of an instance, in its names; absent ones left out."""
    profile = _mapping(instance.get("IamInstanceProfile"))
    details: dict[str, object] = {
        "availabilityZone": _mapping(instance.get("Placement")).get("AvailabilityZone"),
        "iamInstanceProfile": {"arn": profile.get("Arn"), "id": profile.get("Id")},
        "imageId": instance.get("ImageId"),
        "instanceId": instance.get("InstanceId"),
        "instanceState": _mapping(instance.get("State")).get("Name"),
        "instanceType": instance.get("InstanceType"),
        "launchTime": instance.get("LaunchTime"),
        "outpostArn": instance.get("OutpostArn"),
        "platform": instance.get("Platform"),
        "networkInterfaces": [_interface(one) for one in _list(instance, "NetworkInterfaces")],
        "tags": [
            {"key": tag.get("Key"), "value": tag.get("Value")} for tag in _list(instance, "Tags")
        ],
    }
    return _known(details)


def _interface(interface: Mapping[str, object]) -> dict[str, object]:
    return {
        "ipv6Addresses": [one.get("Ipv6Address") for one in _list(interface, "Ipv6Addresses")],
        "networkInterfaceId": interface.get("NetworkInterfaceId"),
        "privateDnsName": interface.get("PrivateDnsName"),
        "privateIpAddress": interface.get("PrivateIpAddress"),
        "privateIpAddresses": [
            {
                "privateDnsName": one.get("PrivateDnsName"),
                "privateIpAddress": one.get("PrivateIpAddress"),
            }
            for one in _list(interface, "PrivateIpAddresses")
        ],
        "publicDnsName": _mapping(interface.get("Association")).get("PublicDnsName"),
        "publicIp": _mapping(interface.get("Association")).get("PublicIp"),
        "securityGroups": [
            {"groupId": one.get("GroupId"), "groupName": one.get("GroupName")}
            for one in _list(interface, "Groups")
        ],
        "subnetId": interface.get("SubnetId"),
        "vpcId": interface.get("VpcId"),
    }


def _known(value: object) -> dict[str, object]:
    """Without the members that are null or not of GuardDuty's kind (text, list, object)."""
    found: dict[str, object] = {}
    for name, member in _mapping(value).items():
        if isinstance(member, Mapping):
            if inner := _known(member):
                found[name] = inner
        elif isinstance(member, list):
            found[name] = [_known(one) if isinstance(one, Mapping) else str(one) for one in member]
        elif isinstance(member, str):
            found[name] = member
    return found


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = value.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
