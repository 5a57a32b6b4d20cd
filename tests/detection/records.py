"""CloudTrail records in few words, the facts of a small network, and what is judged of them.

One day in March 2026: an instance with an interface of its own in a subnet that routes to an
internet gateway, and whoever has its keys. Times are minutes of that day.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from truant.detection.findings import finding
from truant.detection.fold import Fold, fold
from truant.detection.inventory import Inventory
from truant.detection.judge import is_finding
from truant.detection.place import Surroundings
from truant.detection.state import State, judge_all, merge
from truant.detection.trust import Trust
from truant.model.aws_ranges import RangesHistory, parse
from truant.model.event_time import iso
from truant.model.fact import Fact, Mode
from truant.model.finding import Evidence, Verdict
from truant.model.record_file import decode

Json = dict[str, Any]

ACCOUNT, SISTER, STRANGER = "111122223333", "222233334444", "999988887777"
INSTANCE, OTHER = "i-0aaaaaaaaaaaaaaa1", "i-0bbbbbbbbbbbbbbb2"
ROLE = "AROAEXAMPLEWEB000001"
KEY, TWIN = "ASIAHOME000000000001", "ASIATWIN000000000002"
HOME, INSIDE = "54.10.1.7", "10.0.0.5"  # the instance's public and private address
AWS, OUTSIDE = "54.10.200.9", "203.0.113.66"  # somebody else's, in AWS and outside
LINUX, MAC = "Boto3/1.34 Linux/6.1", "aws-cli/1.18 Python/3.8 Darwin/19.5"
DAY = 1_773_532_800  # 2026-03-15
RANGES = RangesHistory(
    [
        parse(
            b'{"syncToken": "1", "createDate": "2020-01-01-00-00-00", "prefixes":'
            b'[{"ip_prefix": "54.10.0.0/16", "service": "EC2", "region": "eu-west-1"}]}',
            "ip-ranges.json",
        )
    ]
)


def at(minute: float) -> str:
    """A time of the day as CloudTrail writes it."""
    return iso(DAY + int(minute * 60)).replace(".000Z", "Z")


def who(
    key: str = KEY,
    instance: str = INSTANCE,
    delivery: str | None = "2.0",
    role: str = ROLE,
    account: str = ACCOUNT,
    **more: object,
) -> Json:
    """The identity of an instance's role session."""
    name = "web"
    context: Json = {"sessionIssuer": {"arn": f"arn:aws:iam::{account}:role/{name}"}}
    if delivery is not None:
        context["ec2RoleDelivery"] = delivery
    return {
        "type": "AssumedRole",
        "principalId": f"{role}:{instance}",
        "arn": f"arn:aws:sts::{account}:assumed-role/{name}/{instance}",
        "accountId": account,
        "accessKeyId": key,
        "sessionContext": context,
        **more,
    }


def call(
    source: str = HOME,
    minute: float = 0,
    api: str = "s3:ListBuckets",
    identity: Json | None = None,
    **more: object,
) -> Json:
    """One record. `more` are further members of it."""
    service, name = api.split(":")
    return {
        "eventTime": at(minute),
        "eventID": f"{api}@{minute}@{source}",
        "eventName": name,
        "eventSource": f"{service}.amazonaws.com",
        "eventCategory": "Management",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": source,
        "userAgent": LINUX,
        "recipientAccountId": ACCOUNT,
        "userIdentity": who() if identity is None else identity,
        **more,
    }


def issuance(key: str, minute: float = 0, instance: str = INSTANCE, **more: object) -> Json:
    """EC2 assumes the role for its instance, and the answer holds the key."""
    answer = {
        "accessKeyId": key,
        "expiration": "Mar 15, 2026, 6:30:22 PM",
        "sessionToken": "SECRET",
    }
    return call(
        "ec2.amazonaws.com",
        minute,
        "sts:AssumeRole",
        {"type": "AWSService", "invokedBy": "ec2.amazonaws.com"},
        eventID=f"issuance-{key}",
        requestParameters={
            "roleSessionName": instance,
            "roleArn": f"arn:aws:iam::{ACCOUNT}:role/web",
        },
        responseElements={"credentials": answer},
        **more,
    )


def made(
    key: str,
    source: str,
    minute: float,
    api: str = "sts:AssumeRole",
    identity: Json | None = None,
    **more: object,
) -> Json:
    """A call that makes a key: by default AssumeRole into the role `deploy`."""
    answer: Json = {
        "credentials": {"accessKeyId": key, "sessionToken": "SECRET"},
        "assumedRoleUser": {
            "assumedRoleId": "AROADEPLOY:job",
            "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/job",
        },
    }
    asked = {"roleArn": f"arn:aws:iam::{ACCOUNT}:role/deploy", "roleSessionName": "job"}
    return call(
        source,
        minute,
        api,
        identity,
        **{"requestParameters": asked, "responseElements": answer, **more},
    )


def child(key: str, principal: str = "AROADEPLOY:job") -> Json:
    """The identity of a session that another made."""
    return {
        "type": "AssumedRole",
        "principalId": principal,
        "arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/job",
        "accountId": ACCOUNT,
        "accessKeyId": key,
    }


def network(
    instance: str = INSTANCE, public: str = HOME, private: str = INSIDE, account: str = ACCOUNT
) -> set[Fact]:
    """An inventory that knows all ways out of an instance: its own public address."""
    card, subnet, table, vpc = (f"{kind}-{instance[-1]}" for kind in ("eni", "subnet", "rtb", "v"))
    told = {
        (instance, "account"): account,
        (instance, "region"): "eu-west-1",
        (instance, "interfaces"): card,
        (card, "instance"): instance,
        (card, "account"): account,
        (card, "region"): "eu-west-1",
        (card, "address"): private,
        (card, "vpc"): f"eu-west-1/vpc-{vpc}",
        (card, "subnet"): subnet,
        (public, "holder"): card,
        (public, "owner"): account,
        (subnet, "route-table"): table,
        (table, "route"): "0.0.0.0/0",
        (f"{table} 0.0.0.0/0", "target"): "igw-1",
        (f"{account}/eu-west-1", "endpoints"): "none",
        (f"{account}/eu-west-1", "interfaces"): card,
    }
    return {
        Fact(entity, attribute, 0, Mode.IS, (value,), "test")
        for (entity, attribute), value in told.items()
    }


def folded(records: Iterable[Json]) -> Fold:
    """The records as one file, decoded and folded; none of it may be refused."""
    decoded = decode(json.dumps({"Records": list(records)}).encode())
    assert not decoded.refused
    return fold(decoded.calls)


def state_of(*files: Iterable[Json]) -> State:
    """The state after these files."""
    state = State()
    for records in files:
        merge(state, folded(records))
    return state


def around(state: State, facts: Iterable[Fact] = (), trust: Trust | None = None) -> Surroundings:
    """What a state is judged in."""
    told = Inventory({*state.facts, *facts})
    return Surroundings(told, trust or Trust(), RANGES, state.accounts)


def judged(
    records: Iterable[Json], facts: Iterable[Fact] = (), trust: Trust | None = None
) -> list[Verdict]:
    """All verdicts, those of no finding among them."""
    state = state_of(records)
    return list(judge_all(state, around(state, facts, trust)))


def found(
    records: Iterable[Json], facts: Iterable[Fact] = (), trust: Trust | None = None
) -> list[Verdict]:
    """The verdicts that become findings."""
    return [verdict for verdict in judged(records, facts, trust) if is_finding(verdict)]


def told(records: Iterable[Json], facts: Iterable[Fact] = ()) -> list[Json]:
    """The findings, as JSON values."""
    state = state_of(records)
    surroundings = around(state, facts)
    return [
        json.loads(json.dumps(finding(verdict, surroundings.inventory)))
        for verdict in judge_all(state, surroundings)
        if is_finding(verdict)
    ]


def verdict_at(address: str, verdicts: Sequence[Verdict]) -> Verdict:
    """The one verdict that has a stray from an address."""
    (one,) = [v for v in verdicts if any(s.origin.address == address for s in v.strays)]
    return one


def said(signal: str, verdict: Verdict) -> list[Evidence]:
    """What one signal says in a verdict."""
    return [one for one in verdict.evidence if one.signal == signal]
