"""Calls that AWS makes with an instance's session, or that others make with what it signed."""

from datetime import datetime, timedelta

from truant.simulator import (
    actions,
    aws_services,
    clients,
    construction,
    identity,
    people,
    sites,
    workload,
)
from truant.simulator.actions import Action, Json
from truant.simulator.network import Instance
from truant.simulator.way_out import Origin
from truant.simulator.workload import Job
from truant.simulator.world import World

CONSOLE_BACKEND = (
    "S3Console/0.4, aws-internal/3 aws-sdk-java/1.11.1030 Linux/5.4.238-155.347.amzn2int.x86_64 "
    "OpenJDK_64-Bit_Server_VM/25.372-b08 java/1.8.0_372 vendor/Oracle_Corporation"
)


def presigned(world: World) -> None:
    """T20: customers fetch objects from anywhere by URLs that the instance signed."""
    site = sites.site(world, world.account("media"))
    made = sites.worker(world, site.private, "signer")
    store = sites.bucket(world, "videos")
    job = Job(lambda _: _clip(world, store, made), clients.BROWSER, 900)
    for time in workload.moments(world.rng, job, world.start, world.end):
        credential = world.key_in_use(made, time)
        origin = Origin(world.estate.book.outside(world.rng, "residential"))
        action = job.action(world.rng)
        world.call_with(credential, action, origin, job.agent, time, region=made.region)


def _clip(world: World, store: str, made: Instance) -> Action:
    key = f"clips/{world.rng.randrange(999)}.mp4"
    return actions.presigned_get(store, key, made.account.id, world.start)


def forwarded(world: World) -> None:
    """T21: services that go on with the instance's session (forward access sessions)."""
    site = sites.site(world, world.account("encrypted"))
    construction.endpoint(world, site.vpc, "secretsmanager", [site.private])
    made = sites.worker(world, site.private, "app")
    key, store = world.ids.uuid(), sites.bucket(world, "tables")
    decrypt = actions.kms("Decrypt", made.account.id, made.region, key)
    data_key = actions.kms("GenerateDataKey", made.account.id, made.region, key)
    read = actions.get_object(store, "part-0001.parquet", made.account.id)
    for service, action, gap in (
        ("secretsmanager", decrypt, 2400),
        ("s3", data_key, 1800),
        ("athena", read, 1500),
        ("cloudformation", actions.describe_instances(), 7200),
    ):
        job = Job(lambda _: decrypt, service, gap)
        for time in workload.moments(world.rng, job, world.start, world.end):
            aws_services.forwarded(world, made, service, action, time)


def internal(world: World) -> None:
    """T22: calls whose source is AWS itself, with and without a number."""
    site = sites.site(world, world.account("images"))
    made = sites.worker(world, site.private, "puller")
    pull = Action("ecr", "BatchGetImage", parameters={"repositoryName": "shop/web"})
    for source in ("AWS Internal", "AWS Internal/3"):
        job = Job(lambda _: pull, source, 3600)
        for time in workload.moments(world.rng, job, world.start, world.end):
            credential = world.key_in_use(made, time)
            world.leave(made, "ecr", made.region, time)
            origin = Origin(source)
            world.call_with(credential, pull, origin, source, time, region=made.region)


def reserved_roles(world: World) -> None:
    """T23: the roles that AWS reserves: instance identity, infrastructure, default management."""
    site = sites.site(world, world.account("reserved"))
    made = sites.worker(world, site.private, "host")
    token = Action("ssm", "RequestManagedInstanceRoleToken", data=True)
    public = world.leave(made, "ssm", made.region, world.start)
    for hour in range(0, 24, 6):
        since = world.at(hour)
        _reserved_calls(world, made, "aws:ec2-instance", since, token, public, clients.AGENT_SSM)
        inside = Origin("AWS Internal")
        decrypt = _volume_key(world, made)
        _reserved_calls(
            world, made, "aws:ec2-infrastructure", since, decrypt, inside, "AWS Internal"
        )


def _reserved_calls(
    world: World,
    made: Instance,
    role: str,
    since: datetime,
    action: Action,
    origin: Origin,
    agent: str,
) -> None:
    """Six hours of calls with one key of a reserved role."""
    who = _reserved(world, made, role, since)
    if agent == "AWS Internal":
        who["invokedBy"] = "AWS Internal"
    job = Job(lambda _: action, agent, 3600)
    for time in workload.moments(world.rng, job, since, since + timedelta(hours=6)):
        world.call(who, action, origin, agent, time, account=made.account.id, region=made.region)


def _volume_key(world: World, made: Instance) -> Action:
    plain = actions.kms("Decrypt", made.account.id, made.region, world.ids.uuid())
    context: Json = {"aws:ebs:id": world.ids.resource("vol")}
    parameters = (plain.parameters or {}) | {"encryptionContext": context}
    return Action("kms", "Decrypt", parameters=parameters, resources=plain.resources)


def _reserved(world: World, made: Instance, role: str, since: datetime) -> Json:
    """The identity of a reserved role's session; it has no role id of the customer's."""
    account = made.account.id
    principal = f"{account}:{role}:{made.id}"
    issuer: Json = {
        "type": "Role",
        "principalId": f"{account}:{role}",
        "arn": f"arn:aws:iam::{account}:role/aws:ec2/{role}",
        "accountId": account,
        "userName": role,
    }
    context: Json = {
        "sessionIssuer": issuer,
        "attributes": {
            "creationDate": identity.stamp(since),
            "mfaAuthenticated": "false",
        },
    }
    if role == "aws:ec2-instance":
        context["ec2RoleDelivery"] = "2.0"
    return {
        "type": "AssumedRole",
        "principalId": principal,
        "arn": f"arn:aws:sts::{account}:assumed-role/{role}/{made.id}",
        "accountId": account,
        "accessKeyId": world.ids.key(account),
        "sessionContext": context,
    }


def console_backend(world: World) -> None:
    """T30: S3's console calls through an endpoint of AWS's own, beside the browser's address."""
    account = world.account("console")
    site = sites.site(world, account)
    sites.worker(world, site.private, "plain")
    user = people.person(world, account, site.vpc.region)
    endpoint = f"vpce-{world.rng.getrandbits(32):08x}"
    for _ in range(30):
        time = world.between(world.at(8), world.at(18))
        world.call(
            user.who,
            actions.list_buckets(),
            Origin(user.origin.address, endpoint),
            CONSOLE_BACKEND,
            time,
            account=account.id,
            region=user.region,
        )
