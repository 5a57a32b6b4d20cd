"""Sessions that look like an instance's or are next to one, and are nobody's loss."""

from datetime import datetime, timedelta

from truant.simulator import actions, clients, construction, sites, workload
from truant.simulator.actions import Action
from truant.simulator.credentials import assume_role
from truant.simulator.identity import Credential
from truant.simulator.network import Instance, Role
from truant.simulator.way_out import Origin
from truant.simulator.workload import Job
from truant.simulator.world import World


def agents(world: World) -> None:
    """T24: the chatter of agents all day: SSM, its channels, CloudWatch."""
    site = sites.site(world, world.account("managed"))
    channel = Action("ssm", "CreateControlChannel", read_only=False, data=True)
    for name in ("agent-1", "agent-2", "agent-3"):
        made = sites.worker(world, site.private, name, working=False)
        jobs = [
            workload.heartbeats(world, made),
            Job(lambda _: channel, "Go-http-client/1.1", 3600, steady=True),
            Job(lambda _: actions.get_parameter("AmazonCloudWatch-linux"), clients.AGENT_SSM, 3600),
            Job(
                lambda r: actions.create_log_stream("/var/log/messages", f"{r.getrandbits(32):x}"),
                clients.AGENT_CLOUDWATCH,
                3000,
            ),
        ]
        workload.work(world, made, jobs)


def own_tooling(world: World) -> None:
    """T26: software on an instance assumes another role and names the session after itself."""
    account = world.account("tooling")
    site = sites.site(world, account)
    made = sites.worker(world, site.private, "deployer")
    other = construction.role(world, account, "deploy-target")
    agent = clients.sdk(world.rng)
    for hour in (2, 6, 11, 17, 21):
        time = world.between(world.at(hour), world.at(hour + 1))
        credential = assume(world, made, other, made.id, time, agent)
        for minute in (1, 4, 9, 20):
            later = time + timedelta(minutes=minute)
            origin = world.leave(made, "ec2", made.region, later)
            world.call_with(
                credential, actions.describe_instances(), origin, agent, later, region=made.region
            )


def assume(
    world: World, made: Instance, other: Role, session: str, time: datetime, agent: str
) -> Credential:
    """Let an instance assume another role, from home; give the key that it got."""
    got = Credential(
        world.ids.key(other.account.id), other, session, time, time + timedelta(hours=1)
    )
    world.home_call(made, assume_role(world, got), agent, time)
    return got


def hybrid(world: World) -> None:
    """T27: managed nodes outside AWS (`mi-…`) and Roles Anywhere, from the corporate network."""
    account = world.account("hybrid")
    site = sites.site(world, account)
    sites.worker(world, site.private, "cloud")
    role = construction.role(world, account, "AmazonEC2RunCommandRoleForManagedInstances")
    office = Origin(world.estate.book.outside(world.rng, "corporate"))
    for session in (
        f"mi-0{world.rng.getrandbits(64):016x}",
        world.ids.text(40, "0123456789abcdef"),
    ):
        _foreign_session(world, role, session, office, clients.AGENT_SSM, site.vpc.region)


def other_compute(world: World) -> None:
    """T28: Lambda functions and CloudShell, with their own roles, from AWS's addresses."""
    account = world.account("serverless")
    site = sites.site(world, account)
    sites.worker(world, site.private, "server")
    region = site.vpc.region
    for name, session in (("thumbnail-role", "thumbnail"), ("CloudShellUser", "r.silva")):
        role = construction.role(world, account, name)
        origin = Origin(world.estate.book.service(world.rng, region))
        _foreign_session(world, role, session, origin, clients.sdk(world.rng), region)


def _foreign_session(
    world: World, role: Role, session: str, origin: Origin, agent: str, region: str
) -> None:
    """A session that no instance has, busy all day."""
    key = world.ids.key(role.account.id)
    credential = Credential(key, role, session, world.start, world.end)
    job = Job(lambda _: actions.list_buckets(), agent, 1800)
    for time in workload.moments(world.rng, job, world.start, world.end):
        world.call_with(credential, job.action(world.rng), origin, agent, time, region=region)


def refused(world: World) -> None:
    """T31: an instance that is refused all day, for its role lacks a right."""
    site = sites.site(world, world.account("strict"))
    made = sites.worker(world, site.private, "unlucky")
    agent = clients.sdk(world.rng)
    denied = actions.list_users().denied()
    throttled = actions.describe_instances().denied(
        "Client.RequestLimitExceeded", "Request limit exceeded."
    )
    workload.work(world, made, [Job(lambda _: denied, agent, 600)])
    workload.work(world, made, [Job(lambda _: throttled, agent, 1200)])


def data_planes(world: World) -> None:
    """T32: an instance that talks to databases and file systems, which CloudTrail hardly sees."""
    site = sites.site(world, world.account("database"))
    made = sites.worker(world, site.private, "pooler", working=False)
    workload.work(world, made, [workload.heartbeats(world, made)])
