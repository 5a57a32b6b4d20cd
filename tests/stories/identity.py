"""Who calls: role sessions of instances, their keys, and `userIdentity` as CloudTrail writes it."""

from dataclasses import dataclass

from tests.stories.identifiers import iso
from tests.stories.ranges import Json


@dataclass(frozen=True)
class RoleSession:
    """A role on an instance, or any other session of a role."""

    account: str
    region: str
    role: str
    role_id: str
    name: str  # the instance's id, or what the caller of AssumeRole chose
    partition: str = "aws"

    @property
    def principal(self) -> str:
        """`AROA…:i-…`."""
        return f"{self.role_id}:{self.name}"

    @property
    def arn(self) -> str:
        """The session as STS names it."""
        return f"arn:{self.partition}:sts::{self.account}:assumed-role/{self.role}/{self.name}"


@dataclass(frozen=True)
class Key:
    """An access key of a session. `delivery` is "1.0" or "2.0" for what IMDS handed out."""

    id: str
    session: RoleSession
    issued: int
    delivery: str = ""
    console: bool = False


def identity(key: Key, minor: int, scoped: bool) -> Json:
    """`userIdentity` of a call with this key, in event version 1.`minor`."""
    session = key.session
    own = session.role.startswith("aws:")
    issuer = f"{session.account}:{session.role}" if own else session.role_id
    context: Json = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": issuer,
            "arn": f"arn:{session.partition}:iam::{session.account}:role/{session.role}",
            "accountId": session.account,
            "userName": session.role,
        },
        "attributes": {"creationDate": iso(key.issued), "mfaAuthenticated": "false"},
    }
    if minor < 9:
        context["webIdFederationData"] = {}
    if key.delivery:
        context["ec2RoleDelivery"] = key.delivery
    told: Json = {
        "type": "AssumedRole",
        "principalId": f"{issuer}:{session.name}",
        "arn": session.arn,
        "accountId": session.account,
        "accessKeyId": key.id,
        "sessionContext": context,
    }
    if scoped and minor >= 11 and key.delivery:
        told["inScopeOf"] = {
            "issuerType": "AWS::EC2::Instance",
            "credentialsIssuedTo": (
                f"arn:{session.partition}:ec2:{session.region}:{session.account}"
                f":instance/{session.name}"
            ),
        }
    return told


def iam_user(account: str, name: str, user_id: str, key_id: str) -> Json:
    """`userIdentity` of a user with a long-term key."""
    return {
        "type": "IAMUser",
        "principalId": user_id,
        "arn": f"arn:aws:iam::{account}:user/{name}",
        "accountId": account,
        "accessKeyId": key_id,
        "userName": name,
    }


def service(name: str) -> Json:
    """`userIdentity` of an AWS service acting for itself."""
    return {"type": "AWSService", "invokedBy": name}
