"""Thefts by way of addresses outside AWS (E6, E7, E13, E15, E18, E20, E22-E25, E27)."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import endpoint
from tests.stories.instances import Interface, tag
from tests.stories.ranges import OFFICE, OUTSIDE_V6, host, v6_block, within
from tests.stories.records import Way
from tests.stories.story import Found, Match, inside, other, outside, theft
from tests.stories.world import World

Told = Sequence[Found]


@theft("E6 the instance never used its role")
def never_used(w: World) -> Told:
    """As Capital One: S3 from a laptop, and nothing else of that role in the log."""
    home = w.home()
    box = w.machine(home.region, home.public, Interface("10.20.0.17", w.rented()))
    w.bystanders(home.region)
    acts = ("s3:ListBuckets", "s3:ListObjects", "s3:GetObject")
    key = w.key(box, "10:30", "1.0")
    return [outside(box, w.steals(key, "11:00", Way(w.outside()), calls=11, actions=acts))]


@theft("E6 the thief calls first")
def first_caller(w: World) -> Told:
    box, out = w.inside(w.home())
    calls = w.steals(w.key(box, "06:00"), "06:01", Way(w.outside()))
    w.works(box, out, start="07:00")
    return [outside(box, calls)]


@theft("E7 IMDSv1 twin of a key whose software uses IMDSv2")
def twin(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    return [outside(box, w.steals(w.key(box, "14:00", "1.0"), "14:00", Way(w.outside())))]


@theft(
    "E7 IMDSv1 twin from behind the same NAT gateway: not shown by place",
    full=Match.QUIET,
    alone=Match.QUIET,
)
def twin_same_way(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    w.steals(w.key(box, "14:00", "1.0"), "14:00", out, agent=box.agents[0])
    return []


@theft("E13 IPv6 outside AWS")
def v6_outside(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    way = Way(within(w.rng, OUTSIDE_V6))
    return [outside(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E13 IPv6 of another customer of AWS", alone=Match.LOOSE)
def v6_rented(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    way = Way(host(v6_block(w.rng, "us-east-1"), 0x77))
    return [inside(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E13 IPv6 of another instance of ours", alone=Match.LOOSE)
def v6_other(w: World) -> Told:
    land = w.land()
    block = v6_block(w.rng, w.region)
    vpc = land.vpc("10.31.0.0/16", v6=block)
    net6 = block.replace("/56", "/64")
    subnet = land.subnet(vpc, "10.31.1.0/24", net6)
    igw = land.internet_gateway(vpc)
    land.routes(vpc, {"0.0.0.0/0": igw, "::/0": igw}, main=True)
    mine, yours = host(net6, 0xA1), host(net6, 0xB2)
    box = w.machine(land, subnet, Interface("10.31.1.12", v6=(mine,)))
    w.works(box, Way(mine))
    w.machine(land, subnet, Interface("10.31.1.13", v6=(yours,)), "other")
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", Way(yours)))]


@theft("E15 poisoning: two calls a day for six days")
def poison(w: World) -> Told:
    box, out = w.inside(w.home())
    way, calls = Way(w.outside(2)), 0
    for days in range(-5, 1):
        w.works(box, out, days=days, calls=6)
        calls += w.steals(w.key(box, w.at("12:00", days)), w.at("12:00", days), way, calls=2)
    return [outside(box, calls)]


@theft("E15 forged heartbeat from the thief's address")
def forged_heartbeat(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    key = w.key(box, "12:00")
    told = {"instanceId": box.id, "iPAddress": box.interface.private, "computerName": "web"}
    way = Way(w.outside(1))
    calls = w.steals(
        key, "12:00", way, calls=4, actions=("ssm:UpdateInstanceInformation",),
        agent=box.agents[0], requestParameters=told,
    )  # fmt: skip
    return [outside(box, calls + w.steals(key, "12:30", way, calls=3))]


@theft("E18 Tor exit and a home, two networks are two parties")
def two_networks(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    key = w.key(box, "13:00")
    tor = w.steals(key, "13:00", Way(w.outside(1)), calls=4)
    return [outside(box, tor), outside(box, w.steals(key, "14:00", Way(w.outside(0)), calls=3))]


@theft("E18 two addresses of one /24 are one party")
def one_network(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    ways = (Way("94.16.112.17"), Way("94.16.112.203"))
    return [outside(box, w.steals(w.key(box, "13:00"), "13:00", *ways, calls=7))]


@theft("E20 from outside, three hours after the end")
def after_end(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, hours=5, calls=10)
    key = w.key(box, "10:55")
    changes.terminate(w, "11:00", box)
    home.region.forget(box.id, box.eni)
    return [outside(box, w.steals(key, "14:00", Way(w.outside())))]


@theft("E20 from a rented address, three hours after the end", alone=Match.FOUND)
def after_end_rented(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, hours=5, calls=10)
    key = w.key(box, "10:55")
    changes.terminate(w, "11:00", box)
    home.region.forget(box.id, box.eni)
    return [inside(box, w.steals(key, "14:00", Way(w.rented())))]


@theft(
    "E20 from the instance's own NAT gateway, three hours after the end",
    full=Match.FOUND,
    alone=Match.FOUND,
)
def after_end_same_way(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, hours=5, calls=10)
    key = w.key(box, "10:55")
    changes.terminate(w, "11:00", box)
    home.region.forget(box.id, box.eni)
    return [other(box, w.steals(key, "14:00", out))]


@theft("E22 the thief stops the trail")
def stops_trail(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out, hours=7)
    acts = ("cloudtrail:StopLogging", "cloudtrail:PutEventSelectors")
    return [
        outside(
            box, w.steals(w.key(box, "13:00"), "13:00", Way(w.outside()), calls=2, actions=acts)
        )
    ]


@theft("E23 one single call")
def one_call(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    acts = ("sts:GetCallerIdentity",)
    return [
        outside(
            box, w.steals(w.key(box, "13:00"), "13:00", Way(w.outside()), calls=1, actions=acts)
        )
    ]


@theft("E18 a node's token is checked from outside AWS")
def token_outside(w: World) -> Told:
    """EKS would send it from AWS's ranges."""
    node, out = w.inside(w.home(), "eks-node")
    tag(node, {"kubernetes.io/cluster/prod": "owned"})
    w.works(node, out)
    acts = ("sts:GetCallerIdentity",)
    calls = w.steals(w.key(node, "13:00"), "13:00", Way(w.outside()), calls=3, actions=acts)
    return [outside(node, calls)]


@theft("E24 presigned with a stolen key: looks like T20", full=Match.QUIET, alone=Match.QUIET)
def presigned_theft(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    for minute in range(4):
        record = w.call(
            w.key(box, "13:00"), w.at("13:00") + minute, Way(w.outside()), ("s3:GetObject",)
        )
        extra = record["additionalEventData"]
        assert isinstance(extra, dict)
        extra["AuthenticationMethod"] = "QueryString"
    return []


@theft("E24 presigned downloads beside direct calls: the direct ones count")
def presigned_and_direct(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    way = Way(w.outside(2))
    for minute in range(4):
        record = w.call(w.key(box, "13:00"), w.at("13:00") + minute, way, ("s3:GetObject",))
        extra = record["additionalEventData"]
        assert isinstance(extra, dict)
        extra["AuthenticationMethod"] = "QueryString"
    calls = w.steals(w.key(box, "13:00"), "13:10", way, calls=5)
    return [outside(box, calls, calls + 4)]


@theft("E25 a web identity token for third parties")
def web_identity(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    acts = ("sts:GetWebIdentityToken",)
    return [
        outside(
            box, w.steals(w.key(box, "13:00"), "13:00", Way(w.outside()), calls=2, actions=acts)
        )
    ]


@theft("E27 the thief wears the instance's user agent")
def disguised(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    key = w.key(box, "13:00")
    return [outside(box, w.steals(key, "13:00", Way(w.outside()), agent=box.agents[0]))]


@theft("E31 only failed calls")
def only_failures(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    calls = w.steals(
        w.key(box, "13:00"), "13:00", Way(w.outside()), calls=6,
        errorCode="AccessDenied", errorMessage="User is not authorized to perform this",
    )  # fmt: skip
    return [outside(box, calls)]


@theft("E20 writes only: no issuance in the trail")
def writes_only(w: World) -> Told:
    w.issuances = False
    box, out = w.inside(w.home())
    acts = ("s3:PutObject", "iam:CreateUser")
    w.works(box, out, actions=acts[:1])
    return [outside(box, w.steals(w.key(box, "13:00"), "13:00", Way(w.outside()), actions=acts))]


@theft("E6 from a trusted network after the rule's end")
def expired_rule(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    w.trusted.append({"cidr": OFFICE, "reason": "migration", "expires": "2023-02-10"})
    return [outside(box, w.steals(w.key(box, "13:00"), "13:00", Way(within(w.rng, OFFICE))))]


@theft("E6 from a network that is trusted for another account only")
def other_scope(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    member = w.add_account()
    there = w.home("10.80.0.0/16", w.land(member))
    allowed, there_out = w.inside(there, "web2")
    office = Way(within(w.rng, OFFICE))
    w.trusted.append({"cidr": OFFICE, "reason": "office", "accounts": [member]})
    w.works(allowed, there_out, office)
    return [outside(box, w.steals(w.key(box, "13:00"), "13:00", office))]


@theft("E10 a second network beside the trusted on-premises way")
def beside_trusted(w: World) -> Told:
    land = w.land()
    vpc, vgw = land.vpc("10.60.0.0/16"), w.ids.resource("vgw")
    land.routes(vpc, {"0.0.0.0/0": vgw}, main=True, vgw=vgw)
    box = w.machine(land, land.subnet(vpc, "10.60.1.0/24"), Interface("10.60.1.7"))
    w.trusted.append({"cidr": OFFICE, "reason": "head office"})
    w.works(box, Way(within(w.rng, OFFICE)))
    return [outside(box, w.steals(w.key(box, "14:00"), "14:00", Way(w.outside(0))))]


@theft("E6 out of a VPC that has endpoints only")
def closed_network(w: World) -> Told:
    land = w.land()
    vpc = land.vpc("10.2.0.0/16")
    subnet = land.subnet(vpc, "10.2.1.0/24")
    land.routes(vpc, {}, main=True)
    box = w.machine(land, subnet, Interface("10.2.1.20"))
    door = endpoint(land, vpc, "ec2", subnet)
    w.works(box, Way("10.2.1.20", door, w.account, "ec2"))
    return [outside(box, w.steals(w.key(box, "14:00"), "14:00", Way(w.outside())))]
