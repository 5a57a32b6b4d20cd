"""Legitimate: addresses, gateways and routes that change during the day (T13, T14)."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import address, associate, association, endpoint, nat
from tests.stories.instances import Interface, Machine, described, forward
from tests.stories.instances import attach_interface as hot_attach
from tests.stories.ranges import Json
from tests.stories.records import Way
from tests.stories.story import Found, Match, legitimate
from tests.stories.world import World

Told = Sequence[Found]


def without_address(machine: Machine) -> None:
    """Take the public address out of the description, as after an elastic address left."""
    item = described(machine)
    item.pop("PublicIpAddress", None)
    for one in _first_interface(machine):
        one.pop("Association", None)


def with_address(machine: Machine, public: str) -> str:
    """Give it an elastic address in every description; answers the allocation's id."""
    land = machine.region
    allocation = address(land, public)
    associate(land, allocation, machine.eni, machine.interface.private, machine.id)
    item = described(machine)
    item["PublicIpAddress"] = public
    for one in _first_interface(machine):
        one["Association"] = association(land, public)
    return allocation


def _first_interface(machine: Machine) -> list[Json]:
    """Its first interface and that interface's first address, in both describe calls."""
    interfaces = described(machine)["NetworkInterfaces"]
    assert isinstance(interfaces, list)
    alone = machine.region.find("NetworkInterfaces", "NetworkInterfaceId", machine.eni)
    both: list[Json] = [interfaces[0], alone]
    return both + [one for shown in both for one in _addresses(shown)[:1]]


def _addresses(shown: Json) -> list[Json]:
    listed = shown["PrivateIpAddresses"]
    assert isinstance(listed, list)
    return listed


@legitimate("M1 elastic address moves to another instance")
def address_moves(w: World) -> Told:
    home = w.home()
    land, public = home.region, w.rented()
    old = w.machine(land, home.public, Interface("10.20.0.21", public), "old")
    without_address(old)
    later = w.rented()
    new = w.machine(land, home.public, Interface("10.20.0.22", public, elastic=True), "new")
    item = land.find("Addresses", "AllocationId", new.allocation)
    first = w.ids.resource("eipassoc")
    changes.associate(w, w.at("05:00", -1), old, new.allocation, first, by_interface=True)
    changes.disassociate(w, "12:00", land, first)
    changes.associate(w, w.at("12:00") + 20, new, new.allocation, str(item["AssociationId"]))
    changes.disassociate(w, "11:59", land, w.ids.resource("eipassoc"))
    w.works(old, Way(public), start="06:00", hours=6, calls=10)
    w.works(new, Way(public), start="12:01", hours=6, calls=10)
    allocation = with_address(old, later)
    made = str(land.find("Addresses", "AllocationId", allocation)["AssociationId"])
    changes.associate(w, "12:05", old, allocation, made)
    w.works(old, Way(later), start="12:06", hours=5, calls=10)
    return []


@legitimate("M1 elastic address moves by re-association, snapshot of the morning")
def address_moves_early_snapshot(w: World) -> Told:
    home = w.home()
    land, public = home.region, w.rented()
    old = w.machine(land, home.public, Interface("10.20.0.21", public, elastic=True), "old")
    new = w.machine(land, home.public, Interface("10.20.0.22"), "new")
    w.collected[""] = w.at("05:00")
    changes.associate(w, "12:00", new, old.allocation, w.ids.resource("eipassoc"))
    w.works(old, Way(public), start="06:00", hours=5, calls=10)
    w.works(new, Way(public), start="12:02", hours=6, calls=10)
    return []


@legitimate("M2 elastic address is transferred to another account's instance")
def address_transferred(w: World) -> Told:
    home = w.home()
    land, public = home.region, w.rented()
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    old = w.machine(land, home.public, Interface("10.20.0.21", public), "old")
    without_address(old)
    new = w.machine(
        there.region, there.public, Interface("10.80.0.22", public, elastic=True), "new"
    )
    first, allocation = w.ids.resource("eipassoc"), w.ids.resource("eipalloc")
    changes.associate(w, w.at("05:00", -1), old, allocation, first)
    changes.allocate(w, w.at("04:59", -1), land, allocation, public)
    changes.disassociate(w, "12:00", land, first)
    changes.transfer_address(w, "12:01", land, there.region, allocation, public)
    item = there.region.find("Addresses", "AllocationId", new.allocation)
    changes.associate(w, "12:10", new, new.allocation, str(item["AssociationId"]))
    w.works(old, Way(public), start="06:00", hours=5, calls=10)
    w.works(new, Way(public), start="12:12", hours=5, calls=10)
    return []


@legitimate("M3 NAT gateway is replaced at noon, snapshot after")
def nat_replaced(w: World) -> Told:
    home = w.home()
    land, gone = home.region, home.nat_address
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=6, calls=12)
    item = land.find("NatGateways", "NatGatewayId", home.nat)
    addresses = item["NatGatewayAddresses"]
    assert isinstance(addresses, list)
    old_allocation = str(addresses[0]["AllocationId"])
    old_eni = str(addresses[0]["NetworkInterfaceId"])
    fresh = w.rented()
    made = nat(land, home.public, fresh, made=w.at("11:50"), number=230)
    new = land.find("NatGateways", "NatGatewayId", made)["NatGatewayAddresses"]
    assert isinstance(new, list)
    allocation, eni = str(new[0]["AllocationId"]), str(new[0]["NetworkInterfaceId"])
    changes.allocate(w, w.at("09:00", -2), land, old_allocation, gone)
    changes.create_nat(w, w.at("09:05", -2), land, home.nat, home.public, old_allocation, old_eni)
    changes.allocate(w, "11:49", land, allocation, fresh)
    changes.create_nat(w, "11:50", land, made, home.public, allocation, eni)
    changes.replace_route(w, "12:00", land, home.private_table, "0.0.0.0/0", {"natGatewayId": made})
    changes.delete_nat(w, "12:30", land, home.nat)
    changes.release(w, "12:40", land, old_allocation)
    land.forget(home.nat, old_allocation, old_eni)
    routes = land.find("RouteTables", "RouteTableId", home.private_table)["Routes"]
    assert isinstance(routes, list)
    routes[1]["NatGatewayId"] = made
    w.works(box, Way(fresh), start="12:01", hours=6, calls=12)
    return []


@legitimate("M3 NAT gateway is replaced, its old address was never in the trail", full=Match.QUIET)
def nat_replaced_unseen(w: World) -> Told:
    home = w.home()
    land = home.region
    box, out = w.inside(home)
    w.works(box, out, start="06:00", hours=6, calls=12)
    fresh = w.rented()
    made = nat(land, home.public, fresh, made=w.at("11:50"), number=230)
    new = land.find("NatGateways", "NatGatewayId", made)["NatGatewayAddresses"]
    assert isinstance(new, list)
    allocation, eni = str(new[0]["AllocationId"]), str(new[0]["NetworkInterfaceId"])
    changes.allocate(w, "11:49", land, allocation, fresh)
    changes.create_nat(w, "11:50", land, made, home.public, allocation, eni)
    changes.replace_route(w, "12:00", land, home.private_table, "0.0.0.0/0", {"natGatewayId": made})
    changes.delete_nat(w, "12:30", land, home.nat)
    old = land.find("NatGateways", "NatGatewayId", home.nat)["NatGatewayAddresses"]
    assert isinstance(old, list)
    land.forget(home.nat, str(old[0]["AllocationId"]), str(old[0]["NetworkInterfaceId"]))
    routes = land.find("RouteTables", "RouteTableId", home.private_table)["Routes"]
    assert isinstance(routes, list)
    routes[1]["NatGatewayId"] = made
    w.works(box, Way(fresh), start="12:01", hours=6, calls=12)
    return []


@legitimate("M4 stopped and started with a new public address, snapshot after", full=Match.QUIET)
def stop_start(w: World) -> Told:
    home = w.home()
    before, after = w.rented(), w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.40", after))
    described(box)["LaunchTime"] = home.region.at(w.at("12:10"))
    w.works(box, Way(before), start="06:00", hours=5, calls=12)
    changes.stop(w, "11:30", box)
    changes.start(w, "12:10", box)
    box.keys.clear()
    w.works(box, Way(after), start="12:20", hours=6, calls=12)
    return []


@legitimate("M4 stopped and started with a new public address, snapshot before", full=Match.QUIET)
def stop_start_early(w: World) -> Told:
    home = w.home()
    before, after = w.rented(), w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.40", before))
    w.collected[""] = w.at("01:00")
    w.works(box, Way(before), start="06:00", hours=5, calls=12)
    changes.stop(w, "11:30", box)
    changes.start(w, "12:10", box)
    box.keys.clear()
    w.works(box, Way(after), start="12:20", hours=6, calls=12)
    return []


@legitimate("M5 Auto Scaling instances end before the snapshot")
def short_lived(w: World) -> Told:
    home = w.home()
    for number in range(4):
        box, out = w.inside(home, "fleet", 40 + number)
        changes.run(w, w.at("07:00") + number * 1800, box)
        begin = f"{7 + (number * 30 + 5) // 60:02}:{(number * 30 + 5) % 60:02}"
        w.works(box, out, start=begin, hours=2, calls=8)
        changes.terminate(w, w.at("10:30") + number * 600, box, service="autoscaling.amazonaws.com")
        home.region.forget(box.id, box.eni)
    return []


@legitimate(
    "M5 Auto Scaling instances with public addresses end before the snapshot", full=Match.QUIET
)
def short_lived_public(w: World) -> Told:
    home = w.home()
    for number in range(3):
        public = w.rented()
        box = w.machine(
            home.region, home.public, Interface(f"10.20.0.{50 + number}", public), "fleet"
        )
        changes.run(w, w.at("07:00") + number * 1800, box)
        w.works(box, Way(public), start=f"{8 + number:02}:35", hours=1, calls=8)
        changes.terminate(w, w.at("12:30") + number * 600, box, service="autoscaling.amazonaws.com")
        home.region.forget(box.id, box.eni)
    return []


@legitimate("M6 snapshot a week older than the calls")
def old_snapshot(w: World) -> Told:
    home = w.home()
    w.collected[""] = w.at("00:00", -7) + 3600
    box, out = w.inside(home, number=70)
    w.works(box, out)
    late, _ = w.inside(home, "late", 71)
    changes.run(w, w.at("15:00", -2), late, "ec2fleet.amazonaws.com")
    home.region.forget(late.id, late.eni)
    w.works(late, out, calls=12)
    return []


@legitimate("M7 subnet gets the routes of another gateway at noon")
def association_replaced(w: World) -> Told:
    home = w.home()
    land, other = home.region, w.rented()
    second = nat(land, home.public, other, number=231)
    table = land.routes(home.vpc, {"0.0.0.0/0": second})
    subnet = land.subnet(home.vpc, "10.20.12.0/24")
    before = land.routes(home.vpc, {"0.0.0.0/0": home.nat}, subnet)
    w.collected[""] = w.at("02:00")
    associations = land.find("RouteTables", "RouteTableId", before)["Associations"]
    assert isinstance(associations, list)
    association = str(associations[0]["RouteTableAssociationId"])
    made = w.ids.resource("rtbassoc")
    changes.replace_association(w, "12:00", land, association, table, made)
    box = w.machine(land, subnet, Interface("10.20.12.7"))
    w.works(box, Way(home.nat_address), start="06:00", hours=6, calls=10)
    w.works(box, Way(other), start="12:02", hours=6, calls=10)
    return []


@legitimate("M7 second interface is attached at noon")
def hot_attached(w: World) -> Told:
    home = w.home()
    land = home.region
    box, out = w.inside(home, number=33)
    door = endpoint(land, home.vpc, "ec2", home.private)
    public = w.rented()
    extra = Interface("10.20.0.77", public, elastic=True)
    w.works(box, out, start="06:00", hours=6, calls=10)
    eni = hot_attach(box, home.public, extra, w.at("12:00"))
    changes.create_interface(w, "11:58", box, eni, extra, home.public)
    changes.attach_interface(w, "12:00", box, eni)
    ways = (Way(public), Way("10.20.0.77", door, w.account, "ec2"), out)
    w.works(box, *ways, start="12:02", hours=6, calls=12)
    return []


def _floating(w: World, *, collected: str) -> Told:
    home = w.home()
    land, floating = home.region, "10.20.1.250"
    door = endpoint(land, home.vpc, "secretsmanager", home.private)
    late = collected > "12:00"
    first = Interface("10.20.1.101", secondary=() if late else (floating,))
    second = Interface("10.20.1.102", secondary=(floating,) if late else ())
    one = w.machine(land, home.private, first, "ha")
    two = w.machine(land, home.private, second, "ha")
    w.collected[""] = w.at(collected)
    if late:
        changes.assign_private(w, w.at("05:00", -1), land, one.eni, floating)
    changes.assign_private(w, "12:00", land, two.eni, floating)
    way = Way(floating, door, w.account, "secretsmanager")
    w.works(one, way, start="06:00", hours=6, calls=10)
    w.works(two, way, start="12:01", hours=6, calls=10)
    return []


@legitimate("M8 floating private address fails over, snapshot after")
def floating_after(w: World) -> Told:
    return _floating(w, collected="23:00")


@legitimate("M8 floating private address fails over, snapshot before")
def floating_before(w: World) -> Told:
    return _floating(w, collected="03:00")


@legitimate("M9 NAT instance fails over at noon, snapshot after")
def nat_instance_fails(w: World) -> Told:
    home = w.home()
    land = home.region
    publics = [w.rented(), w.rented()]
    pair = [
        w.machine(land, home.public, Interface(f"10.20.0.{n}", public, elastic=True), "nat")
        for n, public in zip((8, 9), publics, strict=True)
    ]
    for one in pair:
        forward(one)
    subnet = land.subnet(home.vpc, "10.20.6.0/24")
    ways = [f"{one.eni}/{one.id}@{w.account}" for one in pair]
    table = land.routes(home.vpc, {"0.0.0.0/0": ways[1]}, subnet)
    before: Json = {"networkInterfaceId": pair[0].eni}
    after: Json = {"networkInterfaceId": pair[1].eni}
    changes.replace_route(w, w.at("04:00", -1), land, table, "0.0.0.0/0", before)
    changes.replace_route(w, "12:00", land, table, "0.0.0.0/0", after)
    inner = w.machine(land, subnet, Interface("10.20.6.20"))
    w.works(inner, Way(publics[0]), start="06:00", hours=6, calls=10)
    w.works(inner, Way(publics[1]), start="12:01", hours=6, calls=10)
    return []


@legitimate("M10 two regions, snapshots hours apart")
def hours_apart(w: World) -> Told:
    home = w.home()
    far = "us-west-2" if w.region != "us-west-2" else "eu-west-1"
    there = w.home("10.21.0.0/16", w.land(region=far))
    w.collected[""] = w.at("13:00")
    for place in (home, there):
        box, out = w.inside(place)
        w.works(box, out)
    return []


@legitimate("M10 no time of collection at all")
def no_time(w: World) -> Told:
    w.collected[""] = None
    box, out = w.inside(w.home())
    w.works(box, out)
    return []
