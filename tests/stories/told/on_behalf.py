"""Legitimate: services on somebody's behalf, presigned requests, other principals (T18-T32)."""

from collections.abc import Sequence

from tests.stories.identity import Key, RoleSession
from tests.stories.instances import Machine, tag
from tests.stories.ranges import Json, service_owned
from tests.stories.records import Way
from tests.stories.services import Action
from tests.stories.story import Found, Match, legitimate
from tests.stories.world import World

Told = Sequence[Found]
WHOAMI = ("sts:GetCallerIdentity",)


def _at_work(w: World, role: str = "web") -> tuple[Machine, Way]:
    box, out = w.inside(w.home(), role)
    w.works(box, out, calls=12)
    return box, out


def _tokens(w: World, node: Machine, agent: str) -> None:
    """Presigned GetCallerIdentity that EKS sends for a node, from addresses of its own."""
    for number in range(8):
        key = w.key(node, w.at("07:00") + number * 900)
        service = Way(w.rented() if number % 2 else service_owned(w.rng, w.region))
        w.call(key, w.at("07:00") + number * 900, service, WHOAMI, [agent])


@legitimate("T18 EKS checks a node's token")
def eks_token(w: World) -> Told:
    node, _ = _at_work(w, "eks-node")
    tag(node, {"kubernetes.io/cluster/prod": "owned", "eks:nodegroup-name": "general"})
    _tokens(w, node, "kube-apiserver/v1.29.1 (linux/amd64) kubernetes/ca2a6e6")
    return []


@legitimate("T18 EKS checks the token of a node without tags")
def eks_token_untagged(w: World) -> Told:
    node, _ = _at_work(w, "worker")
    _tokens(w, node, "Go-http-client/2.0")
    return []


@legitimate("T18 EKS Pod Identity agent on the node")
def pod_identity(w: World) -> Told:
    node, out = _at_work(w, "eks-node")
    for number in range(6):
        key = w.key(node, w.at("09:00") + number * 60)
        w.call(key, w.at("09:00") + number * 60, out, ("eks-auth:AssumeRoleForPodIdentity",))
    return []


@legitimate("T19 Vault server of ours checks a login")
def vault(w: World) -> Told:
    home = w.home()
    box, out = w.inside(home)
    w.works(box, out, calls=12)
    security = w.home("10.90.0.0/16", w.land(w.add_account()))
    for number in range(3):
        key = w.key(box, w.at("08:00") + number * 3600)
        when = w.at("08:00") + number * 3600
        w.call(key, when, Way(security.nat_address), WHOAMI, ["Go-http-client/1.1"])
    return []


@legitimate("T20 presigned downloads by users")
def presigned(w: World) -> Told:
    box, _ = _at_work(w)
    for number in range(9):
        when = w.at("10:00") + number * 400
        record = w.call(
            w.key(box, when), when, Way(w.outside()), ("s3:GetObject",),
            ["[Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36]"],
        )  # fmt: skip
        extra, asked = record["additionalEventData"], record["requestParameters"]
        assert isinstance(extra, dict)
        assert isinstance(asked, dict)
        extra["AuthenticationMethod"] = "QueryString"
        asked |= {"X-Amz-Expires": "3600", "X-Amz-SignedHeaders": "host", "X-Amz-Date": "2024"}
    return []


@legitimate("T20 browser uploads by a signed form")
def signed_form(w: World) -> Told:
    box, _ = _at_work(w)
    for number in range(5):
        when = w.at("10:00") + number * 400
        record = w.call(
            w.key(box, when), when, Way(w.outside()), ("s3:PutObject",), ["[Mozilla/5.0]"]
        )
        extra = record["additionalEventData"]
        assert isinstance(extra, dict)
        extra["AuthenticationMethod"] = "HtmlForm"
    return []


def forwarded(w: World, key: Key, when: int, name: str, act: str, endpoint: str = "") -> Json:
    """A forward access session: a service calls with the identity of who called it."""
    record = w.call(key, when, Way(name, endpoint), (act,), [name])
    who = record["userIdentity"]
    assert isinstance(who, dict)
    who["invokedBy"] = name
    record.pop("tlsDetails", None)
    return record


@legitimate("T21 forward access sessions, some by endpoints of AWS")
def forward_access(w: World) -> Told:
    box, _ = _at_work(w)
    key = w.key(box, "09:00")
    for number, (name, act) in enumerate(
        (
            ("secretsmanager.amazonaws.com", "kms:Decrypt"),
            ("athena.amazonaws.com", "s3:GetObject"),
            ("cloudformation.amazonaws.com", "ec2:DescribeInstances"),
            ("AWS Internal", "kms:GenerateDataKey"),
        )
    ):
        forwarded(
            w,
            key,
            w.at("09:00") + number * 70,
            name,
            act,
            "vpce-0a5c1b8d9e7f60a12" if number < 2 else "",
        )
    record = forwarded(w, key, w.at("09:30"), "cloudtrail.amazonaws.com", "kms:Decrypt")
    record |= {
        "vpcEndpointId": "cloudtrail.amazonaws.com",
        "vpcEndpointAccountId": "cloudtrail.amazonaws.com",
    }
    return []


@legitimate("T22 AWS Internal in all its spellings")
def aws_internal(w: World) -> Told:
    box, _ = _at_work(w)
    key = w.key(box, "09:00")
    for number, text in enumerate(("AWS Internal", "AWS Internal/2", "AWS Internal/17")):
        w.call(key, w.at("09:00") + number, Way(text), ("ecr:BatchGetImage",), [text])
        record = w.call(key, w.at("09:05") + number, Way(text), ("ec2:DescribeTags",), [text])
        record |= {"vpcEndpointId": text, "vpcEndpointAccountId": "vpce-1a2b3c4d"}
    return []


@legitimate("T23 reserved roles of EC2, default host management")
def reserved_roles(w: World) -> Told:
    box, out = _at_work(w)
    for role, act, way in (
        ("aws:ec2-instance", "ssm:RequestManagedInstanceRoleToken", out),
        ("aws:ec2-instance", "sts:GetCallerIdentity", out),
        ("aws:ec2-infrastructure", "kms:Decrypt", Way("AWS Internal")),
    ):
        session = RoleSession(w.account, w.region, role, "", box.id)
        delivery = "2.0" if role == "aws:ec2-instance" else ""
        record = w.call(
            Key(w.ids.key(), session, w.at("06:00"), delivery), "07:00", way, (act,), [way.address]
        )
        if not delivery:
            who = record["userIdentity"]
            assert isinstance(who, dict)
            who["invokedBy"] = "AWS Internal"
    role = "AWSSystemsManagerDefaultEC2InstanceManagementRole"
    managed = RoleSession(w.account, w.region, role, w.ids.principal(), box.id)
    for hour in range(3):
        key = Key(w.ids.key(), managed, w.at("06:00") + hour * 3600)
        w.call(key, key.issued + 60, out, ("ssm:UpdateInstanceInformation",), box.agents)
    return []


@legitimate("T24 agents that chatter all day")
def chatter(w: World) -> Told:
    box, out = w.inside(w.home())
    acts = (
        "ssm:UpdateInstanceInformation",
        "ssmmessages:CreateControlChannel",
        "logs:PutLogEvents",
    )
    w.works(box, out, calls=90, actions=acts, hours=17)
    return []


@legitimate("T25 developer's laptop, documented with an end")
def laptop(w: World) -> Told:
    box, _ = _at_work(w)
    address = w.outside(0)
    w.trusted.append(
        {
            "cidr": f"{address}/32",
            "reason": "debugging by the platform team, ticket OPS-77",
            "accounts": [w.account],
            "expires": "2027-01-31",
        }
    )
    w.steals(w.key(box, "11:00"), "11:00", Way(address))
    return []


@legitimate("T26 own tooling names its sessions after instances")
def named_like_instances(w: World) -> Told:
    """Its maker is the instance itself: nobody pretends to be anything."""
    box, out = _at_work(w)
    session = RoleSession(w.account, w.region, "deploy", w.ids.principal(), box.id)
    made = Key(w.ids.key(), session, w.at("09:00"))
    parent = w.call(w.key(box, "09:00"), "08:59", out, ("sts:GetCallerIdentity",), box.agents)
    who = parent["userIdentity"]
    assert isinstance(who, dict)
    w.records.append(w.scribe.assume(who, out, made, box.agents[0]))
    for minute in range(5):
        w.call(made, w.at("09:01") + minute * 60, out, ("s3:PutObject",), box.agents)
    return []


@legitimate("T27 hybrid nodes and Lightsail")
def hybrid(w: World) -> Told:
    land = w.land()
    for name in ("mi-0a1b2c3d4e5f60718", "botocore-session-1700000000"):
        session = RoleSession(land.account, land.name, "hybrid", w.ids.principal(), name)
        key = Key(w.ids.key(), session, w.at("06:00"))
        w.call(key, "07:00", Way(w.outside()), ("ssm:UpdateInstanceInformation",))
    return []


@legitimate("T30 console back end with an endpoint of AWS")
def s3_console(w: World) -> Told:
    """A person's console session in the same account: not an instance's."""
    _at_work(w)
    person = RoleSession(w.account, w.region, "Admin", w.ids.principal(), "jo@example.com")
    key = Key(w.ids.key(), person, w.at("08:00"))
    agent = (
        "[S3Console/0.4, aws-internal/3 aws-sdk-java/1.12.488 Linux/5.10 vendor/Oracle_Corporation]"
    )
    for minute in range(4):
        w.call(
            key,
            w.at("08:01") + minute,
            Way(w.outside(), "vpce-f40dc59d"),
            ("s3:ListObjects",),
            [agent],
        )
    return []


@legitimate("T31 the instance's own calls are denied")
def denied(w: World) -> Told:
    box, out = _at_work(w)
    for minute in range(12):
        w.call(
            w.key(box, "08:00"), w.at("08:00") + minute * 60, out, agents=box.agents,
            errorCode="AccessDenied", errorMessage=f"User: {box.session.arn} is not authorized",
        )  # fmt: skip
    return []


@legitimate("T32 data planes inside the VPC")
def data_plane(w: World) -> Told:
    box, _ = _at_work(w)
    act = Action("elasticfilesystem", "NewClientConnection")
    record = w.scribe.by_service(
        w.account, w.at("07:00"), act, "elasticfilesystem.amazonaws.com", w.region
    )
    record |= {
        "userIdentity": {
            "type": "AWSAccount",
            "principalId": "",
            "accountId": "ANONYMOUS_PRINCIPAL",
        },
        "sourceIPAddress": "AWS Internal",
        "eventType": "AwsServiceEvent",
        "serviceEventDetails": {"principal": box.session.arn, "sourceVpc": "unknown"},
    }
    w.records.append(record)
    return []


@legitimate("T24 writes only: the trail shows no issuance")
def writes_only(w: World) -> Told:
    w.issuances = False
    box, out = w.inside(w.home())
    acts = ("s3:PutObject", "ssm:UpdateInstanceInformation", "logs:CreateLogStream")
    w.works(box, out, actions=acts)
    return []


@legitimate("T21 the copy of a call in another account's trail", full=Match.EXACT)
def shared_copy(w: World) -> Told:
    """Writes into another account's bucket: its trail holds a copy, with its own event id."""
    box, out = _at_work(w)
    partner = w.add_account()
    for minute in range(6):
        record = w.call(
            w.key(box, "08:00"), w.at("08:00") + minute, out, ("s3:PutObject",), box.agents
        )
        record["sharedEventID"] = w.ids.uuid()
        w.records.append(record | {"eventID": w.ids.uuid(), "recipientAccountId": partner})
    return []
