"""Keys used from outside AWS, in the ways that blind simpler detectors."""

from datetime import timedelta

from msgspec import structs

from truant.simulator import actions, truth, workload
from truant.simulator.actions import Json
from truant.simulator.attacks.scene import scene
from truant.simulator.theft import look_round, steal
from truant.simulator.way_out import Origin
from truant.simulator.world import World


def never_used(world: World) -> None:
    """E6: the instance never uses its role, so that the thief is the first that anybody sees."""
    at = scene(world, "proxy", victim_works=False)
    thief = at.theft("1.0")
    at.loot(thief, at.outside())
    thief.outside_aws()


def twin_key(world: World) -> None:
    """E7: the IMDSv1 twin of a fresh key, before the instance has used its own."""
    at = scene(world, "fresh", reads="2.0")
    fresh = [k for k in world.keys[at.victim.id] if k.delivery == "1.0" and k.issued > world.start]
    thief = steal(world, at.victim, fresh[0].issued + timedelta(seconds=2))
    steps = look_round(world, at.bucket, at.account.id, 3)
    thief.run(steps, at.outside("hosting"), thief.since, gap_seconds=4)
    thief.outside_aws()


def over_ipv6(world: World) -> None:
    """E13: over IPv6, which tools that compare IPv4 lists leave out."""
    at = scene(world, "modern")
    thief = at.theft()
    kind = world.rng.choice(("residential", "hosting"))
    at.loot(thief, Origin(world.estate.book.outside_ipv6(world.rng, kind)))
    thief.outside_aws()


def poisoner(world: World) -> None:
    """E15: steady small use all day, and forged heartbeats, to be learned as normal."""
    at = scene(world, "patient")
    place = at.outside("hosting")
    thief = steal(world, at.victim, world.at(1.5))
    beat = workload.heartbeats(world, at.victim).action(world.rng)
    time = thief.since + timedelta(minutes=3)
    while time < world.at(23.5):
        if time >= thief.credential.expires:
            thief.credential = steal(world, at.victim, time).credential
            time = max(time, thief.credential.issued + timedelta(minutes=1))
        action = world.rng.choice((beat, beat, actions.list_buckets()))
        thief.call(action, place, time)
        time += timedelta(seconds=world.rng.randrange(600, 2400))
    thief.outside_aws()


def hidden_network(world: World) -> None:
    """E18: from a home line, a VPN provider or Tor."""
    at = scene(world, "target")
    thief = at.theft()
    at.loot(thief, at.outside(world.rng.choice(("residential", "vpn", "tor"))))
    thief.outside_aws()


def unproved(world: World) -> None:
    """E18 again: old records, and no issuing among them: nothing proves that EC2 gave the keys."""
    at = scene(world, "archive")
    thief = at.theft()
    at.loot(thief, at.outside(world.rng.choice(("residential", "hosting"))))
    thief.outside_aws()
    world.records[:] = [
        structs.replace(one, record=one.record | {"userIdentity": _unproved(one.record)})
        for one in world.records
        if one.record["eventName"] != "AssumeRole"
    ]


def _unproved(record: Json) -> Json:
    """The caller, as records told of him before they said how his key was delivered."""
    who = record["userIdentity"]
    context = who.get("sessionContext") if isinstance(who, dict) else None
    if not isinstance(who, dict) or not isinstance(context, dict):
        return {}
    told = {name: value for name, value in context.items() if name != "ec2RoleDelivery"}
    return {name: value for name, value in who.items() if name != "inScopeOf"} | {
        "sessionContext": told
    }


def roaming(world: World) -> None:
    """E18 again: from three networks one after another, a finding for each."""
    at = scene(world, "roam")
    thief = at.theft()
    start = thief.since + timedelta(minutes=5)
    for kind in ("residential", "vpn", "hosting"):
        steps = look_round(world, at.bucket, at.account.id, world.rng.randrange(1, 5))
        start = thief.run(steps, at.outside(kind), start) + timedelta(minutes=10)
        thief.outside_aws()


def smash_and_grab(world: World) -> None:
    """E23: everything taken within a minute, before any log is delivered."""
    at = scene(world, "quick")
    thief = at.theft()
    steps = look_round(world, at.bucket, at.account.id, 25)
    thief.run(steps, at.outside("hosting"), gap_seconds=1.5)
    thief.outside_aws()


def same_client(world: World) -> None:
    """E27: the thief's client names itself as the victim's software does."""
    at = scene(world, "mimic")
    thief = at.theft("2.0")
    agents = [
        str(call.record["userAgent"]).strip("[]")
        for call in world.records
        if call.record["eventSource"] == "s3.amazonaws.com" and call.account == at.account.id
    ]
    thief.agent = agents[0]
    at.loot(thief, at.outside("cloud"))
    thief.outside_aws()


def other_cloud(world: World) -> None:
    """E16 again: from another cloud provider, which lists of trusted clouds let pass."""
    at = scene(world, "crosscloud")
    thief = at.theft()
    at.loot(thief, at.outside("cloud"))
    thief.outside_aws(needs=(truth.LOGS,))
