"""AWS services at work: as themselves, by service-linked roles, and on somebody's behalf."""

from datetime import datetime

from truant.simulator import actions, identity
from truant.simulator.actions import Action, Json
from truant.simulator.network import Account, Instance
from truant.simulator.people import Person
from truant.simulator.way_out import Origin
from truant.simulator.workload import Job, moments
from truant.simulator.world import World


def services(world: World, account: Account, region: str, calls: int = 30) -> None:
    """Let auto scaling, CloudTrail and Config work in an account all day."""
    scaling = autoscaling(world, account, region)
    for _ in range(calls):
        time = world.between(world.start, world.end)
        scaling.does(world, actions.describe_instances(), time)
    for service in ("cloudtrail", "config"):
        _keys_of(world, account, region, service)


def _keys_of(world: World, account: Account, region: str, service: str) -> None:
    """A service that calls KMS as itself; the endpoint's fields hold its name too."""
    source = f"{service}.amazonaws.com"
    action = actions.kms("GenerateDataKey", account.id, region, world.ids.uuid())
    origin = Origin(source, source, source)
    job = Job(lambda _: action, source, 5400)
    for time in moments(world.rng, job, world.start, world.end):
        world.call(
            identity.of_service(service),
            action,
            origin,
            source,
            time,
            account=account.id,
            region=region,
            tls=False,
            shared=world.ids.uuid(),
        )


def autoscaling(world: World, account: Account, region: str) -> Person:
    """The auto scaling service, which launches and ends instances by its service-linked role."""
    name = "AWSServiceRoleForAutoScaling"
    role_id = world.ids.principal("AROA", account.id)
    issuer: Json = {
        "type": "Role",
        "principalId": role_id,
        "arn": f"arn:aws:iam::{account.id}:role/aws-service-role/autoscaling.amazonaws.com/{name}",
        "accountId": account.id,
        "userName": name,
    }
    created = identity.stamp(world.start)
    who: Json = {
        "type": "AssumedRole",
        "principalId": f"{role_id}:AutoScaling",
        "arn": f"arn:aws:sts::{account.id}:assumed-role/{name}/AutoScaling",
        "accountId": account.id,
        "sessionContext": {
            "sessionIssuer": issuer,
            "attributes": {"creationDate": created, "mfaAuthenticated": "false"},
        },
        "invokedBy": "autoscaling.amazonaws.com",
    }
    source = "autoscaling.amazonaws.com"
    return Person(account, region, who, Origin(source), source, tls=False)


def forwarded(
    world: World, instance: Instance, service: str, action: Action, time: datetime
) -> None:
    """A call that a service makes with the instance's session, as a forward access session."""
    credential = world.key_in_use(instance, time)
    who = identity.of_credential(credential, world.estate.habit(action.service))
    who["invokedBy"] = f"{service}.amazonaws.com"
    # An endpoint of AWS's own shows up in some of these records.
    endpoint = f"vpce-{world.rng.getrandbits(32):08x}" if world.rng.random() < 0.3 else None
    source = f"{service}.amazonaws.com"
    world.call(
        who,
        action,
        Origin(source, endpoint),
        source,
        time,
        account=instance.account.id,
        region=instance.region,
        tls=False,
    )
