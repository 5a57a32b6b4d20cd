"""Thefts that go on: chained roles, console, new users, services as proxies (E8-E11, E14)."""

from collections.abc import Sequence

from tests.stories.identity import Key, RoleSession, iam_user
from tests.stories.instances import Machine
from tests.stories.ranges import Json
from tests.stories.records import Way
from tests.stories.services import Action, stranger
from tests.stories.story import Found, Match, impostor, outside, theft
from tests.stories.told.on_behalf import forwarded
from tests.stories.world import World

Told = Sequence[Found]
BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0"


def _victim(w: World) -> Machine:
    box, out = w.inside(w.home())
    w.works(box, out)
    return box


def _who(record: Json) -> Json:
    who = record["userIdentity"]
    assert isinstance(who, dict)
    return who


@theft("E8 stolen key takes another role, all from outside")
def chained(w: World) -> Told:
    box = _victim(w)
    key, way, agent = w.key(box, "13:00"), Way(w.outside(2)), stranger(w.rng)
    calls = w.steals(key, "13:00", way, calls=3, agent=agent)
    admin = RoleSession(w.account, w.region, "OrgAdmin", w.ids.principal(), "session1")
    child = Key(w.ids.key(), admin, w.at("13:10"))
    me = w.call(key, "13:09", way, ("sts:GetCallerIdentity",), [agent])
    w.records.append(w.scribe.assume(dict(_who(me)), way, child, agent))
    later = w.steals(child, "13:12", way, calls=4, agent=agent)
    found = outside(box, calls + 2, calls + 2 + later)
    return [found.that_mentions(child.id, "OrgAdmin", way.address)]


@theft("E8 stolen key takes a role of another account; both trails have the call")
def chained_across(w: World) -> Told:
    box = _victim(w)
    member = w.add_account()
    key, way, agent = w.key(box, "13:00"), Way(w.outside(2)), stranger(w.rng)
    me = w.call(key, "13:00", way, ("sts:GetCallerIdentity",), [agent])
    admin = RoleSession(member, w.region, "Reader", w.ids.principal(), "x")
    child = Key(w.ids.key(), admin, w.at("13:10"))
    assumed = w.scribe.assume(dict(_who(me)), way, child, agent)
    assumed["sharedEventID"] = w.ids.uuid()
    other: Json = {
        "type": "AWSAccount",
        "principalId": box.session.principal,
        "accountId": w.account,
    }
    copy = assumed | {"eventID": w.ids.uuid(), "recipientAccountId": member, "userIdentity": other}
    w.records += [assumed, copy]
    later = w.steals(child, "13:12", way, calls=4, agent=agent)
    return [outside(box, 2, 2 + later)]


@theft("E9 console by federation, through Tor")
def console(w: World) -> Told:
    box = _victim(w)
    key, way = w.key(box, "13:00"), Way(w.outside(1))
    calls = 0
    for clock, name in (("13:00", "GetSigninToken"), ("13:01", "ConsoleLogin")):
        record = w.call(key, clock, way, (f"signin:{name}",), [BROWSER])
        record |= {
            "eventType": "AwsConsoleSignIn",
            "awsRegion": "us-east-1",
            "readOnly": False,
            "additionalEventData": {"MobileVersion": "No", "MFAUsed": "No"},
            "responseElements": {name: "Success"},
        }
        calls += 1
    console_key = Key(w.ids.key(), box.session, key.issued, key.delivery, console=True)
    for minute in range(5):
        w.call(console_key, w.at("13:03") + minute * 9, way, ("ec2:DescribeInstances",), [BROWSER])
    w.call(console_key, "13:04", Way("AWS Internal"), ("ec2:DescribeTags",), ["AWS Internal"])
    s3 = (
        "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.10 vendor/Oracle_Corporation]"
    )
    w.call(console_key, "13:05", Way(way.address, "vpce-f40dc59d"), ("s3:ListObjects",), [s3])
    return [outside(box, calls + 5, calls + 6)]


@theft("E8 stolen key makes a user and a key for him")
def makes_user(w: World) -> Told:
    box = _victim(w)
    key, way, agent = w.key(box, "13:00"), Way(w.outside(2)), stranger(w.rng)
    user: Json = {
        "path": "/",
        "userName": "backup-svc",
        "userId": w.ids.principal("AIDA"),
        "arn": f"arn:aws:iam::{w.account}:user/backup-svc",
        "createDate": "Feb 6, 2024, 1:00:10 PM",
    }
    made = {"accessKeyId": w.ids.key("AKIA"), "status": "Active", "userName": "backup-svc"}
    asked = {"userName": "backup-svc"}
    acts = (("iam:CreateUser", {"user": user}), ("iam:CreateAccessKey", {"accessKey": made}))
    for minute, (act, answer) in enumerate(acts):
        w.call(
            key, w.at("13:00") + minute * 60, way, (act,), [agent],
            requestParameters=asked, responseElements=answer,
        )  # fmt: skip
    who = iam_user(w.account, "backup-svc", str(user["userId"]), str(made["accessKeyId"]))
    record = w.scribe.envelope(who, w.at("13:20"), Action("s3", "ListBuckets"), w.region)
    w.records.append(record | {"sourceIPAddress": way.address, "userAgent": agent})
    return [outside(box, 2, 3).that_mentions("backup-svc", str(made["accessKeyId"]))]


@theft("E10 services run the thief's intent: his own call is what counts")
def proxied(w: World) -> Told:
    box = _victim(w)
    key, way = w.key(box, "13:00"), Way(w.outside(2))
    calls = w.steals(key, "13:00", way, calls=2, actions=("athena:StartQueryExecution",))
    for minute in range(6):
        forwarded(w, key, w.at("13:01") + minute, "athena.amazonaws.com", "s3:GetObject")
    return [outside(box, calls)]


@theft("E11 all that is seen is AWS Internal", full=Match.QUIET, alone=Match.QUIET)
def hidden(w: World) -> Told:
    box = _victim(w)
    key = w.key(box, "13:00")
    w.steals(
        key, "13:00", Way("AWS Internal"), actions=("ecr:BatchGetImage",), agent="AWS Internal"
    )
    return []


@theft("E14 a user names his session after the victim", alone=Match.EXACT)
def named_after(w: World) -> Told:
    """The instance itself is at home; nothing may be said against it."""
    box = _victim(w)
    way = Way(w.outside(2))
    fake = RoleSession(w.account, w.region, "Support", w.ids.principal(), box.id)
    key = Key(w.ids.key(), fake, w.at("12:59"))
    user = iam_user(w.account, "mallory", w.ids.principal("AIDA"), w.ids.key("AKIA"))
    w.records.append(w.scribe.assume(user, way, key, "aws-cli/2.15.17"))
    w.steals(key, "13:00", way, calls=4)
    return [impostor(fake.principal, 1, 5)]


@theft("E14 a session with the victim's very role and name", alone=Match.EXACT)
def same_principal(w: World) -> Told:
    """Same role, same session name: only its key, which EC2 never issued, tells them apart."""
    box = _victim(w)
    way = Way(w.outside(2))
    key = Key(w.ids.key(), box.session, w.at("12:59"))
    user = iam_user(w.account, "mallory", w.ids.principal("AIDA"), w.ids.key("AKIA"))
    w.records.append(w.scribe.assume(user, way, key, "aws-cli/2.15.17"))
    w.steals(key, "13:00", way, calls=4)
    return [impostor(box.session.principal, 1, 5)]


@theft("E8 the instance's own chain, child used elsewhere", full=Match.LOOSE, alone=Match.LOOSE)
def own_chain(w: World) -> Told:
    """Design leaves open what to call it; it must at least accuse nobody else."""
    box, out = w.inside(w.home())
    w.works(box, out)
    me = w.call(w.key(box, "13:00"), "13:00", out, ("sts:GetCallerIdentity",), box.agents)
    deploy = RoleSession(w.account, w.region, "Deploy", w.ids.principal(), "deploy-77")
    child = Key(w.ids.key(), deploy, w.at("13:01"))
    w.records.append(w.scribe.assume(dict(_who(me)), out, child, box.agents[0]))
    w.steals(child, "13:05", Way(w.outside(2)), calls=3)
    return [outside(box, 1), Found(deploy.principal, "", 0, 0, 0)]
