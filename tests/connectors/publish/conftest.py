"""AWS for the publishers' tests: moto's server, empty at the start of each test."""

from collections.abc import Iterator
from typing import Any

import boto3
import httpx
import pytest

from tests.receivers import aws_receiver


@pytest.fixture(scope="session")
def moto_environment() -> Iterator[dict[str, str]]:
    """The environment by which clients find moto."""
    with aws_receiver() as environment:
        yield environment


@pytest.fixture
def aws(moto_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes clients of services; the environment leads to moto for whatever is tested."""
    for name, value in moto_environment.items():
        monkeypatch.setenv(name, value)
    httpx.post(f"{moto_environment['AWS_ENDPOINT_URL']}/moto-api/reset").raise_for_status()
    return boto3.client


@pytest.fixture
def no_aws(monkeypatch: pytest.MonkeyPatch, moto_environment: dict[str, str]) -> None:
    """An AWS that answers nothing."""
    for name, value in moto_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
