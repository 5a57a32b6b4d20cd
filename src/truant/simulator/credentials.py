"""How an instance gets its keys: issued in twins, rotated before they end, delivered by IMDS.

EC2 assumes the role on the instance's behalf twice in the same second, once for each version of
the metadata service; the keys live between 6 h 22 min and 6 h 35 min.
"""

from datetime import datetime, timedelta

from truant.simulator import identity
from truant.simulator.actions import Action, Json
from truant.simulator.identity import Credential
from truant.simulator.network import Instance, Role, Span
from truant.simulator.way_out import Origin
from truant.simulator.world import World

LIFETIME_MINUTES = (382, 395)
# New keys are there at least five minutes before the old end; mostly much earlier.
OVERLAP_MINUTES = (12, 75)


def issue(world: World, instance: Instance) -> None:
    """Give an instance all keys of the simulated days, and record those issued within it."""
    world.keys[instance.id] = []
    world.register(instance)
    if instance.role is None:
        return
    lifetime = timedelta(minutes=world.rng.randrange(*LIFETIME_MINUTES))
    for run in instance.runs:
        _issue_for(world, instance, instance.role, run, lifetime)


def _issue_for(
    world: World, instance: Instance, role: Role, run: Span, lifetime: timedelta
) -> None:
    earliest = world.first - timedelta(seconds=world.rng.randrange(5 * 3600))
    time = max(run.start + timedelta(seconds=world.rng.randrange(3, 40)), earliest)
    end = min(run.end or world.end, world.end)
    while time < end:
        for delivery in ("2.0", "1.0"):
            key = world.ids.key(role.account.id)
            issued = Credential(key, role, instance.id, time, time + lifetime, delivery, instance)
            world.keys[instance.id].append(issued)
            if time >= world.first:
                _record_issuance(world, issued, instance.region)
        time += lifetime - timedelta(minutes=world.rng.randrange(*OVERLAP_MINUTES))


def _record_issuance(world: World, credential: Credential, region: str) -> None:
    """The AssumeRole record that EC2 leaves, with the key in its response."""
    role = credential.role
    parameters: Json = {"roleSessionName": credential.session, "roleArn": role.arn}
    resource: Json = {"accountId": role.account.id, "type": "AWS::IAM::Role", "ARN": role.arn}
    response: Json = {
        "credentials": {
            "accessKeyId": credential.key,
            "sessionToken": world.ids.session_token(),
            "expiration": expiration(credential.expires, older=world.estate.older_expiry),
        }
    }
    action = Action("sts", "AssumeRole", True, parameters, response, [resource])
    world.call(
        identity.of_service("ec2"),
        action,
        Origin("ec2.amazonaws.com"),
        "ec2.amazonaws.com",
        credential.issued,
        account=role.account.id,
        region=region,
        tls=False,
        shared=world.ids.uuid(),
    )


def assume_role(world: World, got: Credential) -> Action:
    """The AssumeRole that gave a key."""
    parameters: Json = {"roleArn": got.role.arn, "roleSessionName": got.session}
    user: Json = {
        "assumedRoleId": got.principal,
        "arn": f"arn:aws:sts::{got.account}:assumed-role/{got.role.name}/{got.session}",
    }
    held: Json = {
        "accessKeyId": got.key,
        "sessionToken": world.ids.session_token(),
        "expiration": expiration(got.expires, older=world.estate.older_expiry),
    }
    response: Json = {"credentials": held, "assumedRoleUser": user}
    resource: Json = {"accountId": got.account, "type": "AWS::IAM::Role", "ARN": got.role.arn}
    return Action("sts", "AssumeRole", True, parameters, response, [resource])


def expiration(time: datetime, *, older: bool) -> str:
    """An end of validity in STS's US English form; the older form lacks the second comma."""
    hour = time.hour % 12 or 12
    half = "AM" if time.hour < 12 else "PM"
    comma = "" if older else ","
    return f"{time:%b} {time.day}, {time.year}{comma} {hour}:{time:%M:%S} {half}"
