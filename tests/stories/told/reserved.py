"""Thefts at the edges of what an instance's session is: reserved roles, claims, stops, endings."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import endpoint
from tests.stories.identity import Key, RoleSession
from tests.stories.instances import described
from tests.stories.records import Way
from tests.stories.story import (
    OUTSIDE,
    Found,
    Match,
    impostor,
    inside,
    legitimate,
    other,
    outside,
    theft,
)
from tests.stories.told.hubs import hub_and_spoke
from tests.stories.world import ERAS, World

Told = Sequence[Found]
TELLS = (9, 10, 11)


@theft("E1 an endpoint for each service, some tell their owner", alone=Match.FOUND, minors=TELLS)
def endpoint_for_each(w: World) -> Told:
    """As SneakyEndpoints builds it: STS and IAM have endpoints of their own, never named."""
    box, out = w.inside(w.home())
    w.works(box, out)
    stranger, calls = w.ids.account(), 0
    key = w.key(box, "13:00", "1.0")
    for number, name in enumerate(("sts", "ec2", "s3", "logs", "secretsmanager")):
        way = Way("10.0.0.77", w.ids.resource("vpce"), stranger, name)
        acts = ("s3:GetObject",) if name == "s3" else ()
        calls += w.steals(key, w.at("13:00") + number * 200, way, calls=2, actions=acts)
    return [inside(box, calls, stranger)]


@theft("E1 an endpoint for each service, owner never told", alone=Match.LOOSE)
def endpoint_for_each_untold(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    key, calls = w.key(box, "13:00", "1.0"), 0
    for number, name in enumerate(("sts", "iam", "logs")):
        way = Way("10.0.0.77", w.ids.resource("vpce"), "", name)
        calls += w.steals(key, w.at("13:00") + number * 200, way, calls=2, actions=())
    return [inside(box, calls)]


@theft("E1 two endpoints of one stranger, both tell their owner", minors=TELLS)
def two_endpoints(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    stranger = w.ids.account()
    ways = [Way(f"10.{n}.0.9", w.ids.resource("vpce"), stranger) for n in (1, 2)]
    acts = ("ec2:DescribeInstances", "secretsmanager:ListSecrets")
    calls = w.steals(w.key(box, "13:00"), "13:00", *ways, calls=6, actions=acts)
    return [inside(box, calls, stranger)]


@theft("E14 a claimed session whose maker is not in the trail")
def unknown_maker(w: World) -> Told:
    """Issuance of other keys is recorded before and after, this key's is not."""
    box, out = w.inside(w.home())
    w.works(box, out, hours=16)
    fake = RoleSession(w.account, w.region, "Support", w.ids.principal(), box.id)
    key = Key(w.ids.key(), fake, w.at("12:59"))
    calls = w.steals(key, "13:00", Way(w.outside(2)), calls=4)
    return [impostor(fake.principal, calls)]


@theft("T23 the identity role's key outside AWS")
def identity_role(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    role = f"{w.account}:aws:ec2-instance"
    session = RoleSession(w.account, w.region, "aws:ec2-instance", role, box.id)
    key = Key(w.ids.key(), session, w.at("12:30"), "2.0")
    calls = w.steals(key, "13:00", Way(w.outside(1)), calls=3, actions=("sts:GetCallerIdentity",))
    return [Found(f"{role}:{box.id}", OUTSIDE, 8.0, calls, calls)]


@theft("T23 the key of default host management outside AWS", full=Match.FOUND, alone=Match.FOUND)
def host_management(w: World) -> Told:
    box, out = w.inside(w.home())
    role = "AWSSystemsManagerDefaultEC2InstanceManagementRole"
    session = RoleSession(w.account, w.region, role, w.ids.principal(), box.id)
    for hour in range(6, 14):
        key = Key(w.ids.key(), session, w.at(f"{hour:02}:00"))
        for minute in range(0, 60, 15):
            acts = ("ssm:UpdateInstanceInformation",)
            w.call(key, w.at(f"{hour:02}:{minute:02}"), out, acts, box.agents)
    probing = ("ssm:DescribeInstanceInformation", "sts:GetCallerIdentity")
    calls = w.steals(key, "13:30", Way(w.outside(1)), calls=4, actions=probing)
    return [Found(session.principal, OUTSIDE, 8.0, calls, calls)]


@theft(
    "E20 while the instance is stopped, from its own NAT gateway",
    full=Match.LOOSE,
    alone=Match.LOOSE,
)
def while_stopped(w: World) -> Told:
    """No more than that: a start whose record is late would make a thief of an honest instance."""
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, hours=5, calls=10)
    key = w.key(box, "10:55")
    changes.stop(w, "11:00", box)
    described(box)["State"] = {"Code": 80, "Name": "stopped"}
    return [other(box, w.steals(key, "14:00", out))]


@theft("E20 ended by the snapshot's word alone")
def ended_in_snapshot(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, hours=5, calls=10)
    key = w.key(box, "10:55")
    item = described(box)
    item |= {"State": {"Code": 48, "Name": "terminated"}, "NetworkInterfaces": []}
    item["StateTransitionReason"] = f"User initiated ({ERAS[w.minor]} 11:00:00 GMT)"
    for member in ("PrivateIpAddress", "SubnetId", "VpcId"):
        item.pop(member)
    home.region.forget(box.eni)
    return [outside(box, w.steals(key, "13:00", Way(w.outside(0))))]


@legitimate("M5 ended by the snapshot's word alone", full=Match.QUIET)
def ended_in_snapshot_home(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, hours=5, calls=10)
    item = described(box)
    item |= {"State": {"Code": 48, "Name": "terminated"}, "NetworkInterfaces": []}
    item["StateTransitionReason"] = f"User initiated ({ERAS[w.minor]} 11:00:00 GMT)"
    for member in ("PrivateIpAddress", "SubnetId", "VpcId"):
        item.pop(member)
    home.region.forget(box.eni)
    return []


@legitimate("T5 endpoints of an account without inventory", full=Match.QUIET)
def hub_without_inventory(w: World) -> Told:
    made = hub_and_spoke(w)
    land = made.hub.region
    ways = [
        Way("10.1.4.33", endpoint(land, made.hub.vpc, name, made.hub.private), land.account, name)
        for name in ("sts", "ec2", "secretsmanager")
    ]
    w.works(made.box, *ways)
    w.regions.remove(land)
    return []


@legitimate("T4 hub of an account without inventory", full=Match.QUIET)
def egress_without_inventory(w: World) -> Told:
    made = hub_and_spoke(w)
    w.works(made.box, Way(made.hub.nat_address))
    w.regions.remove(made.hub.region)
    return []


@theft("E6 three hundred calls in a row, all counted")
def many_calls(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    acts = ("s3:GetObject", "s3:ListObjects")
    calls = w.steals(
        w.key(box, "13:00"), "13:00", Way(w.outside(0)), calls=300, actions=acts, apart=9
    )
    return [outside(box, calls)]


@theft("E20 in the night after the end, from two networks outside", minors=(11,))
def night_after(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, start="08:00", hours=14, calls=20)
    key = w.key(box, "22:30")
    changes.terminate(w, "23:00", box)
    home.region.forget(box.id, box.eni)
    late = w.steals(key, w.at("23:40"), Way(w.outside(0)), calls=6, apart=600)
    return [
        outside(box, late),
        outside(box, w.steals(key, w.at("01:00", 1), Way(w.outside(4)), calls=2)),
    ]
