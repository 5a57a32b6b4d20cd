"""User agents of real clients: SDKs, agents, command line, on instances and on other machines."""

import random

AGENT_SSM = "aws-sdk-go/1.55.5 (go1.23.3; linux; amd64) amazon-ssm-agent/3.3.987.0"
AGENT_CLOUDWATCH = "CWAgent/1.300044.0b793 (go1.22.5; linux; amd64) ID/0 inputs:(cpu disk mem)"
KUBELET = "kubelet/v1.29.8 (linux/amd64) aws-sdk-go/1.44.241 (go1.22.5; linux; amd64)"

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"

INSTANCE_SDKS = (
    (
        "Boto3/1.34.131 md/Botocore#1.34.131 ua/2.0 os/linux#6.1.94-99.176.amzn2023.x86_64 "
        "md/arch#x86_64 lang/python#3.11.9 md/pyimpl#CPython Botocore/1.34.131"
    ),
    (
        "aws-sdk-java/2.25.60 Linux/6.1.94-99.176.amzn2023.x86_64 OpenJDK_64-Bit_Server_VM/17.0.12"
        "+7-LTS Java/17.0.12 vendor/Amazon.com_Inc. io/sync http/Apache cfg/retry-mode/legacy"
    ),
    "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/s3#1.58.2",
    "aws-sdk-js/3.614.0 ua/2.0 os/linux#5.10.220 lang/js md/nodejs#20.15.1 api/s3#3.614.0",
    (
        "aws-cli/2.17.18 md/awscrt#0.20.11 ua/2.0 os/linux#6.1.94-99.176.amzn2023.x86_64 "
        "md/arch#x86_64 lang/python#3.11.9 md/pyimpl#CPython exec-env/EC2 cfg/retry-mode#standard"
    ),
)
THIEF_CLIENTS = (
    (
        "aws-cli/2.17.32 md/awscrt#0.21.2 ua/2.0 os/macos#23.5.0 md/arch#arm64 lang/python#3.11.9 "
        "md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off"
    ),
    "aws-cli/1.18.136 Python/3.8.5 Darwin/19.5.0 botocore/1.17.59",
    "aws-cli/2.9.19 Python/3.11.2 Linux/6.6.9-amd64 source/x86_64.kali.2023 prompt/off",
    (
        "Boto3/1.34.7 md/Botocore#1.34.7 ua/2.0 os/windows#10 md/arch#amd64 lang/python#3.12.1 "
        "md/pyimpl#CPython Botocore/1.34.7"
    ),
    "S3 Browser/11.7.5 (https://s3browser.com)",
)
OPERATOR_CLIENTS = (
    (
        "APN/1.0 HashiCorp/1.0 Terraform/1.9.2 (+https://www.terraform.io) terraform-provider-aws/"
        "5.58.0 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.30.1"
    ),
    "aws-cli/2.17.18 md/awscrt#0.20.11 ua/2.0 os/macos#23.6.0 md/arch#arm64 lang/python#3.11.9",
    (
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/127.0.0.0 Safari/537.36"
    ),
)


def sdk(rng: random.Random) -> str:
    """The SDK that the software of one instance uses."""
    return rng.choice(INSTANCE_SDKS)


def thief(rng: random.Random) -> str:
    """What a thief types his commands into."""
    return rng.choice(THIEF_CLIENTS)


def operator(rng: random.Random) -> str:
    """What the people who run the estate use."""
    return rng.choice(OPERATOR_CLIENTS)
