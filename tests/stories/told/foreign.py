"""Thefts by way of VPC endpoints and of other accounts (E1, E2, E4, E16, E17, E19, E28)."""

from collections.abc import Sequence

from tests.stories import changes
from tests.stories.gateways import endpoint
from tests.stories.instances import Interface
from tests.stories.ranges import service_owned
from tests.stories.records import Way
from tests.stories.services import THIEVES
from tests.stories.story import Found, Match, inside, other, theft
from tests.stories.told.hubs import hub_and_spoke
from tests.stories.world import World

Told = Sequence[Found]
TELLS = (9, 10, 11)  # versions with vpcEndpointAccountId


@theft("E1 own endpoints of a stranger, owner told", minors=TELLS)
def sneaky(w: World) -> Told:
    """STS and IAM do not write the owner, EC2 does: one remote party all the same."""
    box, out = w.inside(w.home())
    w.works(box, out)
    stranger = w.ids.account()
    way = Way("10.0.0.77", w.ids.resource("vpce"), stranger)
    acts = ("ec2:DescribeInstances", "secretsmanager:ListSecrets", "lambda:ListFunctions20150331")
    calls = w.steals(w.key(box, "13:00"), "13:00", way, calls=6, actions=acts)
    return [inside(box, calls, stranger)]


@theft("E1 one endpoint, some services tell its owner", minors=TELLS)
def partly_told(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    stranger = w.ids.account()
    way = Way("10.0.0.77", w.ids.resource("vpce"), stranger)
    key = w.key(box, "13:00")
    calls = w.steals(key, "13:00", way, calls=2, actions=("sts:GetCallerIdentity",))
    calls += w.steals(key, "13:04", way, calls=3, actions=("ec2:DescribeInstances",))
    return [inside(box, calls, stranger)]


@theft("E1 endpoints of a stranger for STS and IAM, owner never told", alone=Match.LOOSE)
def owner_untold(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    way = Way("10.0.0.77", w.ids.resource("vpce"), "")
    acts = ("sts:GetCallerIdentity", "iam:ListRoles")
    return [inside(box, w.steals(w.key(box, "13:00"), "13:00", way, actions=acts))]


@theft("E1 gateway endpoint of a stranger, S3 data events", minors=TELLS)
def foreign_gateway(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    stranger = w.ids.account()
    way = Way("172.31.5.6", w.ids.resource("vpce"), stranger)
    acts = ("s3:GetObject", "s3:ListObjects")
    calls = w.steals(w.key(box, "13:00", "1.0"), "13:00", way, calls=25, actions=acts, apart=3)
    return [inside(box, calls, stranger)]


@theft("E2 stranger's endpoint and the victim's public address", alone=Match.LOOSE, minors=(8,))
def spoofed_public(w: World) -> Told:
    home = w.home()
    public = w.rented()
    box = w.machine(home.region, home.public, Interface("10.20.0.17", public, elastic=True))
    w.works(box, Way(public))
    way = Way(public, w.ids.resource("vpce"))
    return [inside(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E2 stranger's endpoint and the victim's private address, owner told", minors=TELLS)
def spoofed_private(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    private = box.interface.private
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(box, out, Way(private, door, w.account, "ec2"))
    stranger = w.ids.account()
    way = Way(private, w.ids.resource("vpce"), stranger)
    acts = ("ec2:DescribeInstances",)
    return [inside(box, w.steals(w.key(box, "14:00"), "14:00", way, actions=acts), stranger)]


@theft("E2 own endpoint and an address that its VPC cannot hold", alone=Match.LOOSE)
def impossible_address(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    door = endpoint(home.region, home.vpc, "ec2", home.private)
    w.works(box, out, Way(box.interface.private, door, w.account, "ec2"))
    way = Way("172.20.3.4", door, w.account, "ec2")
    return [other(box, w.steals(w.key(box, "14:00"), "14:00", way))]


@theft("E4 from an instance of a monitored account, its own address", alone=Match.LOOSE)
def affiliated_address(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    public = w.rented()
    thief = w.machine(there.region, there.public, Interface("10.80.0.9", public))
    w.works(thief, Way(public), calls=8)
    calls = w.steals(w.key(box, "14:00"), "14:00", Way(public))
    return [inside(box, calls, there.region.account, affiliated=True)]


@theft("E4 from behind the NAT gateway of a monitored account", alone=Match.LOOSE)
def affiliated_nat(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    calls = w.steals(w.key(box, "14:00"), "14:00", Way(there.nat_address))
    return [inside(box, calls, there.region.account, affiliated=True)]


@theft("E4 by a hub that the victim's subnet does not lead to", alone=Match.LOOSE)
def unreachable_hub(w: World) -> Told:
    made = hub_and_spoke(w)
    w.works(made.box, Way(made.hub.nat_address))
    victim, out = w.inside(w.home())
    w.works(victim, out)
    calls = w.steals(w.key(victim, "15:00"), "15:00", Way(made.hub.nat_address))
    return [inside(victim, calls, made.hub.region.account, affiliated=True)]


@theft(
    "E4 by the hub that victim and thief share: no log shows it",
    full=Match.QUIET,
    alone=Match.QUIET,
)
def shared_hub(w: World) -> Told:
    made = hub_and_spoke(w)
    w.works(made.box, Way(made.hub.nat_address))
    agent = made.box.agents[0]
    w.steals(w.key(made.box, "15:00"), "15:00", Way(made.hub.nat_address), agent=agent)
    return []


@theft("E4 from an account of the organization that is not monitored", alone=Match.LOOSE)
def unmonitored(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    there = w.home("10.80.0.0/16", w.land(w.add_account(monitored=False)))
    w.organization = [w.ids.account(), w.account, there.region.account]
    calls = w.steals(w.key(box, "14:00"), "14:00", Way(there.nat_address))
    return [inside(box, calls, there.region.account)]


@theft("E4 by the endpoint of an unmonitored account, owner told", minors=TELLS)
def unmonitored_endpoint(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    owner = w.add_account(monitored=False)
    w.organization = [w.ids.account(), w.account, owner]
    way = Way("10.0.3.3", w.ids.resource("vpce"), owner)
    calls = w.steals(w.key(box, "14:00"), "14:00", way, actions=("ec2:DescribeInstances",))
    return [inside(box, calls, owner)]


@theft("E4 by the endpoint of a monitored account, owner in the inventory only", alone=Match.LOOSE)
def affiliated_endpoint(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    thief = w.machine(there.region, there.private, Interface("10.80.1.9"))
    door = endpoint(there.region, there.vpc, "sts", there.private)
    way = Way("10.80.1.9", door, there.region.account, "sts", tells_owner=False)
    w.works(thief, way, calls=4)
    calls = w.steals(w.key(box, "14:00"), "14:00", way)
    return [inside(box, calls, there.region.account, affiliated=True)]


@theft("E4 by the endpoint of a monitored account, owner in the record only", minors=TELLS)
def affiliated_endpoint_told(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    member = w.add_account()
    way = Way("10.80.1.9", w.ids.resource("vpce"), member)
    calls = w.steals(
        w.key(box, "14:00"), "14:00", way, actions=("s3:GetObject", "ec2:DescribeTags")
    )
    return [inside(box, calls, member, affiliated=True)]


@theft("E16 from a rented address in the victim's region", alone=Match.LOOSE)
def rented_here(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    return [inside(box, w.steals(w.key(box, "14:00"), "14:00", Way(w.rented())))]


@theft("E16 from a rented address, the instance never used its role", alone=Match.LOOSE)
def rented_unused(w: World) -> Told:
    box, _ = w.inside(w.home())
    w.bystanders(box.region)
    return [
        inside(box, w.steals(w.key(box, "14:00"), "14:00", Way(w.rented("us-east-1")), calls=9))
    ]


@theft("E17 from an address of AWS itself: CloudShell, CodeBuild", alone=Match.LOOSE)
def aws_compute(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out)
    address = service_owned(w.rng, w.region)
    agent = "aws-cli/2.15.30 Python/3.11.8 Linux/6.1.79-99.164.amzn2023.x86_64 exec-env/CloudShell"
    key = w.key(box, "14:00", "1.0")
    return [inside(box, w.steals(key, "14:00", Way(address), agent=agent))]


@theft("E19 from the victim's released address", alone=Match.LOOSE)
def recycled(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    public = w.rented()
    old = w.machine(home.region, home.public, Interface("10.20.0.30", public, elastic=True), "old")
    w.works(old, Way(public), start="06:00", hours=4, calls=8)
    w.collected[""] = w.at("05:00")
    item = home.region.find("Addresses", "AllocationId", old.allocation)
    changes.disassociate(w, "11:00", home.region, str(item["AssociationId"]))
    changes.release(w, "11:01", home.region, old.allocation)
    w.works(box, out)
    calls = w.steals(w.key(old, "14:00"), "14:00", Way(public))
    return [inside(old, calls)]


@theft("E19 from an address that was transferred to a monitored account", alone=Match.LOOSE)
def transferred(w: World) -> Told:
    home = w.home()
    there = w.home("10.80.0.0/16", w.land(w.add_account()))
    public = w.rented()
    old = w.machine(home.region, home.public, Interface("10.20.0.30", public, elastic=True), "old")
    w.works(old, Way(public), start="06:00", hours=4, calls=8)
    w.collected[""] = w.at("05:00")
    item = home.region.find("Addresses", "AllocationId", old.allocation)
    changes.disassociate(w, "11:00", home.region, str(item["AssociationId"]))
    changes.transfer_address(w, "11:02", home.region, there.region, old.allocation, public)
    thief = w.machine(there.region, there.public, Interface("10.80.0.22"), "new")
    changes.associate(w, "11:30", thief, old.allocation, w.ids.resource("eipassoc"))
    calls = w.steals(w.key(old, "14:00"), "14:00", Way(public), actions=THIEVES)
    return [inside(old, calls, there.region.account, affiliated=True)]


@theft("E28 through two rented addresses of one owner unknown", full=Match.FOUND, alone=Match.LOOSE)
def two_rented(w: World) -> Told:
    box, out = w.inside(w.home())
    w.works(box, out)
    ways = (Way(w.rented()), Way(w.rented("us-east-1")))
    return [inside(box, w.steals(w.key(box, "14:00"), "14:00", *ways, calls=8))]
