"""Keys that make other keys, sessions named after an instance, services as proxies."""

from dataclasses import replace
from datetime import datetime, timedelta

from truant.simulator import actions, clients, construction, identity, people, truth
from truant.simulator.actions import Action, Json
from truant.simulator.attacks.scene import Scene, scene
from truant.simulator.cloudtrail import Delivered
from truant.simulator.credentials import assume_role
from truant.simulator.identity import Credential
from truant.simulator.theft import Thief
from truant.simulator.truth import Session
from truant.simulator.way_out import Origin
from truant.simulator.world import World


def role_chain(world: World) -> None:
    """E8: the stolen key assumes a role in another account of ours; both accounts record it."""
    at = scene(world, "chain")
    target = construction.role(world, world.account("deploy"), "OrganizationDeploy")
    thief = at.theft()
    place = at.outside("hosting")
    time = thief.run([actions.get_caller_identity()], place)
    got = Credential(
        world.ids.key(target.account.id), target, "deploy", time, time + timedelta(hours=1)
    )
    copy = _assumed_across(thief, got, place)
    children = []
    for minute, action in enumerate(
        (actions.get_caller_identity(), actions.describe_instances()), 1
    ):
        later = time + timedelta(minutes=minute)
        children.append(world.call_with(got, action, place, thief.agent, later, region=at.region))
    thief.expected(truth.OUTSIDE_AWS, truth.HIGH, derived=[copy, *children])


def made_at_home(world: World) -> None:
    """E8 again: with a shell on the instance the thief makes a key there, and takes that away."""
    at = scene(world, "shell")
    role = construction.role(world, at.account, "reporting")
    time = world.between(world.at(4), world.at(20))
    got = Credential(world.ids.key(at.account.id), role, "reports", time, time + timedelta(hours=1))
    world.home_call(at.victim, assume_role(world, got), clients.sdk(world.rng), time)
    place = at.outside()
    agent = clients.thief(world.rng)
    thief = Thief(world, world.key_in_use(at.victim, time), agent, at.region, time)
    for minute, action in enumerate(_clicks(), 2):
        later = time + timedelta(minutes=minute)
        thief.note(world.call_with(got, action, place, agent, later, region=at.region), place)
    thief.outside_aws(needs=(truth.LOGS, truth.INVENTORY))


def _assumed_across(thief: Thief, got: Credential, place: Origin) -> Delivered:
    """AssumeRole into another account: one action, a record in each account; give the other's."""
    world, shared = thief.world, thief.world.ids.uuid()
    action = assume_role(world, got)
    made = world.call_with(
        thief.credential, action, place, thief.agent, got.issued, region=thief.region, shared=shared
    )
    thief.note(made, place)
    who: Json = {
        "type": "AWSAccount",
        "principalId": thief.credential.principal,
        "accountId": thief.credential.account,
    }
    return world.call(
        who,
        action,
        place,
        thief.agent,
        got.issued,
        account=got.account,
        region=thief.region,
        shared=shared,
    )


def console_federation(world: World) -> None:
    """E9: the stolen key is turned into a console sign-in."""
    at = scene(world, "signin")
    thief = at.theft()
    place = at.outside()
    thief.run([actions.get_caller_identity()], place)
    key = world.ids.key(at.account.id)
    time = thief.calls[-1].time + timedelta(minutes=2)
    held: Json = {"accessKeyId": key}
    response: Json = {"credentials": held, "GetSigninToken": "Success"}
    token = Action("signin", "GetSigninToken", False, None, response)
    login = Action(
        "signin",
        "ConsoleLogin",
        False,
        None,
        {"ConsoleLogin": "Success"},
        additional={"MobileVersion": "No", "MFAUsed": "No"},
    )
    _sign_in(thief, token, place, time, thief.credential.key)
    _sign_in(thief, login, place, time + timedelta(seconds=9), "")
    console = replace(thief.credential, key=key, delivery=None)
    for minute, action in enumerate(_clicks(), 1):
        later = time + timedelta(minutes=minute)
        made = world.call_with(
            console, action, place, clients.BROWSER, later, region=at.region, from_console=True
        )
        thief.note(made, place)
    derived = _behind_the_console(at, console, time + timedelta(minutes=9))
    thief.expected(truth.OUTSIDE_AWS, truth.HIGH, derived=derived)


def _clicks() -> list[Action]:
    return [
        actions.describe_instances(),
        actions.ec2_describe("DescribeSecurityGroups"),
        actions.list_buckets(),
    ]


def _sign_in(thief: Thief, action: Action, place: Origin, time: datetime, key: str) -> None:
    """A record of the sign-in service, always in its home region."""
    # The sign-in itself is not signed with the key, so that it tells nothing of its delivery.
    signed = thief.credential if key else replace(thief.credential, delivery=None)
    who = identity.of_credential(signed, thief.world.estate.habit("signin")) | {"accessKeyId": key}
    made = thief.world.call(
        who,
        action,
        place,
        clients.BROWSER,
        time,
        account=thief.credential.account,
        region="us-east-1",
        event_type="AwsConsoleSignIn",
    )
    thief.note(made, place)


def _behind_the_console(at: Scene, console: Credential, time: datetime) -> list[Delivered]:
    """What the console's own back end does with the session."""
    inside = Origin("AWS Internal")
    action = actions.ec2_describe("DescribeVolumes")
    return [
        at.world.call_with(
            console, action, inside, "AWS Internal", time, region=at.region, from_console=True
        )
    ]


def services_as_proxy(world: World) -> None:
    """E10: Athena and CloudFormation do the thief's work; only his own requests show his place."""
    at = scene(world, "proxied")
    thief = at.theft()
    place = at.outside("vpn")
    query = Action(
        "athena",
        "StartQueryExecution",
        False,
        {"queryString": "HIDDEN_DUE_TO_SECURITY_REASONS", "workGroup": "primary"},
        {"queryExecutionId": world.ids.uuid()},
    )
    stack = Action("cloudformation", "CreateStack", False, {"stackName": "update-agent"})
    time = thief.run([query, stack], place)
    derived = []
    for service, action in (
        ("athena", actions.get_object(at.bucket, "all.parquet", at.account.id, 1 << 30)),
        ("cloudformation", actions.describe_instances()),
    ):
        who = identity.of_credential(thief.credential, world.estate.habit(action.service))
        source = f"{service}.amazonaws.com"
        derived.append(
            world.call(
                who | {"invokedBy": source},
                action,
                Origin(source),
                source,
                time + timedelta(seconds=20),
                account=at.account.id,
                region=at.region,
                tls=False,
            )
        )
    thief.expected(truth.OUTSIDE_AWS, truth.HIGH, derived=derived)


def impostor(world: World) -> None:
    """E14: somebody assumes a role and names the session after an instance of ours."""
    at = scene(world, "masked")
    other = construction.role(world, at.account, "support")
    place = at.outside()
    user = people.person(world, at.account, at.region, place.address)
    time = world.between(world.at(5), world.at(21))
    got = Credential(
        world.ids.key(at.account.id), other, at.victim.id, time, time + timedelta(hours=1)
    )
    user.does(world, assume_role(world, got), time)
    world.sessions[got.principal] = Session(
        world.name, got.principal, at.victim.id, at.account.id, stolen=False
    )
    thief = Thief(world, got, clients.thief(world.rng), at.region, time)
    thief.run([actions.get_caller_identity(), *_clicks()], place, time + timedelta(minutes=1))
    thief.expected(truth.IMPOSTOR, truth.LOW)


def web_identity(world: World) -> None:
    """E25: the stolen key asks for a signed token, which is then used where AWS does not look."""
    at = scene(world, "token")
    thief = at.theft()
    parameters: Json = {"audience": ["https://api.example.com"], "signingAlgorithm": "ES384"}
    token = Action("sts", "GetWebIdentityToken", True, parameters, None)
    thief.run([actions.get_caller_identity(), token], at.outside("hosting"))
    thief.outside_aws()
