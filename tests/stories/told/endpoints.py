"""Legitimate: endpoints, odd networks, pods and containers (T6-T8, T16, T17)."""

from collections.abc import Sequence

from tests.stories.gateways import endpoint
from tests.stories.instances import Interface, attach_interface, free_interface, set_kind
from tests.stories.inventory import Net, Region
from tests.stories.records import Way
from tests.stories.story import Found, legitimate
from tests.stories.world import World

Told = Sequence[Found]


def closed(w: World, cidr: str, subnet_cidr: str, *more: str) -> tuple[Region, Net, Net, str]:
    """A VPC without any way to the internet: region, VPC, subnet and route table."""
    land = w.land()
    vpc = land.vpc(cidr, *more)
    subnet = land.subnet(vpc, subnet_cidr)
    return land, vpc, subnet, land.routes(vpc, {}, subnet, main=True)


@legitimate("T6 interface endpoints of the own VPC")
def own_endpoints(w: World) -> Told:
    land, vpc, subnet, _ = closed(w, "10.2.0.0/16", "10.2.1.0/24")
    box = w.machine(land, subnet, Interface("10.2.1.20"))
    ways = [
        Way("10.2.1.20", endpoint(land, vpc, name, subnet), w.account, name)
        for name in ("ec2", "sts", "ssm", "kms", "logs", "secretsmanager")
    ]
    w.works(box, *ways)
    return []


@legitimate("T7 gateway endpoints for S3 and DynamoDB")
def gateway_endpoints(w: World) -> Told:
    land, vpc, subnet, table = closed(w, "10.2.0.0/16", "10.2.1.0/24")
    routes = land.find("RouteTables", "RouteTableId", table)["Routes"]
    assert isinstance(routes, list)
    box = w.machine(land, subnet, Interface("10.2.1.20"))
    ways = []
    for name, prefix_list in (("s3", "pl-6da54004"), ("dynamodb", "pl-6fa54006")):
        door = endpoint(land, vpc, name, tables=(table,))
        routes.append(
            {
                "DestinationPrefixListId": prefix_list,
                "GatewayId": door,
                "Origin": "CreateRoute",
                "State": "active",
            }
        )
        ways.append(Way("10.2.1.20", door, w.account, name))
    w.works(box, *ways)
    return []


@legitimate("T8 endpoint for one service, NAT for others, second by second")
def mixed(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    door = endpoint(home.region, home.vpc, "kms", home.private)
    gate = endpoint(home.region, home.vpc, "s3", tables=(home.private_table,))
    private = box.interface.private
    doors = (Way(private, door, w.account, "kms"), Way(private, gate, w.account, "s3"))
    w.works(box, out, *doors, calls=36)
    for second in range(12):
        key = w.key(box, w.at("10:00"))
        w.call(key, w.at("10:00") + second, (out, *doors)[second % 3], agents=box.agents)
    return []


@legitimate("T16 public-looking network in the VPC")
def public_looking(w: World) -> Told:
    land, vpc, subnet, _ = closed(w, "172.61.0.0/16", "172.61.3.0/24")
    box = w.machine(land, subnet, Interface("172.61.3.50"))
    w.works(box, Way("172.61.3.50", endpoint(land, vpc, "ec2", subnet), w.account, "ec2"))
    return []


@legitimate("T16 network out of AWS's public ranges in the VPC")
def aws_looking(w: World) -> Told:
    land, vpc, subnet, _ = closed(w, "3.84.104.0/24", "3.84.104.0/25")
    box = w.machine(land, subnet, Interface("3.84.104.33"))
    w.works(box, Way("3.84.104.33", endpoint(land, vpc, "sts", subnet), w.account, "sts"))
    return []


@legitimate("T16 shared address space as a second network")
def carrier_grade(w: World) -> Told:
    land, vpc, subnet, _ = closed(w, "10.2.0.0/16", "10.2.1.0/24", "100.64.0.0/16", "198.19.0.0/16")
    pods = land.subnet(vpc, "100.64.0.0/18")
    box = w.machine(land, subnet, Interface("10.2.1.20"))
    attach_interface(box, pods, Interface("100.64.7.9", secondary=("100.64.7.10",)), w.midnight)
    door = endpoint(land, vpc, "ec2", subnet)
    ways = [Way(a, door, w.account, "ec2") for a in ("10.2.1.20", "100.64.7.9", "100.64.7.10")]
    w.works(box, *ways)
    return []


@legitimate("T17 pods with addresses of the node's interfaces")
def pods(w: World) -> Told:
    home = w.home()
    private = tuple(f"10.20.1.{n}" for n in range(51, 60))
    node = w.machine(home.region, home.private, Interface("10.20.1.50", secondary=private), "node")
    attach_interface(
        node, home.private, Interface("10.20.1.90", secondary=("10.20.1.91",)), w.midnight
    )
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    inner = [Way(a, door, w.account, "ec2") for a in (*private, "10.20.1.90", "10.20.1.91")]
    w.works(node, *inner, Way(home.nat_address))
    return []


@legitimate("T17 pods on delegated prefixes")
def delegated(w: World) -> Told:
    home = w.home()
    has = Interface("10.20.1.50", prefixes=("10.20.1.128/28", "10.20.1.144/28"))
    node = w.machine(home.region, home.private, has, "node")
    door = endpoint(home.region, home.vpc, "sts", home.private)
    inner = [Way(f"10.20.1.{n}", door, w.account, "sts") for n in (129, 140, 150, 159)]
    w.works(node, *inner, Way(home.nat_address))
    return []


@legitimate("T17 pod on a branch interface")
def branch(w: World) -> Told:
    """Security groups for pods: a tag names the trunk that the branch interface hangs on."""
    home = w.home()
    node = w.machine(home.region, home.private, Interface("10.20.1.50"), "node")
    trunk = attach_interface(node, home.private, Interface("10.20.1.51"), w.midnight)
    set_kind(node, trunk, "trunk")
    free_interface(home.region, home.private, "10.20.1.77", "branch", "aws-k8s-branch-eni")
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(node, Way(home.nat_address), Way("10.20.1.77", door, w.account, "ec2"))
    alone = home.region.find("NetworkInterfaces", "InterfaceType", "branch")
    alone["TagSet"] = [
        {"Key": "vpcresources.k8s.aws/trunk-eni-id", "Value": trunk},
        {"Key": "vpcresources.k8s.aws/vlan-id", "Value": "1"},
        {"Key": "eks:eni:owner", "Value": "eks-vpc-resource-controller"},
    ]
    return []


@legitimate("T17 containers on the host with the instance's role")
def containers(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, "ecs-host")
    box.agents += [
        "amazon-ecs-agent aws-sdk-go/1.51.3",
        "aws-sdk-go/1.44.260 (go1.20; linux; arm64)",
    ]
    w.works(box, out, calls=16)
    w.works(box, out, calls=16, delivery="1.0")
    return []


@legitimate("T28 function in the VPC with its own role")
def function_in_vpc(w: World) -> Told:
    home = w.home()
    free_interface(home.region, home.private, "10.20.1.88", "lambda", "AWS Lambda VPC ENI-resize")
    box, out = w.inside(home, number=30)
    w.works(box, out)
    w.bystanders(home.region)
    return []
