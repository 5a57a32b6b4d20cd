"""Thefts with a finer point: redacted copies, partitions, the trail as the only inventory."""

from collections.abc import Sequence
from dataclasses import replace

from tests.stories import changes
from tests.stories.gateways import attach, endpoint
from tests.stories.instances import Interface
from tests.stories.ranges import Json
from tests.stories.records import Way
from tests.stories.services import Action
from tests.stories.story import Found, Match, inside, legitimate, other, outside, theft
from tests.stories.told.hubs import hub_and_spoke
from tests.stories.world import World

Told = Sequence[Found]
ADMINISTRATOR = "100000000001"


@theft("X only redacted copies, in the bucket owner's trail", full=Match.FOUND, alone=Match.FOUND)
def redacted(w: World) -> Told:
    """Across accounts S3 tells of the caller no more than account and principal."""
    box, out = w.inside(w.home())
    w.works(box, out)
    member = w.add_account()
    key, way = w.key(box, "13:00"), Way(w.outside())
    who: Json = {
        "type": "AWSAccount",
        "principalId": box.session.principal,
        "accountId": w.account,
    }
    for minute in range(5):
        record = w.call(key, w.at("13:00") + minute * 20, way, ("s3:GetObject",))
        record |= {
            "userIdentity": who,
            "sharedEventID": w.ids.uuid(),
            "recipientAccountId": member,
        }
    return [outside(box, 5)]


@theft("X GovCloud")
def gov_cloud(w: World) -> Told:
    land = w.land(region="us-gov-west-1")
    vpc = land.vpc("10.3.0.0/16")
    subnet = land.subnet(vpc, "10.3.1.0/24")
    land.routes(vpc, {}, main=True)
    box = w.machine(land, subnet, Interface("10.3.1.4"))
    box.session = replace(box.session, partition="aws-us-gov")
    door = endpoint(land, vpc, "ec2", subnet)
    w.works(box, Way("10.3.1.4", door, w.account, "ec2"))
    found = outside(box, w.steals(w.key(box, "13:00"), "13:00", Way(w.outside())))
    return [found.that_mentions("arn:aws-us-gov:")]


@theft("X the administrator's account is affiliated too", alone=Match.LOOSE)
def from_administrator(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    there = w.home("10.80.0.0/16", w.land(ADMINISTRATOR))
    calls = w.steals(w.key(box, "14:00"), "14:00", Way(there.nat_address))
    return [inside(box, calls, ADMINISTRATOR, affiliated=True)]


@theft("X the thief sits at the administrators' own address")
def same_address_as_people(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    address = w.outside(3)
    for clock in ("09:00", "13:01"):
        act = Action("ec2", "DescribeInstances")
        w.records.append(w.scribe.by_user(w.account, w.at(clock), act, address, w.region))
    return [outside(box, w.steals(w.key(box, "13:00"), "13:00", Way(address)))]


@theft("E3 both instances known from the trail alone")
def trail_is_inventory(w: World) -> Told:
    home = w.home()
    land = home.region
    boxes = []
    for number, role in ((41, "victim"), (42, "thief")):
        public = w.rented()
        has = Interface(f"10.20.0.{number}", public, elastic=True)
        box = w.machine(land, home.public, has, role)
        changes.run(w, w.at("04:00"), box)
        changes.allocate(w, "04:01", land, box.allocation, public)
        item = land.find("Addresses", "AllocationId", box.allocation)
        changes.associate(w, "04:02", box, box.allocation, str(item["AssociationId"]))
        w.works(box, Way(public), start="05:00", calls=12)
        boxes.append(box)
    victim, thief = boxes
    way = Way(thief.interface.public)
    return [other(victim, w.steals(w.key(victim, "13:00"), "13:00", way))]


@theft("E4 a monitored account's endpoint, known from its creation in the trail")
def endpoint_from_trail(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    made = w.ids.resource("vpce")
    changes.create_endpoint(w, "05:00", there.region, made, there.vpc, "sts", there.private)
    w.regions.remove(there.region)
    way = Way("10.80.1.7", made, there.region.account, "sts", tells_owner=False)
    calls = w.steals(w.key(box, "14:00"), "14:00", way)
    return [inside(box, calls, there.region.account, affiliated=True)]


@theft("E21 by the shared services' endpoint, from a spoke of another account", alone=Match.LOOSE)
def neighbour_spoke(w: World) -> Told:
    made = hub_and_spoke(w)
    land = made.hub.region
    door = endpoint(land, made.hub.vpc, "sts", made.hub.private)
    w.works(made.box, Way(made.hub.nat_address), Way("10.1.4.33", door, land.account, "sts"))
    second = w.land(w.add_account())
    vpc = second.vpc("10.2.0.0/16")
    second.routes(vpc, {"0.0.0.0/0": made.gateway}, main=True)
    attach(land, made.gateway, second, vpc.id)
    thief = w.machine(second, second.subnet(vpc, "10.2.4.0/24"), Interface("10.2.4.9"), "other")
    way = Way("10.2.4.9", door, land.account, "sts")
    w.works(thief, way, calls=6)
    calls = w.steals(w.key(made.box, "15:00"), "15:00", way)
    return [inside(made.box, calls, None, affiliated=True)]


@theft("E21 by the shared services' endpoint, from another spoke of the account", alone=Match.LOOSE)
def neighbour_spoke_of_ours(w: World) -> Told:
    made = hub_and_spoke(w)
    land = made.hub.region
    door = endpoint(land, made.hub.vpc, "sts", made.hub.private)
    w.works(made.box, Way(made.hub.nat_address), Way("10.1.4.33", door, land.account, "sts"))
    vpc = made.spoke.vpc("10.2.0.0/16")
    made.spoke.routes(vpc, {"0.0.0.0/0": made.gateway}, main=True)
    attach(land, made.gateway, made.spoke, vpc.id)
    subnet = made.spoke.subnet(vpc, "10.2.4.0/24")
    thief = w.machine(made.spoke, subnet, Interface("10.2.4.9"), "other")
    way = Way("10.2.4.9", door, land.account, "sts")
    w.works(thief, way, calls=6)
    return [other(made.box, w.steals(w.key(made.box, "15:00"), "15:00", way))]


@theft(
    "E5 by the instance itself: a proxy, no place betrays it", full=Match.QUIET, alone=Match.QUIET
)
def through_the_instance(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    w.steals(w.key(box, "13:00"), "13:00", out, agent="curl/7.88.1")
    return []


@theft("E2 stranger's endpoint and the victim's private address, owner untold", alone=Match.LOOSE)
def spoofed_untold(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    door = endpoint(home.region, home.vpc, "sts", home.private)
    w.works(box, out, Way(box.interface.private, door, w.account, "sts"))
    way = Way(box.interface.private, w.ids.resource("vpce"))
    return [inside(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@legitimate("T7 IMDSv1 alone, old software")
def first_version_only(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out, delivery="1.0")
    return []
