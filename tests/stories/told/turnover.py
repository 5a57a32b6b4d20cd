"""Legitimate: what comes and goes with the clock running, at its edges and all at once."""

from collections.abc import Sequence
from dataclasses import replace

from tests.stories import changes
from tests.stories.gateways import endpoint, nat
from tests.stories.instances import Interface, attach_interface, described
from tests.stories.inventory import Net, Region
from tests.stories.ranges import Json, host, v6_block
from tests.stories.records import Way
from tests.stories.story import Found, Match, legitimate
from tests.stories.told.changing import with_address, without_address
from tests.stories.told.hubs import hub_and_spoke
from tests.stories.world import World

Told = Sequence[Found]


@legitimate("M5 last calls while the instance shuts down")
def last_calls(w: World) -> Told:
    """TerminateInstances is recorded when asked; the shutdown scripts still talk for minutes."""
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=5, calls=10)
    changes.terminate(w, "11:00", box, service="autoscaling.amazonaws.com")
    for second in (2, 15, 44, 75, 110):
        w.call(w.key(box, "10:59"), w.at("11:00") + second, out, agents=box.agents)
    home.region.forget(box.id, box.eni)
    return []


@legitimate("M4 last calls while the instance stops")
def last_calls_of_stop(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=5, calls=10)
    changes.stop(w, "11:00", box)
    for second in (1, 20, 50, 90):
        w.call(w.key(box, "10:59"), w.at("11:00") + second, out, agents=box.agents)
    described(box)["State"] = {"Code": 80, "Name": "stopped"}
    return []


@legitimate("M4 the record of the start is lost", full=Match.QUIET)
def start_lost(w: World) -> Told:
    """One file of the trail is missing. EC2 issues keys to a machine that runs."""
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=5, calls=10)
    changes.stop(w, "11:00", box)
    box.keys.clear()
    w.works(box, out, start="12:30", hours=6, calls=12)
    return []


@legitimate("M4 the record of the stop is lost", full=Match.QUIET)
def stop_lost(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=5, calls=10)
    changes.start(w, "12:10", box)
    box.keys.clear()
    w.works(box, out, start="12:30", hours=6, calls=12)
    return []


@legitimate("M4 the record of the start is lost, snapshot after", full=Match.QUIET)
def start_lost_launched(w: World) -> Told:
    """LaunchTime is that of the last start."""
    home = w.home()
    box, out = w.inside(home)
    described(box)["LaunchTime"] = home.region.at(w.at("12:10"))
    w.works(box, out, start="06:00", hours=5, calls=10)
    changes.stop(w, "11:00", box)
    box.keys.clear()
    w.works(box, out, start="12:30", hours=6, calls=12)
    return []


@legitimate("M1 address of launch gives way to an elastic one", full=Match.QUIET)
def launch_to_elastic(w: World) -> Told:
    """The address of launch was never recorded and is in no snapshot any more."""
    home = w.home()
    first, second = w.rented(), w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.31", first))
    without_address(box)
    allocation = with_address(box, second)
    item = home.region.find("Addresses", "AllocationId", allocation)
    changes.allocate(w, "11:58", home.region, allocation, second)
    changes.associate(w, "12:00", box, allocation, str(item["AssociationId"]))
    w.works(box, Way(first), start="06:00", hours=6, calls=12)
    w.works(box, Way(second), start="12:01", hours=6, calls=12)
    return []


@legitimate("M1 elastic address leaves at noon, calls up to the second before")
def to_the_second(w: World) -> Told:
    home = w.home()
    public = w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.31", public, elastic=True))
    item = home.region.find("Addresses", "AllocationId", box.allocation)
    w.collected[""] = w.at("04:00")
    w.works(box, Way(public), start="06:00", hours=6, calls=12)
    for second in (-3, -1, 0, 1):
        w.call(w.key(box, "11:00"), w.at("12:00") + second, Way(public), agents=box.agents)
    changes.disassociate(w, "12:00", home.region, str(item["AssociationId"]))
    return []


@legitimate("M3 another address is given to the NAT gateway at noon", minors=(9, 10, 11))
def nat_grows(w: World) -> Told:
    home = w.home()
    land = home.region
    box, out = w.inside(home)
    w.collected[""] = w.at("04:00")
    fresh, allocation = w.rented(), w.ids.resource("eipalloc")
    changes.allocate(w, "11:58", land, allocation, fresh)
    asked: Json = {"NatGatewayId": home.nat, "AllocationId": {"tag": 1, "content": allocation}}
    made: Json = {
        "natGatewayId": home.nat,
        "natGatewayAddressSet": {
            "item": {
                "allocationId": allocation,
                "privateIp": host(home.public.cidr, 201),
                "isPrimary": False,
                "status": "associating",
            }
        },
    }
    told = changes.newer("AssociateNatGatewayAddress", asked, made)
    changes.write(w, "12:00", land, "AssociateNatGatewayAddress", *told)
    w.works(box, out, start="06:00", hours=6, calls=12)
    w.works(box, out, Way(fresh), start="12:03", hours=6, calls=12)
    return []


@legitimate("M7 endpoint is created at noon, snapshot of the morning")
def endpoint_created(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.collected[""] = w.at("04:00")
    made = w.ids.resource("vpce")
    changes.create_endpoint(w, "12:00", home.region, made, home.vpc, "sts", home.private)
    w.works(box, out, start="06:00", hours=6, calls=12)
    way = Way(box.interface.private, made, w.account, "sts", tells_owner=False)
    w.works(box, out, way, start="12:05", hours=6, calls=12)
    return []


@legitimate("M7 endpoint is deleted before the snapshot", full=Match.QUIET)
def endpoint_deleted(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(box, out, Way(box.interface.private, door, w.account, "ec2"), hours=7)
    asked: Json = {"VpcEndpointId": {"tag": 1, "content": door}}
    told = changes.newer("DeleteVpcEndpoints", asked, {"unsuccessful": "", "requestId": ""})
    changes.write(w, "14:00", home.region, "DeleteVpcEndpoints", *told)
    home.region.forget(door)
    return []


@legitimate("M7 interface moves from one instance to another, with its address")
def interface_moves(w: World) -> Told:
    home = w.home()
    land, public = home.region, w.rented()
    old = w.machine(land, home.private, Interface("10.20.1.31"), "old")
    new = w.machine(land, home.private, Interface("10.20.1.32"), "new")
    moved = Interface("10.20.0.99", public, elastic=True)
    eni = attach_interface(new, home.public, moved, w.at("12:00"))
    changes.create_interface(w, w.at("05:00", -1), old, eni, moved, home.public)
    changes.attach_interface(w, w.at("05:01", -1), old, eni)
    allocation = next(
        str(item["AllocationId"])
        for item in land.items["Addresses"]
        if item["NetworkInterfaceId"] == eni
    )
    changes.allocate(w, w.at("05:02", -1), land, allocation, public)
    asked: Json = {"allocationId": allocation, "networkInterfaceId": eni}
    item = land.find("Addresses", "AllocationId", allocation)
    answered: Json = {"associationId": item["AssociationId"], "_return": True}
    changes.write(w, w.at("05:03", -1), land, "AssociateAddress", asked, answered)
    detach: Json = {"attachmentId": w.ids.resource("eni-attach"), "force": True}
    changes.write(w, "11:59", land, "DetachNetworkInterface", detach, {"_return": True})
    changes.attach_interface(w, "12:00", new, eni)
    w.works(old, Way(public), start="06:00", hours=5, calls=10)
    w.works(new, Way(public), start="12:02", hours=6, calls=10)
    return []


@legitimate("M6 whole network is rolled out after the snapshot", full=Match.QUIET)
def rolled_out(w: World) -> Told:
    """VPC, subnets, gateway, routes and instance are all in the trail and in no snapshot."""
    settled, way = w.inside(w.home())
    w.works(settled, way, calls=8)
    w.collected[""] = w.at("01:00")
    land = Region(w.account, w.region, w.ids, w.at("07:00"), w.newer_cli)  # in no inventory
    home = w.home("10.33.0.0/16", land)
    box, out = w.inside(home, "fresh")
    item = land.find("NatGateways", "NatGatewayId", home.nat)["NatGatewayAddresses"]
    assert isinstance(item, list)
    allocation = str(item[0]["AllocationId"])
    vpc: Json = {
        "vpcId": home.vpc.id,
        "cidrBlock": home.vpc.cidr,
        "state": "pending",
        "ownerId": w.account,
    }
    changes.write(w, "07:00", land, "CreateVpc", {"cidrBlock": home.vpc.cidr}, {"vpc": vpc})
    for subnet in (home.public, home.private):
        asked: Json = {"vpcId": home.vpc.id, "cidrBlock": subnet.cidr}
        made: Json = asked | {"subnetId": subnet.id, "state": "available", "ownerId": w.account}
        changes.write(w, "07:01", land, "CreateSubnet", asked, {"subnet": made})
    changes.allocate(w, "07:02", land, allocation, home.nat_address)
    eni = str(item[0]["NetworkInterfaceId"])
    changes.create_nat(w, "07:03", land, home.nat, home.public, allocation, eni)
    for table, subnet, by in (
        (home.public_table, home.public, {"gatewayId": home.igw}),
        (home.private_table, home.private, {"natGatewayId": home.nat}),
    ):
        asked = {"vpcId": home.vpc.id}
        made = {"routeTableId": table, "vpcId": home.vpc.id, "ownerId": w.account, "routeSet": {}}
        changes.write(w, "07:04", land, "CreateRouteTable", asked, {"routeTable": made})
        way_out: Json = {"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0", **by}
        changes.write(w, "07:05", land, "CreateRoute", way_out, {"_return": True})
        asked = {"routeTableId": table, "subnetId": subnet.id}
        joined: Json = {"associationId": w.ids.resource("rtbassoc")}
        changes.write(w, "07:06", land, "AssociateRouteTable", asked, joined | {"_return": True})
    changes.run(w, "07:10", box)
    w.works(box, out, start="07:15", hours=8)
    return []


@legitimate("T12 IPv6 written out in full in the record")
def v6_in_full(w: World) -> Told:
    land = w.land()
    block = v6_block(w.rng, w.region)
    net6 = block.replace("/56", "/64")
    vpc = land.vpc("10.31.0.0/16", v6=block)
    subnet = land.subnet(vpc, "10.31.1.0/24", net6)
    land.routes(vpc, {"::/0": w.ids.resource("eigw")}, main=True)
    v6 = host(net6, 1)
    box = w.machine(land, subnet, Interface("10.31.1.12", v6=(v6,)))
    w.works(box, Way(v6.replace("::", ":0:0:0:")))
    return []


@legitimate("T1 role is swapped on the running instance")
def role_swapped(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, "before")
    w.works(box, out, start="06:00", hours=6, calls=12)
    new = replace(box.session, role="after", role_id=w.ids.principal())
    profile = f"arn:aws:iam::{w.account}:instance-profile/after"
    described(box)["IamInstanceProfile"] = {"Arn": profile, "Id": "AIPA" + new.role_id[4:]}
    asked: Json = {
        "ReplaceIamInstanceProfileAssociationRequest": {
            "AssociationId": w.ids.resource("iip-assoc"),
            "IamInstanceProfile": {"Name": "after"},
        }
    }
    changes.write(
        w, "12:00", home.region, "ReplaceIamInstanceProfileAssociation", asked, {"ok": True}
    )
    last = w.key(box, "11:50")
    for minute in range(3):
        w.call(last, w.at("12:05") + minute * 60, out, agents=box.agents)
    swapped = replace(box, session=new, keys=[])
    w.works(swapped, out, start="12:20", hours=6, calls=12)
    return []


@legitimate("T2 private NAT gateway before the hub", full=Match.QUIET)
def private_nat(w: World) -> Told:
    made = hub_and_spoke(w)
    spoke, net = made.spoke, made.box.subnet
    vpc = Net(net.vpc, "10.1.0.0/16", net.vpc, w.account)
    routable = spoke.subnet(vpc, "10.1.9.0/24")
    gateway = nat(spoke, routable, "192.0.2.1")
    item = spoke.find("NatGateways", "NatGatewayId", gateway)
    item["ConnectivityType"] = "private"
    addresses = item["NatGatewayAddresses"]
    assert isinstance(addresses, list)
    for member in ("PublicIp", "AllocationId", "AssociationId"):
        addresses[0].pop(member)
    spoke.items["Addresses"].clear()
    alone = spoke.find(
        "NetworkInterfaces", "NetworkInterfaceId", str(addresses[0]["NetworkInterfaceId"])
    )
    alone.pop("Association")
    listed = alone["PrivateIpAddresses"]
    assert isinstance(listed, list)
    listed[0].pop("Association")
    spoke.routes(vpc, {"0.0.0.0/0": gateway}, net)
    w.works(made.box, Way(made.hub.nat_address))
    return []


@legitimate(
    "T11 a vendor's endpoint, trusted by its id; another by its account", minors=(9, 10, 11)
)
def trusted_endpoint(w: World) -> Told:
    box, out = w.inside(w.home())
    door, vendor = w.ids.resource("vpce"), w.ids.account()
    w.trusted.append({"vpc_endpoint": door, "reason": "managed relay of a vendor"})
    w.trusted.append({"account": vendor, "reason": "vendor's accounts", "accounts": [w.account]})
    by_id = Way("10.200.0.9", door, "", "sts")
    by_account = Way("10.201.0.9", w.ids.resource("vpce"), vendor, "ec2")
    w.works(box, out, by_id, by_account)
    return []
