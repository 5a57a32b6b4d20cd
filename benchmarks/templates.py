"""Records as texts with holes, in CloudTrail's key order, so that a trail is made in seconds."""

import json
import random
from datetime import UTC, datetime

from benchmarks.estate import Site
from truant.simulator import actions
from truant.simulator.actions import Action, Json
from truant.simulator.cloudtrail import record
from truant.simulator.services import habit_of
from truant.simulator.way_out import Origin

_NOON = datetime(2026, 2, 12, 12, tzinfo=UTC)
_HOLES = ("event", "request", "address", "endpoint", "agent", "token", "key", "role", "session")
_IDENTITY: Json = {"@": "identity"}


def templates(rng: random.Random, site: Site) -> dict[str, list[str]]:
    """The records that each kind of caller makes, ready for `%` with a mapping of the holes.

    With `+endpoint` after the kind stand the same records as a VPC endpoint shows them, and under
    `issuance` the record of EC2's handing out a key.
    """
    found = {}
    for kind, made in _actions(site).items():
        found[kind] = [_template(rng, site, action) for action in made]
        found[f"{kind}+endpoint"] = [_template(rng, site, action, inside=True) for action in made]
    found["issuance"] = [_template(rng, site, _assume_role(), identity=_of_ec2())]
    return found


def _of_ec2() -> Json:
    return {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"}


def _template(
    rng: random.Random,
    site: Site,
    action: Action,
    *,
    inside: bool = False,
    identity: Json = _IDENTITY,
) -> str:
    made = record(
        action,
        identity,
        Origin("@address", "@endpoint", site.account) if inside else Origin("@address"),
        "@agent",
        time=_NOON,
        region=site.region,
        recipient=site.account,
        request_id="@request",
        event_id="@event",
        habit=habit_of(rng, action.service),
    )
    text = json.dumps(made, separators=(",", ":")).replace("%", "%%")
    text = text.replace(json.dumps(_IDENTITY, separators=(",", ":")), "%(identity)s")
    text = text.replace(f"{_NOON:%Y-%m-%dT%H:%M:%SZ}", "%(time)s")
    for hole in _HOLES:
        text = text.replace(f"@{hole}", f"%({hole})s")
    return text


def _actions(site: Site) -> dict[str, list[Action]]:
    bucket, account, region = f"orders-{site.account[-5:]}", site.account, site.region
    key = "b030548b-32d8-4532-acc8-c8f173bf103a"
    objects = [
        actions.get_object(bucket, "orders/2026/02/12/@request.json", account),
        actions.put_object(bucket, "uploads/@request.parquet", account),
    ]
    decrypt = actions.kms("Decrypt", account, region, key)
    return {
        "instance": [
            *objects,
            actions.list_objects(bucket, account),
            actions.heartbeat("i-0123456789abcdef0", "10.1.2.3", "ip-10-1-2-3", f"{region}a"),
            actions.get_secret_value("prod/orders/database"),
            actions.create_log_stream("/var/log/messages", "i-0123456789abcdef0"),
            actions.dynamodb("Query", "orders", account, region),
            decrypt,
            _create_tags(),
            _describe(),
        ],
        "service": [_assume_role(), _assume_role(), decrypt],
        "lambda": [*objects, actions.dynamodb("PutItem", "orders", account, region), decrypt],
        "pipeline": [_simulate_policy(), _describe(), _create_tags(), actions.ecr_token()],
        "person": [_describe(), actions.list_users(), actions.list_buckets()],
        "user": [*objects, actions.list_buckets().denied()],
        "forwarded": [decrypt, *objects],
    }


def _assume_role() -> Action:
    parameters: Json = {"roleArn": "@role", "roleSessionName": "@session"}
    response: Json = {
        "credentials": {
            "accessKeyId": "@key",
            "sessionToken": "@token",
            "expiration": "Feb 13, 2026, 6:30:22 AM",
        },
        "assumedRoleUser": {"assumedRoleId": "AROAXXXX:@session", "arn": "@role/@session"},
    }
    return Action("sts", "AssumeRole", True, parameters, response)


def _describe() -> Action:
    names = [{"name": f"tag:{name}", "valueSet": {"items": []}} for name in ("team", "service")]
    parameters: Json = {"filterSet": {"items": names}, "maxResults": 1000}
    return Action("ec2", "DescribeNetworkInterfaces", True, parameters)


def _simulate_policy() -> Action:
    """A policy is JSON in a string: long, and full of escapes."""
    statements = [
        {"Sid": f"S{n}", "Effect": "Allow", "Action": ["s3:GetObject", "kms:Decrypt"]}
        for n in range(8)
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=1)
    parameters: Json = {"policyInputList": [document], "actionNames": ["s3:GetObject"]}
    return Action("iam", "SimulateCustomPolicy", True, parameters)


def _create_tags() -> Action:
    """A request of some length; it changes no network."""
    tags = [{"key": f"team-{n}", "value": "orders-and-payments-platform"} for n in range(20)]
    parameters: Json = {
        "resourcesSet": {"items": [{"resourceId": "i-0123456789abcdef0"}]},
        "tagSet": {"items": tags},
    }
    return Action("ec2", "CreateTags", False, parameters, {"_return": True})
