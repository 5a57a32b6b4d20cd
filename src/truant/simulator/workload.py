"""Ordinary work: what agents and applications on instances, people and services do all day."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from truant.simulator import actions, clients
from truant.simulator.actions import Action
from truant.simulator.network import Instance, Interface
from truant.simulator.world import World


@dataclass(frozen=True)
class Job:
    """Something an instance does again and again, at random moments.

    `gap_seconds` is the mean time between two calls; `steady` makes the gaps almost equal.
    """

    action: Callable[[random.Random], Action]
    agent: str
    gap_seconds: float
    steady: bool = False
    region: str | None = None


def heartbeats(world: World, instance: Instance) -> Job:
    """The SSM agent's sign of life, about every five minutes."""
    private = instance.interface.private_at(instance.runs[-1].start)
    suffix = (
        "ec2.internal" if instance.region == "us-east-1" else f"{instance.region}.compute.internal"
    )
    computer = f"ip-{private.replace('.', '-')}.{suffix}"
    beat = actions.heartbeat(
        instance.id,
        private,
        computer,
        instance.interface.subnet.zone,
        hidden=world.rng.random() < 0.2,
    )
    return Job(lambda _: beat, clients.AGENT_SSM, 300, steady=True)


def web_server(world: World, instance: Instance, bucket: str) -> list[Job]:
    """A web application: objects, secrets, keys, log streams, now and then a queue or a table."""
    agent = clients.sdk(world.rng)
    account, region = instance.account.id, instance.region
    key = world.ids.uuid()
    name = instance.name
    return [
        Job(
            lambda r: actions.get_object(bucket, f"static/{r.randrange(400)}.json", account),
            agent,
            600,
        ),
        Job(
            lambda r: actions.put_object(bucket, f"uploads/{r.getrandbits(40):x}.jpg", account),
            agent,
            1500,
        ),
        Job(lambda _: actions.get_secret_value(f"prod/{name}/database"), agent, 4000),
        Job(lambda _: actions.kms("Decrypt", account, region, key), agent, 2400),
        Job(
            lambda r: actions.create_log_stream(f"/app/{name}", f"{r.getrandbits(48):x}"),
            clients.AGENT_CLOUDWATCH,
            5400,
        ),
        Job(lambda _: actions.get_parameter(f"/prod/{name}/features"), agent, 3600),
    ]


def batch_worker(world: World, instance: Instance, bucket: str) -> list[Job]:
    """A batch machine: lists, reads and writes objects, describes its fleet, fails sometimes."""
    agent = clients.sdk(world.rng)
    account = instance.account.id
    denied = actions.list_users().denied(
        "AccessDenied",
        f"User: arn:aws:sts::{account}:assumed-role/{_role(instance)}/{instance.id} is not "
        "authorized to perform: iam:ListUsers because no identity-based policy allows the "
        "iam:ListUsers action",
    )
    return [
        Job(lambda _: actions.list_objects(bucket, account), agent, 1200),
        Job(
            lambda r: actions.get_object(
                bucket, f"in/{r.randrange(9999)}.parquet", account, 8 << 20
            ),
            agent,
            600,
        ),
        Job(
            lambda r: actions.put_object(bucket, f"out/{r.getrandbits(40):x}.parquet", account),
            agent,
            1500,
        ),
        Job(lambda _: actions.describe_instances(), agent, 2400),
        Job(lambda _: actions.get_caller_identity(), agent, 7200),
        Job(lambda _: denied, agent, 14400),
    ]


def _role(instance: Instance) -> str:
    return instance.role.name if instance.role else ""


def work(
    world: World,
    instance: Instance,
    jobs: Sequence[Job],
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    interfaces: Sequence[Interface] = (),
    ipv6_share: float = 0.0,
) -> None:
    """Let an instance work while it runs; `ipv6_share` of its calls prefer IPv6."""
    for run in instance.runs:
        first = max(start or world.first, run.start + timedelta(minutes=1))
        last = min(end or world.end, run.end or world.end)
        for job in jobs:
            for time in moments(world.rng, job, first, last):
                world.home_call(
                    instance,
                    job.action(world.rng),
                    job.agent,
                    time,
                    region=job.region,
                    interface=world.rng.choice(interfaces) if interfaces else None,
                    ipv6=world.rng.random() < ipv6_share,
                )


def moments(rng: random.Random, job: Job, start: datetime, end: datetime) -> list[datetime]:
    """The whole seconds at which a job calls."""
    found = []
    time = start + timedelta(seconds=rng.uniform(0, job.gap_seconds))
    while time < end:
        found.append(time.replace(microsecond=0))
        gap = rng.gauss(job.gap_seconds, 4) if job.steady else rng.expovariate(1 / job.gap_seconds)
        time += timedelta(seconds=max(gap, 1))
    return found
