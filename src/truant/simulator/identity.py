"""The userIdentity element for each kind of caller.

Fields: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
"""

from dataclasses import dataclass
from datetime import datetime

from truant.simulator.actions import Json
from truant.simulator.network import Instance, Role
from truant.simulator.services import Habit


@dataclass(frozen=True)
class Credential:
    """One access key of a role session.

    `delivery` is "1.0" or "2.0" for a key that the metadata service gave, None for any other.
    """

    key: str
    role: Role
    session: str
    issued: datetime
    expires: datetime
    delivery: str | None = None
    instance: Instance | None = None

    @property
    def principal(self) -> str:
        """The principalId: role id and session name."""
        return f"{self.role.id}:{self.session}"

    @property
    def account(self) -> str:
        """The account that the key belongs to."""
        return self.role.account.id


def stamp(time: datetime) -> str:
    """A time as CloudTrail writes it."""
    return f"{time.isoformat()[:19]}Z"


def of_credential(credential: Credential, habit: Habit) -> Json:
    """A role session's identity, as a service with a habit writes it."""
    role = credential.role
    context: Json = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": role.id,
            "arn": role.arn,
            "accountId": role.account.id,
            "userName": role.name,
        },
        "attributes": {"creationDate": stamp(credential.issued), "mfaAuthenticated": "false"},
    }
    if habit.version <= (1, 8):
        # Older records have the element for every role session, mostly empty.
        context["webIdFederationData"] = {}
    if credential.delivery is not None:
        context["ec2RoleDelivery"] = credential.delivery
    identity: Json = {
        "type": "AssumedRole",
        "principalId": credential.principal,
        "arn": f"arn:aws:sts::{role.account.id}:assumed-role/{role.name}/{credential.session}",
        "accountId": role.account.id,
        "accessKeyId": credential.key,
        "sessionContext": context,
    }
    if habit.names_scope and credential.delivery is not None and credential.instance is not None:
        identity["inScopeOf"] = scope_of(credential.instance)
    return identity


def scope_of(instance: Instance) -> Json:
    """The inScopeOf element that names an instance as the one that keys were issued to."""
    arn = f"arn:aws:ec2:{instance.region}:{instance.account.id}:instance/{instance.id}"
    return {"issuerType": "AWS::EC2::Instance", "credentialsIssuedTo": arn}


def of_user(account: str, name: str, principal: str, key: str) -> Json:
    """An IAM user's identity."""
    return {
        "type": "IAMUser",
        "principalId": principal,
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key,
        "userName": name,
    }


def of_service(service: str) -> Json:
    """The identity of an AWS service that calls as itself."""
    return {"type": "AWSService", "invokedBy": f"{service}.amazonaws.com"}
