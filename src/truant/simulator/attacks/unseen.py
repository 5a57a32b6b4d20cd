"""Techniques that logs show in part or not at all; the truth says which, and why."""

from datetime import timedelta

from truant.simulator import actions, clients, construction, people, sites, truth, workload
from truant.simulator.actions import Action
from truant.simulator.attacks.scene import scene
from truant.simulator.identity import Credential
from truant.simulator.theft import Thief, steal
from truant.simulator.truth import Session
from truant.simulator.way_out import Origin
from truant.simulator.workload import Job
from truant.simulator.world import World


def through_the_instance(world: World) -> None:
    """E5: signed requests are sent back through the victim, from which they really come."""
    at = scene(world, "relay")
    thief = at.theft("2.0")
    thief.agent = "curl/7.88.1"
    at.loot(thief, at.victim)
    thief.unobservable(
        truth.OTHER_INSTANCE, "the calls leave by the instance itself, and its flow logs agree"
    )


def behind_services(world: World) -> None:
    """E11: only calls that CloudTrail shows as coming from AWS itself (image pulls)."""
    at = scene(world, "images")
    thief = at.theft()
    pull = Action("ecr", "BatchGetImage", parameters={"repositoryName": "shop/web"})
    thief.agent = "AWS Internal"
    thief.run([pull] * 3, Origin("AWS Internal"))
    thief.unobservable(
        truth.OUTSIDE_AWS, "ECR writes `AWS Internal` instead of the caller's address"
    )


def behind_services_by_night(world: World) -> None:
    """E11 again: images are pulled with the key of an instance that has fallen silent."""
    at = scene(world, "nightly", victim_works=False)
    workload.work(world, at.victim, sites.usual(world, at.victim), end=world.at(9))
    thief = steal(world, at.victim, world.between(world.at(12), world.at(19)))
    pull = Action("ecr", "BatchGetImage", parameters={"repositoryName": "shop/web"})
    thief.agent = "AWS Internal"
    thief.run([pull] * 5, Origin("AWS Internal"))
    thief.other_instance(needs=(truth.LOGS, truth.INVENTORY, truth.FLOW_LOGS))


def unlogged(world: World) -> None:
    """E12: only actions that the trail does not keep (data events that are switched off)."""
    at = scene(world, "queue")
    at.theft().unobservable(
        truth.OUTSIDE_AWS, "the actions are data events that the trail is not set to keep"
    )


def silenced_trail(world: World) -> None:
    """E22: the thief stops the trail, and what he does then is not recorded."""
    at = scene(world, "silent")
    thief = at.theft()
    place = at.outside("hosting")
    trail = f"arn:aws:cloudtrail:{at.region}:{at.account.id}:trail/main"
    stop = Action("cloudtrail", "StopLogging", False, {"name": trail})
    last = thief.run([actions.get_caller_identity(), stop], place)
    again = last + timedelta(minutes=world.rng.randrange(90, 200))
    admin = people.person(world, at.account, at.region)
    admin.does(world, Action("cloudtrail", "StartLogging", False, {"name": trail}), again)
    stopped = thief.calls[-1].time
    world.records = [
        one
        for one in world.records
        if one.account != at.account.id or not stopped < one.time < again
    ]
    thief.outside_aws()


def presigned_by_thief(world: World) -> None:
    """E24: the thief signs URLs with the stolen key, and only those are used."""
    at = scene(world, "links")
    store = sites.bucket(world, "shared")
    steps = [
        actions.presigned_get(store, f"part-{part}", at.account.id, world.start)
        for part in range(4)
    ]
    job = Job(lambda r: r.choice(steps), clients.BROWSER, 1800)
    for time in workload.moments(world.rng, job, world.start, world.end):
        origin = at.outside()
        credential = world.key_in_use(at.victim, time)
        action = job.action(world.rng)
        world.call_with(credential, action, origin, clients.BROWSER, time, region=at.region)
    thief = at.theft("2.0")
    thief.agent = clients.BROWSER
    thief.run(steps, at.outside())
    thief.unobservable(
        truth.OUTSIDE_AWS, "the instance hands out presigned URLs itself; these look the same"
    )


def function_key(world: World) -> None:
    """E26: the key of a Lambda function, which is no instance credential."""
    at = scene(world, "function")
    role = construction.role(world, at.account, "thumbnail-role")
    time = world.between(world.at(4), world.at(18))
    key = Credential(
        world.ids.key(at.account.id), role, "thumbnail", time, time + timedelta(hours=12)
    )
    world.sessions[key.principal] = Session(
        world.name, key.principal, None, at.account.id, stolen=False
    )
    thief = Thief(world, key, clients.thief(world.rng), at.region, time)
    at.loot(thief, at.outside())
    thief.unobservable(truth.OUTSIDE_AWS, "not an instance's credential, so out of scope")
