"""The announcement's story: one web server's key, stolen through its metadata service, used thrice.

Two accounts of ours and a stranger, as in
https://aws.amazon.com/blogs/aws/amazon-guardduty-enhances-detection-of-ec2-instance-credential-exfiltration/:
the key is used from a laptop outside AWS, from the stranger's VPC endpoint, and from an instance of
the affiliated account.
"""

from truant.simulator import actions, aws_services, clients, construction, people, truth, workload
from truant.simulator.network import Account, Instance, Subnet, Vpc
from truant.simulator.theft import look_round, steal
from truant.simulator.way_out import Origin
from truant.simulator.world import World

ADMINISTRATOR = "111122223333"
MEMBER = "444455556666"
STRANGER = "777788889999"


def build(world: World) -> None:
    """The announcement's story: one key used from outside, by a stranger, by an affiliate."""
    region = world.rng.choice(("us-east-1", "eu-west-1", "us-west-2"))
    victim = world.estate.administrator
    world.network.accounts.append(victim)
    member = world.account("analytics", id_=MEMBER)
    stranger = world.account("stranger", ours=False, id_=STRANGER)
    bucket = f"customer-records-{world.ids.text(8, 'abcdefghijklmnopqrstuvwxyz')}"
    web = _shop(world, victim, region, bucket)
    helper = _analytics(world, member, region)
    people.operator(world, victim, region)
    aws_services.services(world, victim, region)
    _outside(world, web, bucket)
    _stranger(world, web, stranger, bucket)
    _affiliated(world, web, helper, bucket)


def _shop(world: World, account: Account, region: str, bucket: str) -> Instance:
    """Our shop: web servers behind a NAT gateway, a public build machine; give the first server."""
    vpc = construction.vpc(world, account, region)
    gateway = construction.gateway(world, vpc)
    public = construction.subnet(world, vpc, default_route=gateway.id, public=True)
    nat = construction.nat(world, public)
    private = construction.subnet(world, vpc, default_route=nat.id)
    construction.endpoint(world, vpc, "s3", [private, public], gateway=True)
    construction.endpoint(world, vpc, "secretsmanager", [private])
    role = construction.role(world, account, "shop-web")
    servers = [construction.instance(world, private, f"web-{n}", role) for n in (1, 2, 3)]
    for server in servers:
        jobs = workload.web_server(world, server, bucket)
        workload.work(world, server, [*jobs, workload.heartbeats(world, server)])
    builder = construction.role(world, account, "shop-build")
    machine = construction.instance(world, public, "build-1", builder, tokens_required=True)
    jobs = workload.batch_worker(world, machine, bucket)
    workload.work(world, machine, [*jobs, workload.heartbeats(world, machine)])
    return servers[0]


def _analytics(world: World, account: Account, region: str) -> Instance:
    """The affiliated account: one instance behind a NAT gateway with an address of its own."""
    vpc = construction.vpc(world, account, region)
    private = _behind_nat(world, vpc)
    role = construction.role(world, account, "analytics-worker")
    made = construction.instance(world, private, "worker-1", role)
    jobs = workload.batch_worker(world, made, f"analytics-{world.ids.uuid()[:8]}")
    workload.work(world, made, [*jobs, workload.heartbeats(world, made)])
    return made


def _behind_nat(world: World, vpc: Vpc) -> Subnet:
    public = construction.subnet(
        world, vpc, default_route=construction.gateway(world, vpc).id, public=True
    )
    return construction.subnet(world, vpc, default_route=construction.nat(world, public).id)


def _outside(world: World, web: Instance, bucket: str) -> None:
    """From a laptop: refused at first, as the shop's operator had not opened the bucket yet."""
    thief = steal(world, web, world.between(world.at(7), world.at(8)))
    origin = Origin(world.estate.book.outside(world.rng, "residential"))
    refused = actions.list_objects(bucket, web.account.id).denied()
    last = thief.run([refused], origin)
    thief.run(look_round(world, bucket, web.account.id, objects=6), origin, last)
    thief.outside_aws()


def _stranger(world: World, web: Instance, stranger: Account, bucket: str) -> None:
    """From the stranger's VPC, through its own S3 endpoint."""
    vpc = construction.vpc(world, stranger, web.region)
    subnet = construction.subnet(world, vpc)
    construction.endpoint(world, vpc, "s3", [subnet], gateway=True)
    machine = construction.instance(world, subnet, "tool", None)
    thief = steal(world, web, world.between(world.at(12), world.at(13)))
    thief.run(
        [s for s in look_round(world, bucket, web.account.id, 9) if s.service == "s3"], machine
    )
    thief.inside_aws(stranger if world.estate.habit("s3").names_endpoint_account else None)


def _affiliated(world: World, web: Instance, helper: Instance, bucket: str) -> None:
    """From the affiliated account's worker, by its NAT gateway."""
    agent = clients.sdk(world.rng)
    thief = steal(world, web, world.between(world.at(17), world.at(18)), agent=agent)
    thief.run(look_round(world, bucket, web.account.id, 3), helper)
    thief.inside_aws(helper.account, needs=(truth.LOGS, truth.INVENTORY))
