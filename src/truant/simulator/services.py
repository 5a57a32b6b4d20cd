"""What differs between AWS services in a record: version, optional fields, order of fields.

Which services say the endpoint owner's account follows the list of services with network activity
events (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-network-events-with-cloudtrail.html);
STS, IAM and CloudWatch Logs are not in it.
"""

import random
from dataclasses import dataclass

NETWORK_ACTIVITY = frozenset(
    (
        "athena",
        "cloudtrail",
        "dynamodb",
        "ec2",
        "ecs",
        "kms",
        "lambda",
        "rds",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
        "ssm",
    )
)
# Services with one home region, whatever region the caller is in.
GLOBAL = {"iam": "us-east-1", "organizations": "us-east-1"}


@dataclass(frozen=True)
class Habit:
    """How one service writes its records in one world."""

    version: tuple[int, int]
    names_endpoint_account: bool
    names_scope: bool
    sorted_fields: bool

    @property
    def version_text(self) -> str:
        """The version as CloudTrail writes it: `1.05`, `1.11`."""
        return f"{self.version[0]}.{self.version[1]:02d}"


def habit_of(rng: random.Random, service: str) -> Habit:
    """Draw how a service writes its records; older services lag behind in version."""
    minor = rng.choices((5, 7, 8, 9, 10, 11), weights=(4, 4, 22, 20, 15, 35))[0]
    if service == "s3":
        minor = max(minor, 9)
    names = service in NETWORK_ACTIVITY and rng.random() < 0.9
    return Habit(
        version=(1, minor),
        names_endpoint_account=minor >= 9 and (service == "s3" or names),
        names_scope=minor >= 11 and rng.random() < 0.75,
        sorted_fields=rng.random() < 0.15,
    )


def host_of(service: str, region: str) -> str:
    """The name of a service's public end in a region, as TLS details show it."""
    if service in GLOBAL:
        return f"{service}.amazonaws.com"
    return f"{service}.{region}.amazonaws.com"
