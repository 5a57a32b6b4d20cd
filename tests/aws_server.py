"""An AWS for tests: moto's server on loopback, and what makes boto3 ask it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

REGION = "eu-west-1"
ACCOUNT = "123456789012"  # moto's own
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": "/nonexistent",
    "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
}


class Aws:
    """A running server. Its buckets, queues and streams are each test's own, by name."""

    def __init__(self, url: str) -> None:
        """Hold its address."""
        self.url = url
        self._numbers = 0

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3 ask this server."""
        return {**ENVIRONMENT, "AWS_ENDPOINT_URL": self.url}

    def client(self, service: str) -> Any:  # noqa: ANN401 boto3's clients have no types
        """A client, as boto3 makes it."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
        )

    def name(self, start: str) -> str:
        """A name that nothing has yet."""
        self._numbers += 1
        return f"{start}-{self._numbers}"

    def bucket(self) -> str:
        """A new bucket."""
        name = self.name("bucket")
        where = {"LocationConstraint": REGION}
        self.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=where)
        return name

    def put(self, bucket: str, files: dict[str, bytes]) -> None:
        """Put objects into a bucket."""
        s3 = self.client("s3")
        for key, data in files.items():
            s3.put_object(Bucket=bucket, Key=key, Body=data)

    def queue(self, visibility: int = 30) -> tuple[str, str]:
        """A new queue: its URL and ARN."""
        sqs = self.client("sqs")
        given = {"VisibilityTimeout": str(visibility)}
        url = sqs.create_queue(QueueName=self.name("queue"), Attributes=given)["QueueUrl"]
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, found["Attributes"]["QueueArn"]

    def left(self, url: str) -> int:
        """How many messages a queue holds, shown or not."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return sum(int(found["Attributes"][name]) for name in names)


@contextmanager
def running_aws() -> Iterator[Aws]:
    """A server that stops at the end."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield Aws(f"http://{host}:{port}")
    finally:
        server.stop()


@pytest.fixture(scope="session")
def aws_server() -> Iterator[Aws]:
    """One server for the whole session."""
    with running_aws() as aws:
        yield aws


@pytest.fixture
def aws(aws_server: Aws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """The server, as boto3 finds it in the environment."""
    for name, value in aws_server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    return aws_server
