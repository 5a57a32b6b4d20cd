"""Thefts by way of the same account: other instances, gateways, endpoints (E3, E21, M1)."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import endpoint, nat, peering
from tests.stories.instances import Interface, free_interface
from tests.stories.records import Way
from tests.stories.story import Found, Match, other, theft
from tests.stories.world import World

Told = Sequence[Found]


@theft("E3 another instance with its own public address", alone=Match.LOOSE)
def other_public(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    public = w.rented()
    thief = w.machine(
        home.region, home.public, Interface("10.20.0.5", public, elastic=True), "jump"
    )
    w.works(thief, Way(public), calls=8)
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", Way(public)))]


@theft("E3 another instance in the same VPC by the same endpoint", alone=Match.LOOSE)
def same_endpoint(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, number=20)
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(box, out, Way("10.20.1.20", door, w.account, "ec2"))
    thief, thief_out = w.inside(home, "other", 21)
    way = Way("10.20.1.21", door, w.account, "ec2")
    w.works(thief, thief_out, way, calls=8)
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E3 another instance behind its own NAT gateway", alone=Match.LOOSE)
def other_nat(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    address = w.rented()
    second = nat(home.region, home.public, address, number=240)
    subnet = home.region.subnet(home.vpc, "10.20.13.0/24")
    home.region.routes(home.vpc, {"0.0.0.0/0": second}, subnet)
    thief = w.machine(home.region, subnet, Interface("10.20.13.5"), "other")
    w.works(thief, Way(address), calls=8)
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", Way(address)))]


@theft("E3 another VPC of the account by its own endpoint", alone=Match.LOOSE)
def other_vpc(w: World) -> Told:
    """Both VPCs have the same network, and the thief the victim's very private address."""
    home = w.home()
    box, out = w.inside(home, number=20)
    w.works(box, out)
    twin = w.home("10.20.0.0/16", home.region)
    w.machine(twin.region, twin.private, Interface("10.20.1.20"), "other")
    door = endpoint(twin.region, twin.vpc, "sts", twin.private)
    way = Way("10.20.1.20", door, w.account, "sts")
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E3 behind the same NAT gateway: no log shows it", full=Match.QUIET, alone=Match.QUIET)
def same_nat(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, number=20)
    w.works(box, out)
    thief, _ = w.inside(home, "other", 21)
    w.works(thief, out, calls=8)
    w.steals(w.key(box, "14:00"), "14:00", out, agent=box.agents[0])
    return []


@theft("E3 another region of the account", alone=Match.LOOSE)
def other_region(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    far = "us-west-2" if w.region != "us-west-2" else "eu-west-1"
    there = w.home("10.21.0.0/16", w.land(region=far))
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", Way(there.nat_address)))]


@theft("E21 own endpoint, an address that no instance has", alone=Match.LOOSE)
def nobodys_address(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, number=20)
    door = endpoint(home.region, home.vpc, "secretsmanager", home.private)
    w.works(box, out, Way("10.20.1.20", door, w.account, "secretsmanager"))
    way = Way("10.20.1.199", door, w.account, "secretsmanager")
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E21 by a branch interface, and the instance has none", alone=Match.LOOSE)
def not_its_branch(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, number=20)
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(box, out, Way("10.20.1.20", door, w.account, "ec2"))
    free_interface(home.region, home.private, "10.20.1.77", "branch", "aws-k8s-branch-eni")
    way = Way("10.20.1.77", door, w.account, "ec2")
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E21 own endpoint reached from a peered VPC", alone=Match.LOOSE)
def from_peer(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, number=20)
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(box, out, Way("10.20.1.20", door, w.account, "ec2"))
    vpc = home.region.vpc("10.44.0.0/16")
    subnet = home.region.subnet(vpc, "10.44.1.0/24")
    link = peering(home.region, home.vpc, home.region, vpc)
    home.region.routes(vpc, {"10.20.0.0/16": link}, main=True)
    w.machine(home.region, subnet, Interface("10.44.1.8"), "other")
    way = Way("10.44.1.8", door, w.account, "ec2")
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("M1 the old holder's key from the address that has moved on", alone=Match.LOOSE)
def moved_on(w: World) -> Told:
    home = w.home()
    land, public = home.region, w.rented()
    old = w.machine(land, home.public, Interface("10.20.0.21", public, elastic=True), "old")
    new = w.machine(land, home.public, Interface("10.20.0.22"), "new")
    w.collected[""] = w.at("05:00")
    changes.associate(w, "12:00", new, old.allocation, w.ids.resource("eipassoc"))
    w.works(old, Way(public), start="06:00", hours=5, calls=10)
    w.works(new, Way(public), start="12:02", hours=6, calls=10)
    return [other(old, w.steals(w.key(old, "11:58"), "14:00", Way(public)))]


@theft("M1 before the address came to the instance", alone=Match.LOOSE)
def not_yet(w: World) -> Told:
    home = w.home()
    land, public = home.region, w.rented()
    new = w.machine(land, home.public, Interface("10.20.0.22", public, elastic=True), "new")
    old = w.machine(land, home.public, Interface("10.20.0.21"), "old")
    first = w.ids.resource("eipassoc")
    changes.associate(w, w.at("05:00", -1), old, new.allocation, first)
    changes.disassociate(w, "12:00", land, first)
    item = land.find("Addresses", "AllocationId", new.allocation)
    changes.associate(w, "12:01", new, new.allocation, str(item["AssociationId"]))
    w.works(old, Way(public), start="06:00", hours=5, calls=10)
    calls = w.steals(w.key(new, "08:00"), "08:10", Way(public))
    w.works(new, Way(public), start="12:03", hours=6, calls=10)
    return [other(new, calls)]


@theft("M3 from the NAT gateway that was not there any more", alone=Match.LOOSE)
def old_gateway(w: World) -> Told:
    """Its address was released and somebody else rents it now: see E19."""
    from tests.stories.story import inside

    home = w.home()
    land = home.region
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=6, calls=12)
    w.collected[""] = w.at("05:00")
    item = land.find("NatGateways", "NatGatewayId", home.nat)["NatGatewayAddresses"]
    assert isinstance(item, list)
    fresh, made, allocation = w.rented(), w.ids.resource("nat"), w.ids.resource("eipalloc")
    changes.allocate(w, "11:49", land, allocation, fresh)
    changes.create_nat(w, "11:50", land, made, home.public, allocation, w.ids.resource("eni"))
    changes.replace_route(w, "12:00", land, home.private_table, "0.0.0.0/0", {"natGatewayId": made})
    changes.delete_nat(w, "12:30", land, home.nat)
    changes.release(w, "12:40", land, str(item[0]["AllocationId"]))
    w.works(box, Way(fresh), start="12:01", hours=6, calls=12)
    return [inside(box, w.steals(w.key(box, "15:00"), "16:00", out))]


@theft("E3 a floating address that has failed over", alone=Match.LOOSE)
def floated_away(w: World) -> Told:
    home = w.home()
    land, floating = home.region, "10.20.1.250"
    door = endpoint(land, home.vpc, "secretsmanager", home.private)
    one = w.machine(land, home.private, Interface("10.20.1.101", secondary=(floating,)), "ha")
    two = w.machine(land, home.private, Interface("10.20.1.102"), "ha")
    w.collected[""] = w.at("03:00")
    changes.assign_private(w, "12:00", land, two.eni, floating)
    way = Way(floating, door, w.account, "secretsmanager")
    w.works(one, way, start="06:00", hours=5, calls=10)
    w.works(two, way, start="12:01", hours=6, calls=10)
    return [other(one, w.steals(w.key(one, "11:50"), "15:00", way))]
