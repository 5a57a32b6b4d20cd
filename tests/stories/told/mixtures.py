"""Many things at once: duplicates, copies, several thefts, neighbours, big estates."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import endpoint
from tests.stories.instances import Interface
from tests.stories.records import Way
from tests.stories.story import Found, Match, inside, legitimate, other, outside, theft
from tests.stories.told.hubs import hub_and_spoke
from tests.stories.world import World

Told = Sequence[Found]


@theft("X every record is delivered twice")
def delivered_twice(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    calls = w.steals(w.key(box, "13:00"), "13:00", Way(w.outside()), calls=6)
    w.records += [dict(record) for record in w.records]
    return [outside(box, calls)]


@theft("X one call recorded in two accounts counts once")
def in_two_accounts(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    member = w.add_account()
    key, way = w.key(box, "13:00"), Way(w.outside())
    for minute in range(4):
        record = w.call(key, w.at("13:00") + minute * 20, way, ("s3:GetObject",))
        record["sharedEventID"] = w.ids.uuid()
        w.records.append(record | {"eventID": w.ids.uuid(), "recipientAccountId": member})
    return [outside(box, 4)]


@theft("X calls to another account's bucket, only in that account's trail")
def other_trail(w: World) -> Told:
    """The copy in the bucket owner's trail is the only one when data events are off at home."""
    box, out = w.inside(w.home())
    w.works(box, out)
    member = w.add_account()
    key, way = w.key(box, "13:00"), Way(w.outside())
    for minute in range(4):
        record = w.call(key, w.at("13:00") + minute * 20, way, ("s3:GetObject",))
        record |= {"sharedEventID": w.ids.uuid(), "recipientAccountId": member}
    return [outside(box, 4)]


@theft("X three thefts of three sessions, by three ways", alone=Match.LOOSE)
def three_thefts(w: World) -> Told:
    home = w.home()
    boxes = [w.inside(home, f"role{n}", 20 + n) for n in range(4)]
    for box, out in boxes:
        w.works(box, out, calls=12)
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    first, second, third = (box for box, _ in boxes[:3])
    return [
        outside(first, w.steals(w.key(first, "09:00"), "09:00", Way(w.outside()), calls=7)),
        inside(
            second,
            w.steals(w.key(second, "10:00"), "10:00", Way(there.nat_address), calls=4),
            there.region.account,
            affiliated=True,
        ),
        inside(third, w.steals(w.key(third, "11:00"), "11:00", Way(w.rented()), calls=3)),
    ]


@theft("X one session from outside, from a rented address and from a neighbour", alone=Match.FOUND)
def three_parties(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    public = w.rented()
    w.machine(home.region, home.public, Interface("10.20.0.5", public), "jump")
    key = w.key(box, "13:00")
    return [
        outside(box, w.steals(key, "13:00", Way(w.outside()), calls=5)),
        inside(box, w.steals(key, "14:00", Way(w.rented()), calls=3)),
        other(box, w.steals(key, "15:00", Way(public), calls=2)),
    ]


@theft("X two keys of one session, hours apart, one thief")
def two_keys(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out, hours=16)
    way = Way(w.outside())
    calls = w.steals(w.key(box, "08:00", "1.0"), "08:00", way)
    calls += w.steals(w.key(box, "19:00", "1.0"), "19:00", way, calls=4)
    return [outside(box, calls)]


@theft("X theft out of a spoke behind a hub")
def from_spoke(w: World) -> Told:
    made = hub_and_spoke(w)
    w.works(made.box, Way(made.hub.nat_address))
    return [outside(made.box, w.steals(w.key(made.box, "13:00"), "13:00", Way(w.outside())))]


@theft("X theft of an instance that the snapshot never saw")
def unseen_instance(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home, "fleet")
    changes.run(w, "07:00", box)
    w.works(box, out, start="07:10", hours=3, calls=8)
    calls = w.steals(w.key(box, "09:00"), "09:00", Way(w.outside()))
    changes.terminate(w, "11:00", box, service="autoscaling.amazonaws.com")
    home.region.forget(box.id, box.eni)
    return [outside(box, calls)]


@theft("X theft of an instance in an account without inventory")
def account_without_inventory(w: World) -> Told:
    home = w.home()
    neighbour, out = w.inside(home)
    w.works(neighbour, out, calls=8)
    member = w.add_account()
    hidden = w.home("10.81.0.0/16", w.land(member))
    box, way = w.inside(hidden, "app")
    w.works(box, way)
    calls = w.steals(w.key(box, "13:00"), "13:00", Way(w.outside()))
    w.regions.remove(hidden.region)
    return [outside(box, calls)]


@legitimate("X an account without inventory beside one that has it", full=Match.QUIET)
def half_an_inventory(w: World) -> Told:
    neighbour, out = w.inside(w.home())
    w.works(neighbour, out, calls=8)
    hidden = w.home("10.81.0.0/16", w.land(w.add_account()))
    box, way = w.inside(hidden, "app")
    door = endpoint(hidden.region, hidden.vpc, "ec2", hidden.private)
    w.works(box, way, Way(box.interface.private, door, hidden.region.account, "ec2"))
    w.regions.remove(hidden.region)
    return []


@legitimate("X a fleet of thirty behind two gateways")
def fleet(w: World) -> Told:
    home = w.home()
    for number in range(30):
        box, out = w.inside(home, "fleet", 20 + number)
        w.works(box, out, calls=5)
    w.bystanders(home.region)
    return []


@theft("X one of a fleet, in the noise of all others")
def one_of_fleet(w: World) -> Told:
    home = w.home()
    boxes = [w.inside(home, "fleet", 20 + number) for number in range(20)]
    for box, out in boxes:
        w.works(box, out, calls=5)
    victim = boxes[11][0]
    return [outside(victim, w.steals(w.key(victim, "13:00"), "13:00", Way(w.outside()), calls=3))]


@theft("X the thief is slow: one call each hour for a night")
def slow(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out, hours=17)
    way, agent, calls = Way(w.outside(0)), box.agents[0], 0
    for hour in range(8):
        clock = w.at("14:30") + hour * 3600
        calls += w.steals(w.key(box, clock), clock, way, calls=1, agent=agent)
    return [outside(box, calls)]


@theft("X a stolen key that is used on and on after its own expiry is refused", alone=Match.EXACT)
def expired(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out, hours=16)
    key, way = w.key(box, "06:30"), Way(w.outside())
    calls = w.steals(key, "10:00", way, calls=3)
    calls += w.steals(key, "19:00", way, calls=2, errorCode="ExpiredToken", errorMessage="expired")
    return [outside(box, 3, calls)]
