"""Legitimate: public addresses, NAT of every kind, own gateways (T1-T3, T9, T12, T29)."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import nat, regional_nat
from tests.stories.instances import Interface, forward
from tests.stories.inventory import Region
from tests.stories.ranges import host, v6_block
from tests.stories.records import Way
from tests.stories.story import Found, Match, legitimate
from tests.stories.world import World

Told = Sequence[Found]


@legitimate("T1 address of launch")
def address_of_launch(w: World) -> Told:
    home = w.home()
    public = w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.17", public))
    w.works(box, Way(public))
    w.bystanders(home.region)
    return []


@legitimate("T1 elastic address")
def elastic_address(w: World) -> Told:
    home = w.home()
    public = w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.17", public, elastic=True))
    w.works(box, Way(public))
    return []


@legitimate("T2 one NAT gateway")
def one_nat(w: World) -> Told:
    home = w.home()
    for number in (20, 21, 22):
        box, out = w.inside(home, f"role-{number}", number)
        w.works(box, out, calls=12)
    w.bystanders(home.region)
    return []


@legitimate("T2 many addresses of a NAT gateway")
def many_addresses(w: World) -> Told:
    home = w.home()
    publics = [w.rented() for _ in range(4)]
    busy = nat(home.region, home.public, *publics, number=210)
    subnet = home.region.subnet(home.vpc, "10.20.9.0/24")
    home.region.routes(home.vpc, {"0.0.0.0/0": busy}, subnet)
    box = w.machine(home.region, subnet, Interface("10.20.9.14"))
    w.works(box, *map(Way, publics))
    return []


@legitimate("T2 NAT gateway in each zone")
def nat_in_each_zone(w: World) -> Told:
    home = w.home()
    other = w.rented()
    second = nat(home.region, home.public, other, number=211)
    subnet = home.region.subnet(home.vpc, "10.20.2.0/24")
    home.region.routes(home.vpc, {"0.0.0.0/0": second}, subnet)
    first_box, out = w.inside(home)
    w.works(first_box, out)
    w.works(w.machine(home.region, subnet, Interface("10.20.2.30")), Way(other))
    return []


@legitimate("T2 regional NAT gateway")
def regional(w: World) -> Told:
    land = w.land()
    vpc = land.vpc("10.8.0.0/16")
    land.internet_gateway(vpc)
    subnet = land.subnet(vpc, "10.8.1.0/24")
    publics = [w.rented() for _ in range(3)]
    land.routes(vpc, {"0.0.0.0/0": regional_nat(land, vpc, *publics)}, main=True)
    box = w.machine(land, subnet, Interface("10.8.1.5"))
    w.works(box, *map(Way, publics))
    return []


@legitimate("T2 only half of the internet by NAT")
def two_half_routes(w: World) -> Told:
    home = w.home()
    subnet = home.region.subnet(home.vpc, "10.20.5.0/24")
    halves = {"0.0.0.0/1": home.nat, "128.0.0.0/1": home.nat}
    home.region.routes(home.vpc, halves, subnet)
    box = w.machine(home.region, subnet, Interface("10.20.5.40"))
    w.works(box, Way(home.nat_address))
    return []


@legitimate("T3 NAT instance")
def nat_instance(w: World) -> Told:
    home = w.home()
    public = w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.9", public, elastic=True), "nat")
    forward(box)
    subnet = home.region.subnet(home.vpc, "10.20.6.0/24")
    way = f"{box.eni}/{box.id}@{w.account}"
    home.region.routes(home.vpc, {"0.0.0.0/0": way}, subnet)
    inner = w.machine(home.region, subnet, Interface("10.20.6.20"))
    w.works(inner, Way(public))
    w.works(box, Way(public), calls=6)
    return []


@legitimate("T3 firewall endpoint before the NAT gateway")
def firewall_endpoint(w: World) -> Told:
    home = w.home()
    land = home.region
    middle = land.subnet(home.vpc, "10.20.7.0/24")
    land.routes(home.vpc, {"0.0.0.0/0": home.nat}, middle)
    door = _firewall(w, land, home.vpc.id, middle.id)
    subnet = land.subnet(home.vpc, "10.20.8.0/24")
    land.routes(home.vpc, {"0.0.0.0/0": door}, subnet)
    box = w.machine(land, subnet, Interface("10.20.8.20"))
    w.works(box, Way(home.nat_address))
    return []


def _firewall(w: World, land: Region, vpc: str, subnet: str) -> str:
    made = w.ids.resource("vpce")
    land.add(
        "VpcEndpoints",
        {
            "VpcEndpointId": made,
            "VpcEndpointType": "GatewayLoadBalancer",
            "VpcId": vpc,
            "ServiceName": f"com.amazonaws.vpce.{land.name}.vpce-svc-0a1b2c3d4e5f60718",
            "State": "available",
            "SubnetIds": [subnet],
            "RequesterManaged": True,
            "NetworkInterfaceIds": [w.ids.resource("eni")],
            "CreationTimestamp": land.at(land.made),
            "Tags": [],
            "OwnerId": land.account,
        },
    )
    return made


@legitimate("T3 firewall appliances of another account", full=Match.QUIET)
def firewall_of_other_account(w: World) -> Told:
    """Two-armed appliances send on by the NAT gateway of their own VPC: nothing shows the link."""
    security = w.home("10.99.0.0/16", w.land(w.add_account()))
    home = w.home()
    middle = home.region.subnet(home.vpc, "10.20.7.0/24")
    home.region.routes(home.vpc, {}, middle)
    door = _firewall(w, home.region, home.vpc.id, middle.id)
    subnet = home.region.subnet(home.vpc, "10.20.8.0/24")
    home.region.routes(home.vpc, {"0.0.0.0/0": door}, subnet)
    box = w.machine(home.region, subnet, Interface("10.20.8.20"))
    w.works(box, Way(security.nat_address))
    return []


@legitimate("T9 calls to other regions")
def other_regions(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    for number, region in enumerate(("us-east-1", "ap-southeast-2", "eu-central-1")):
        key = w.key(box, w.at("10:00"))
        for minute in range(4):
            clock = w.at("10:00") + number * 300 + minute * 9
            w.call(key, clock, out, ("ec2:DescribeInstances",), box.agents, region)
    return []


@legitimate("T12 egress-only gateway beside NAT")
def dual_stack(w: World) -> Told:
    land = w.land()
    block = v6_block(w.rng, w.region)
    vpc = land.vpc("10.30.0.0/16", v6=block)
    public = land.subnet(vpc, "10.30.0.0/24")
    land.routes(vpc, {"0.0.0.0/0": land.internet_gateway(vpc)}, public)
    address = w.rented()
    gateway, egress = nat(land, public, address), w.ids.resource("eigw")
    net6 = block.replace("/56", "/64")
    subnet = land.subnet(vpc, "10.30.1.0/24", net6)
    land.routes(vpc, {"0.0.0.0/0": gateway, "::/0": egress}, subnet)
    v6 = host(net6, 0x5A17_03C9)
    box = w.machine(land, subnet, Interface("10.30.1.11", v6=(v6,)))
    w.works(box, Way(v6), Way(address))
    return []


@legitimate("T12 IPv6 by the internet gateway")
def v6_direct(w: World) -> Told:
    land = w.land()
    block = v6_block(w.rng, w.region)
    vpc = land.vpc("10.31.0.0/16", v6=block)
    net6 = block.replace("/56", "/64")
    subnet = land.subnet(vpc, "10.31.1.0/24", net6)
    igw = land.internet_gateway(vpc)
    land.routes(vpc, {"0.0.0.0/0": igw, "::/0": igw}, main=True)
    v6, public = host(net6, 0xBEEF), w.rented()
    box = w.machine(land, subnet, Interface("10.31.1.12", public, v6=(v6, host(net6, 0xCAFE))))
    w.works(box, Way(v6), Way(public), Way(host(net6, 0xCAFE)))
    return []


@legitimate("T29 own addresses brought to AWS")
def brought_addresses(w: World) -> Told:
    home = w.home()
    public = "192.0.2.44"
    pool = Interface("10.20.0.19", public, elastic=True, pool="ipv4pool-ec2-0a1b2c3d4e5f60718")
    box = w.machine(home.region, home.public, pool)
    w.works(box, Way(public))
    return []


@legitimate("T29 own addresses brought to AWS, told by the trail")
def brought_told(w: World) -> Told:
    home = w.home()
    public = "192.0.2.44"
    pool = Interface("10.20.0.19", public, elastic=True, pool="ipv4pool-ec2-0a1b2c3d4e5f60718")
    box = w.machine(home.region, home.public, pool)
    item = home.region.find("Addresses", "AllocationId", box.allocation)
    changes.run(w, "04:00", box, "ec2fleet.amazonaws.com")
    changes.allocate(w, "04:01", home.region, box.allocation, public)
    changes.associate(w, "04:02", box, box.allocation, str(item["AssociationId"]))
    w.works(box, Way(public), hours=2, calls=6)
    return []


@legitimate("T29 carrier address of a Wavelength zone")
def carrier(w: World) -> Told:
    land = w.land()
    vpc = land.vpc("10.40.0.0/16")
    subnet = land.subnet(vpc, "10.40.1.0/24")
    land.routes(vpc, {"0.0.0.0/0": w.ids.resource("cagw")}, subnet)
    box = w.machine(land, subnet, Interface("10.40.1.8", carrier="155.146.3.20"))
    w.works(box, Way("155.146.3.20"))
    return []
