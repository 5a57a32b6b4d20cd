"""What a living AWS account tells of itself: who asks, its organization, regions and networks.

Everything here reads. The operations and their names are those of the inventory folder
(`ec2_describe.OPERATIONS`); documents come out as the AWS CLI prints them, all pages merged.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from truant.connectors.aws_api import Aws, Keys, told
from truant.connectors.ec2_describe import OPERATIONS
from truant.model.network import is_account

Document = dict[str, object]

LIST_ACCOUNTS = "list-accounts"
OF_REGION = tuple(operation for operation in OPERATIONS if operation != LIST_ACCOUNTS)
SESSION_SECONDS = 3600  # the most that a role which a role assumes may have
PAGE = 1000  # EC2's most; without it, all instances come in one answer
_PAGES = {"describe-route-tables": 100}
# Where a partition's global services are asked, and EC2 for its list of regions.
_HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
# Never kept, whatever operation may tell it: secrets, and what is of no use here.
_LEFT_OUT = frozenset({"UserData", "PolicyDocument", "Email"})


class Caller(Struct, frozen=True):
    """Whose credentials these are: account, partition (`aws`, `aws-cn`, …) and ARN."""

    account: str
    partition: str
    arn: str


class Role(Struct, frozen=True):
    """The role to assume in other accounts.

    `policy`: the session policy, JSON; no session may do more, however much its role may.
    """

    name: str
    external_id: str | None = None
    policy: str | None = None
    session_name: str = "truant-inventory"

    def arn(self, account: str, partition: str) -> str:
        """Its ARN in an account; the name may begin with a path."""
        return f"arn:{partition}:iam::{account}:role/{self.name.strip('/')}"


def home(region: str | None, partition: str) -> str:
    """The region to ask where the question has none of its own."""
    return region or _HOMES.get(partition, "us-east-1")


def caller(aws: Aws) -> Caller:
    """Who asks: needs no permission. Raises CannotCall."""
    with told():
        client = aws.client("sts", home(aws.region, "aws"))
        found = client.get_caller_identity()
        client.close()
    return Caller(found["Account"], found["Arn"].split(":")[1], found["Arn"])


def assume(aws: Aws, role: Role, account: str, partition: str) -> Keys:
    """Assume the role in an account. Raises CannotCall."""
    asked: dict[str, Any] = {
        "RoleArn": role.arn(account, partition),
        "RoleSessionName": role.session_name,
        "DurationSeconds": SESSION_SECONDS,
    }
    if role.external_id is not None:
        asked["ExternalId"] = role.external_id
    if role.policy is not None:
        asked["Policy"] = role.policy
    with told():
        client = aws.client("sts", home(aws.region, partition))
        found = client.assume_role(**asked)["Credentials"]
        client.close()
    expires = int(found["Expiration"].timestamp())
    return Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], expires)


def list_accounts(aws: Aws, partition: str) -> Document:
    """The organization's accounts, as `organizations list-accounts` prints them, without e-mail.

    Allowed to the management account and to delegated administrators. Raises CannotCall.
    """
    client = aws.client("organizations", home(aws.region, partition))
    with told():
        return _printed(client.get_paginator("list_accounts").paginate().build_full_result())


def management(document: Mapping[str, object]) -> str | None:
    """The management account: ARNs of accounts, `…::MANAGEMENT:account/o-…/ID`, name it."""
    for account in _accounts(document):
        parts = str(account.get("Arn", "")).split(":")
        if len(parts) > 4 and is_account(parts[4]):
            return parts[4]
    return None


def active(document: Mapping[str, object]) -> list[str]:
    """The accounts that are neither closed nor suspended. `State` replaces `Status` in 2026."""
    return [
        str(one.get("Id"))
        for one in _accounts(document)
        if (one.get("State") or one.get("Status") or "ACTIVE") == "ACTIVE"
    ]


def _accounts(document: Mapping[str, object]) -> Iterable[Mapping[str, object]]:
    found = document.get("Accounts")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def regions(aws: Aws, keys: Keys | None, partition: str) -> list[str]:
    """The regions that are enabled in an account. Raises CannotCall."""
    client = aws.client("ec2", home(aws.region, partition), keys)
    with told():
        found = client.describe_regions()["Regions"]
    client.close()
    return sorted(
        one["RegionName"] for one in found if one.get("OptInStatus", "opted-in") != "not-opted-in"
    )


def describe(client: Any, operation: str, page: int = PAGE) -> Document:  # noqa: ANN401
    """All pages of one operation, for example `describe-instances`, merged. Raises CannotCall."""
    method = operation.replace("-", "_")
    with told():
        if not client.can_paginate(method):
            return _printed(getattr(client, method)())
        size = min(page, _PAGES.get(operation, page))
        pages = client.get_paginator(method).paginate(PaginationConfig={"PageSize": size})
        return _printed(pages.build_full_result())


def _printed(answer: Mapping[str, object]) -> Document:
    """An answer as the CLI prints it: without the envelope, and without what is never kept."""
    return {name: _kept(value) for name, value in answer.items() if name != "ResponseMetadata"}


def _kept(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _kept(one) for name, one in value.items() if name not in _LEFT_OUT}
    if isinstance(value, list):
        return [_kept(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
