"""A made-up estate to measure with: accounts, instances and other callers, and who stole what."""

import json
import random
from dataclasses import dataclass, field

from truant.simulator.actions import Json
from truant.simulator.addresses import EC2_POOLS
from truant.simulator.clients import INSTANCE_SDKS, OPERATOR_CLIENTS, THIEF_CLIENTS
from truant.simulator.identifiers import Ids

KEY_SECONDS = 6 * 3600  # how long an instance uses one key
SITES = 12


@dataclass(frozen=True)
class Session:
    """What a caller signs with at one time: its key and its `userIdentity` as JSON text."""

    key: str
    identity: str


@dataclass
class Caller:
    """Somebody who calls: where from, with which client, with which sessions over the day.

    `kind` chooses the calls that it makes. `role` is the ARN, `name` the session's name.
    """

    kind: str
    address: str
    agent: str
    sessions: list[Session]
    name: str = ""
    role: str = ""
    endpoint: str | None = None

    def session_at(self, second: int) -> Session:
        """The session in use at a second of the day."""
        return self.sessions[second * len(self.sessions) // 86_400]


@dataclass
class Site:
    """One account in one region: a VPC with a NAT gateway, instances in it, others beside it."""

    account: str
    region: str
    gateway: str
    vpc: str
    subnet: str
    endpoint: str
    callers: dict[str, list[Caller]] = field(default_factory=dict)
    privates: dict[str, str] = field(default_factory=dict)  # instance to its private address
    thieves: list[tuple[Caller, Caller]] = field(default_factory=list)  # instance, thief


# Of 100 calls, how many are whose: 30 of instances, the rest as in a busy organization.
SHARES = {
    "instance": 30,
    "service": 18,
    "lambda": 17,
    "pipeline": 19,
    "person": 6,
    "user": 5,
    "forwarded": 5,
}


def estate(rng: random.Random, instances: int, thefts: int) -> list[Site]:
    """Draw an estate. A quarter of the instances speak through a VPC endpoint only."""
    ids = Ids(rng)
    regions = sorted(EC2_POOLS)
    sites = [
        _site(rng, ids, regions[number % len(regions)]) for number in range(min(SITES, instances))
    ]
    for number in range(instances):
        site = sites[number % len(sites)]
        site.callers["instance"].append(_instance(rng, ids, site, number))
    for number in range(min(thefts, instances)):
        site = sites[number % len(sites)]
        victim = site.callers["instance"][number // len(sites)]
        address = f"203.0.113.{1 + number % 250}"
        thief = Caller("instance", address, rng.choice(THIEF_CLIENTS), victim.sessions)
        site.thieves.append((victim, thief))
    return sites


def _site(rng: random.Random, ids: Ids, region: str) -> Site:
    pool = EC2_POOLS[region][0].split("/")[0].rsplit(".", 2)[0]
    gateway = f"{pool}.{rng.randrange(1, 255)}.{rng.randrange(1, 255)}"
    names = (ids.resource("vpc"), ids.resource("subnet"), ids.resource("vpce"))
    site = Site(ids.account(), region, gateway, *names)
    site.callers = {
        "instance": [],
        "service": [
            Caller("service", host, host, [Session("", json.dumps(_service(host)))])
            for host in ("lambda.amazonaws.com", "ecs-tasks.amazonaws.com", "config.amazonaws.com")
        ],
        "lambda": [_lambda(rng, ids, site, number) for number in range(12)],
        "pipeline": [_pipeline(rng, ids, site, number) for number in range(10)],
        "person": [_person(rng, ids, site, number) for number in range(6)],
        "user": [_user(rng, ids, site, number) for number in range(4)],
        "forwarded": [_forwarded(rng, ids, site)],
    }
    return site


def _service(host: str) -> Json:
    return {"type": "AWSService", "invokedBy": host}


def _sessions(ids: Ids, site: Site, role: str, names: list[str], more: Json) -> list[Session]:
    """One session for each part of the day, each with a key and a time of issue of its own."""
    role_id = ids.principal("AROA", site.account)
    found = []
    for number, name in enumerate(names):
        key = ids.key(site.account)
        hour = number * 24 // len(names)
        identity: Json = {
            "type": "AssumedRole",
            "principalId": f"{role_id}:{name}",
            "arn": f"arn:aws:sts::{site.account}:assumed-role/{role}/{name}",
            "accountId": site.account,
            "accessKeyId": key,
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": role_id,
                    "arn": f"arn:aws:iam::{site.account}:role/{role}",
                    "accountId": site.account,
                    "userName": role,
                },
                "attributes": {
                    "creationDate": f"2026-02-12T{hour:02}:00:00Z",
                    "mfaAuthenticated": "false",
                },
                **({"ec2RoleDelivery": "2.0"} if "instance" in more else {}),
            },
            **{member: value for member, value in more.items() if member != "instance"},
        }
        found.append(Session(key, json.dumps(identity, separators=(",", ":"))))
    return found


def _instance(rng: random.Random, ids: Ids, site: Site, number: int) -> Caller:
    name, role = ids.resource("i"), f"web-{number % 40}-role"
    arn = f"arn:aws:ec2:{site.region}:{site.account}:instance/{name}"
    more: Json = {"instance": True}
    if number % 2:
        more["inScopeOf"] = {"issuerType": "AWS::EC2::Instance", "credentialsIssuedTo": arn}
    sessions = _sessions(ids, site, role, [name] * (86_400 // KEY_SECONDS), more)
    private = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    site.privates[name] = private
    inside = number % 4 == 0
    return Caller(
        "instance",
        private if inside else site.gateway,
        rng.choice(INSTANCE_SDKS),
        sessions,
        name,
        f"arn:aws:iam::{site.account}:role/{role}",
        site.endpoint if inside else None,
    )


def _lambda(rng: random.Random, ids: Ids, site: Site, number: int) -> Caller:
    name = f"order-handler-{number}"
    arn = f"arn:aws:lambda:{site.region}:{site.account}:function:{name}"
    scope: Json = {"inScopeOf": {"issuerType": "AWS::Lambda::Function", "issuedTo": arn}}
    sessions = _sessions(ids, site, f"{name}-role", [name] * 8, scope)
    agent = "Boto3/1.34.131 md/Botocore#1.34.131 exec-env/AWS_Lambda_python3.12"
    return Caller("lambda", f"3.66.{number}.{rng.randrange(1, 255)}", agent, sessions)


def _pipeline(rng: random.Random, ids: Ids, site: Site, number: int) -> Caller:
    names = [f"build-{rng.getrandbits(40):x}" for _ in range(24)]
    sessions = _sessions(ids, site, f"deploy-{number}", names, {})
    agent = OPERATOR_CLIENTS[0]
    return Caller("pipeline", f"20.102.{number}.{rng.randrange(1, 255)}", agent, sessions)


def _person(rng: random.Random, ids: Ids, site: Site, number: int) -> Caller:
    role = "AWSReservedSSO_AdministratorAccess_0123456789abcdef"
    sessions = _sessions(ids, site, role, [f"person-{number}@example.com"] * 2, {})
    agent = rng.choice(OPERATOR_CLIENTS[1:])
    return Caller("person", f"198.51.100.{number}", agent, sessions)


def _user(rng: random.Random, ids: Ids, site: Site, number: int) -> Caller:
    key = ids.user_key(site.account)
    identity: Json = {
        "type": "IAMUser",
        "principalId": ids.principal("AIDA", site.account),
        "arn": f"arn:aws:iam::{site.account}:user/backup-{number}",
        "accountId": site.account,
        "accessKeyId": key,
        "userName": f"backup-{number}",
    }
    agent = rng.choice(OPERATOR_CLIENTS)
    session = Session(key, json.dumps(identity, separators=(",", ":")))
    return Caller("user", f"192.0.2.{number}", agent, [session])


def _forwarded(rng: random.Random, ids: Ids, site: Site) -> Caller:
    """A service that calls with the session of somebody who called it."""
    host = rng.choice(("athena.amazonaws.com", "secretsmanager.amazonaws.com"))
    sessions = _sessions(ids, site, "reports", ["query"] * 4, {"invokedBy": host})
    return Caller("forwarded", host, host, sessions)
