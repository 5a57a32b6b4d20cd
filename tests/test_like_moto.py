"""Truant's API beside moto's, which others wrote from AWS's documents: one story, told to both.

Where the two differ on purpose, the difference is named here.
"""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.server import ThreadedMotoServer

from tests.api_server import REGION, serving
from tests.databases import sqlite_store

CRITERIA = {"Criterion": {"severity": {"Gte": 4}, "type": {"Equals": ["a", "b"]}}}


@pytest.fixture(scope="module")
def moto() -> Iterator[Any]:
    """A client of moto's GuardDuty, a real server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield boto3.client(
        "guardduty",
        endpoint_url=f"http://{host}:{port}",
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    server.stop()


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of Truant's."""
    store = sqlite_store(tmp_path_factory.mktemp("store"))
    with serving(store) as running:
        yield running.client()
    store.close()


Step = Callable[[Any, str], Any]

# Each with what is compared of the answer.
STORY: tuple[tuple[str, Step], ...] = (
    ("no detector yet", lambda c, _: c.list_detectors()["DetectorIds"]),
    ("a detector", lambda c, _: len(c.create_detector(Enable=True)["DetectorId"])),
    ("one detector", lambda c, d: c.list_detectors()["DetectorIds"] == [d]),
    ("it is on", lambda c, d: c.get_detector(DetectorId=d)["Status"]),
    ("how often", lambda c, d: c.get_detector(DetectorId=d)["FindingPublishingFrequency"]),
    ("off", lambda c, d: body(c.update_detector(DetectorId=d, Enable=False))),
    ("it is off", lambda c, d: c.get_detector(DetectorId=d)["Status"]),
    (
        "another frequency",
        lambda c, d: body(c.update_detector(DetectorId=d, FindingPublishingFrequency="ONE_HOUR")),
    ),
    ("each hour", lambda c, d: c.get_detector(DetectorId=d)["FindingPublishingFrequency"]),
    ("a detector that is not there", lambda c, _: c.get_detector(DetectorId="0" * 32)),
    (
        "a filter",
        lambda c, d: body(
            c.create_filter(
                DetectorId=d,
                Name="web",
                Action="ARCHIVE",
                Rank=1,
                Description="x",
                FindingCriteria=CRITERIA,
            )
        ),
    ),
    ("its criteria", lambda c, d: filter_of(c, d)["FindingCriteria"]),
    (
        "its rest",
        lambda c, d: {n: filter_of(c, d)[n] for n in ("Name", "Action", "Rank", "Description")},
    ),
    ("changed", lambda c, d: body(c.update_filter(DetectorId=d, FilterName="web", Action="NOOP"))),
    ("its action", lambda c, d: filter_of(c, d)["Action"]),
    ("a filter that is not there", lambda c, d: c.get_filter(DetectorId=d, FilterName="none")),
    ("deleted", lambda c, d: body(c.delete_filter(DetectorId=d, FilterName="web"))),
    ("gone", lambda c, d: filter_of(c, d)["Name"]),
    (
        "nobody's member",
        lambda c, d: (
            "AccountId" in c.get_administrator_account(DetectorId=d).get("Administrator", {})
        ),
    ),
    ("the detector deleted", lambda c, d: body(c.delete_detector(DetectorId=d))),
    ("no detector", lambda c, _: c.list_detectors()["DetectorIds"]),
)


def body(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what HTTP adds."""
    status = answer.pop("ResponseMetadata")["HTTPStatusCode"]
    return {**answer, "status": status}


def filter_of(client: Any, detector: str) -> dict[str, Any]:
    """The filter of the story."""
    found: dict[str, Any] = client.get_filter(DetectorId=detector, FilterName="web")
    return found


def told(client: Any) -> list[tuple[str, Any]]:
    """What a client is answered, step by step; errors by their status, code and sentence."""
    answers: list[tuple[str, Any]] = []
    for name, step in STORY:
        known = client.list_detectors()["DetectorIds"]
        try:
            answers.append((name, step(client, known[0] if known else "")))
        except ClientError as error:
            response = error.response
            status = response["ResponseMetadata"]["HTTPStatusCode"]
            answers.append(
                (name, (status, response["Error"]["Code"], response["Error"]["Message"]))
            )
    return answers


def test_both_tell_the_same_story(ours: Any, moto: Any) -> None:
    assert told(ours) == told(moto)


def test_the_organizations_administrator(ours: Any, moto: Any) -> None:
    for client in (ours, moto):
        for known in client.list_organization_admin_accounts()["AdminAccounts"]:
            client.disable_organization_admin_account(AdminAccountId=known["AdminAccountId"])
        client.enable_organization_admin_account(AdminAccountId="123456789012")
        assert client.list_organization_admin_accounts()["AdminAccounts"] == [
            {"AdminAccountId": "123456789012", "AdminStatus": "ENABLED"}
        ]
