"""GuardDuty's `resource.instanceDetails` from an EC2 instance as DescribeInstances prints it."""

from collections.abc import Mapping

Object = Mapping[str, object]


def instance_details(instance: Object) -> dict[str, object]:
    """The members that GuardDuty shows of an instance, in its names; unknown ones left out.

    `imageDescription`, which only DescribeImages tells, is not among them.
    """
    profile = _texts(instance.get("IamInstanceProfile"), arn="Arn", id="Id")
    own = _texts(
        instance,
        imageId="ImageId",
        instanceId="InstanceId",
        instanceType="InstanceType",
        launchTime="LaunchTime",
        outpostArn="OutpostArn",
        platform="Platform",
    )
    own |= _texts(instance.get("Placement"), availabilityZone="AvailabilityZone")
    own |= _texts(instance.get("State"), instanceState="Name")
    codes = _list(
        instance, "ProductCodes", productCodeId="ProductCodeId", productCodeType="ProductCodeType"
    )
    interfaces = [_interface(one) for one in _objects(instance, "NetworkInterfaces")]
    return {
        **own,
        **({"iamInstanceProfile": profile} if profile else {}),
        "networkInterfaces": [one for one in interfaces if one],
        "productCodes": codes,
        "tags": _list(instance, "Tags", key="Key", value="Value"),
    }


def _interface(interface: Object) -> dict[str, object]:
    own = _texts(
        interface,
        networkInterfaceId="NetworkInterfaceId",
        privateDnsName="PrivateDnsName",
        privateIpAddress="PrivateIpAddress",
        subnetId="SubnetId",
        vpcId="VpcId",
    )
    own |= _texts(interface.get("Association"), publicDnsName="PublicDnsName", publicIp="PublicIp")
    six = (one.get("Ipv6Address") for one in _objects(interface, "Ipv6Addresses"))
    lists: dict[str, list[object]] = {
        "ipv6Addresses": [address for address in six if isinstance(address, str)],
        "privateIpAddresses": _list(
            interface,
            "PrivateIpAddresses",
            privateDnsName="PrivateDnsName",
            privateIpAddress="PrivateIpAddress",
        ),
        "securityGroups": _list(interface, "Groups", groupId="GroupId", groupName="GroupName"),
    }
    return {**own, **lists} if own or any(lists.values()) else {}


def _texts(value: object, /, **names: str) -> dict[str, str]:
    """The texts under EC2's members, by GuardDuty's names."""
    found = value if isinstance(value, Mapping) else {}
    named = {ours: found.get(theirs) for ours, theirs in names.items()}
    return {name: text for name, text in named.items() if isinstance(text, str)}


def _list(value: Object, member: str, /, **names: str) -> list[object]:
    return [known for one in _objects(value, member) if (known := _texts(one, **names))]


def _objects(value: Object, name: str) -> list[Object]:
    found = value.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
