"""What software on instances calls, and how CloudTrail records it: by service and action."""

from dataclasses import dataclass
from random import Random

# Services that write `vpcEndpointAccountId` (those with network activity events). STS, IAM,
# CloudWatch Logs and Systems Manager never do.
NAMES_ENDPOINT_OWNER = frozenset(
    (
        "s3", "ec2", "kms", "secretsmanager", "sqs", "sns", "dynamodb", "lambda", "ecs", "rds",
        "glue", "cloudtrail", "config", "events",
    )
)  # fmt: skip
GLOBAL = frozenset({"iam"})
_DATA = frozenset(
    (
        "s3:GetObject", "s3:PutObject", "s3:ListObjects", "s3:DeleteObject", "dynamodb:GetItem",
        "dynamodb:PutItem",
    )
)  # fmt: skip
_READS = ("Get", "List", "Describe", "Decrypt", "AssumeRole", "Head", "Query")

USUAL = (
    "ec2:DescribeInstances",
    "ec2:DescribeTags",
    "s3:GetObject",
    "s3:PutObject",
    "s3:ListObjects",
    "s3:ListBuckets",
    "kms:Decrypt",
    "secretsmanager:GetSecretValue",
    "ssm:UpdateInstanceInformation",
    "ssm:GetParameter",
    "logs:CreateLogStream",
    "sts:GetCallerIdentity",
    "dynamodb:DescribeTable",
    "lambda:ListFunctions20150331",
)
THIEVES = (
    "sts:GetCallerIdentity",
    "s3:ListBuckets",
    "s3:ListObjects",
    "s3:GetObject",
    "iam:ListRoles",
    "iam:ListAttachedRolePolicies",
    "ec2:DescribeInstances",
    "secretsmanager:ListSecrets",
    "secretsmanager:GetSecretValue",
    "lambda:ListFunctions20150331",
)

_CLIENTS = (
    "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#5.10.215 md/arch#x86_64 lang/python#3.9.16",
    "aws-cli/2.15.30 Python/3.9.16 Linux/6.1.82 source/x86_64.amzn.2023 prompt/off command/s3.cp",
    "aws-sdk-java/2.25.27 Linux/5.10.214 OpenJDK_64-Bit_Server_VM/17.0.10+7-LTS Java/17.0.10",
    "aws-sdk-go-v2/1.26.1 os/linux lang/go#1.22.2 md/GOOS#linux md/GOARCH#arm64 api/s3#1.53.1",
    "aws-sdk-go/1.44.260 (go1.20.4; linux; amd64) amazon-ssm-agent/3.2.2303.0",
    "aws-sdk-js/3.540.0 ua/2.0 os/linux#5.15.0-1057-aws lang/js md/nodejs#18.20.1",
    "aws-sdk-rust/1.1.9 os/linux lang/rust/1.77.1",
    "aws-sdk-dotnet-coreclr/3.7.305.26 ua/2.0 os/windows#10.0.17763.0 lang/.NET_Core#6.0.28",
    "aws-sdk-php/3.304.2 ua/2.0 OS/Linux#5.10.215 lang/php#8.2.15 GuzzleHttp/7",
    "aws-sdk-ruby3/3.191.4 ua/2.0 api/s3#1.146.1 os/linux#5.10 md/x86_64 lang/ruby#3.2.3",
    "APN/1.0 HashiCorp/1.0 Terraform/1.7.5 terraform-provider-aws/5.43.0 aws-sdk-go-v2/1.26.1",
    "Hadoop 3.3.6, aws-sdk-java/1.12.262 Linux/5.10.210 java/1.8.0_402 cfg/retry-mode/legacy",
    "CWAgent/1.300037.0b521 (go1.22.1; linux; amd64) ID/a1b2 inputs:(cpu disk mem)",
    "[aws-cli/1.18.147 Python/2.7.18 Linux/4.14.336-253.554.amzn2.x86_64 botocore/1.18.6]",
)
_STRANGERS = (
    "aws-cli/2.15.17 Python/3.11.6 Darwin/23.2.0 source/arm64 command/sts.get-caller-identity",
    "Boto3/1.28.57 md/Botocore#1.31.57 ua/2.0 os/linux#6.6.9-1kali1-amd64 lang/python#3.11.8",
    "aws-cli/2.13.5 Python/3.11.4 Windows/10 exe/AMD64 prompt/off command/s3.ls",
    "Boto3/1.34.84 md/Botocore#1.34.84 ua/2.0 os/linux#6.5.0-28-generic lang/python#3.12.3",
)


@dataclass(frozen=True)
class Action:
    """One API: `s3:GetObject`."""

    service: str
    name: str

    @property
    def source(self) -> str:
        """`s3.amazonaws.com`."""
        return f"{self.service}.amazonaws.com"

    @property
    def data(self) -> bool:
        """Whether CloudTrail calls it a data event."""
        return f"{self.service}:{self.name}" in _DATA

    @property
    def read_only(self) -> bool:
        """Whether it changes nothing."""
        return self.name.startswith(_READS)


def action(text: str) -> Action:
    """From `s3:GetObject`."""
    service, _, name = text.partition(":")
    return Action(service, name)


def client(rng: Random) -> str:
    """The user agent of some software on an instance."""
    return rng.choice(_CLIENTS)


def stranger(rng: Random) -> str:
    """The user agent of a thief's tool."""
    return rng.choice(_STRANGERS)
