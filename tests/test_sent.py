"""From a verdict to real receivers: what is new or withdrawn, and GuardDuty's destinations."""

import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest

from tests.api_server import serving
from tests.databases import Postgres
from tests.placed import Clock, drain, put, waiting
from tests.receivers import HttpReceiver, aws_receiver, http_receiver
from tests.told_findings import told
from tests.worlds import NOW, filled, judge_of, prepare, take_in, world
from truant.connectors.publish.config import Place, parse
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.store import channels, destinations, detectors, findings, history
from truant.connectors.store.channels import Channel
from truant.connectors.store.database import Store, open_store
from truant.connectors.store.destinations import Destination, Status
from truant.runners.crew import Stop
from truant.runners.publishing import NoPlace, Places, Sender, tasks


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        yield running


HOOK = {"TRUANT_PUBLISH_SOC_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}


def hook(receiver: HttpReceiver) -> tuple[Place, ...]:
    return parse([{"name": "soc", "kind": "webhook", "url": receiver.url}], HOOK)


def test_a_verdict_reaches_the_receiver_and_its_withdrawal_with_the_reason(
    lite: Store, receiver: HttpReceiver
) -> None:
    made = world("E4-unmonitored")
    place = Places(lite, hook(receiver))
    judge = judge_of(lite, made)
    place.announce()
    clock = Clock()
    take_in(lite, made.parts)
    judge.drain(NOW)
    drain(Sender(place, clock))
    first = [json.loads(got.body) for got in receiver.posted]
    assert first
    assert not any(one["service"]["archived"] for one in first)
    with lite.read() as conn:
        sent = [row.sent_at for row in findings.of_principals(conn, _principals(lite)).values()]
    assert sent == [NOW] * len(first)
    prepare(lite, made)
    withdrawn = judge.drain(NOW + 1_000).changes[history.Change.WITHDRAWN]
    drain(Sender(place, clock))
    clock.now += 2_000
    drain(Sender(place, clock))
    later = {one["id"]: one for one in (json.loads(p.body) for p in receiver.posted[len(first) :])}
    for which in withdrawn:
        told_of = later[which]["service"]
        with lite.read() as conn:
            reason = history.of(conn, which)[-1].reason
        assert told_of["archived"]
        assert reason in told_of["additionalInfo"]["archivedBecause"]


def _principals(store: Store) -> set[str]:
    with store.read() as conn:
        return set(conn.exec_driver_sql("SELECT principal FROM findings").scalars())


# GuardDuty's publishing destinations.


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with aws_receiver() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield environment["AWS_ENDPOINT_URL"]


def opened(store: Store) -> Destination:
    with store.write() as conn:
        detector = detectors.ensure(conn, "111111111111", "eu-west-1", NOW)
        one = Destination(
            "d1", detector.id, "S3", "arn:aws:s3:::findings/p", "", Status.PENDING, NOW
        )
        destinations.keep(conn, one)
        channels.verify(conn, Channel(one.channel, "S3", one.arn))
    return one


def status(store: Store) -> tuple[Status, int | None]:
    with store.read() as conn:
        found = destinations.by_id(conn, "d1")
    assert found is not None
    return found.status, found.failing_since


def test_a_destination_is_verified_fails_and_comes_back(lite: Store, aws: str) -> None:
    one, clock = opened(lite), Clock()
    sender = Sender(Places(lite), clock)
    drain(sender)
    assert status(lite) == (Status.FAILING, NOW)
    put(lite, one.channel, "f")
    s3 = boto3.client("s3")
    s3.create_bucket(
        Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    clock.now += 1_000
    drain(sender)
    assert status(lite) == (Status.PUBLISHING, None)
    keys = [o["Key"] for o in s3.list_objects_v2(Bucket="findings")["Contents"]]
    assert len(keys) == 2, "the test object, and what had waited"
    assert all(key.startswith("p/AWSLogs/") for key in keys)
    httpx.post(f"{aws}/moto-api/reset").raise_for_status()
    put(lite, one.channel, "g")
    clock.now += 1_000
    drain(sender)
    assert status(lite)[0] is Status.FAILING
    assert waiting(lite)[one.channel].notices == 1, "what could not be written waits"


def test_one_that_was_deleted_meanwhile_is_forgotten(lite: Store) -> None:
    one = opened(lite)
    put(lite, one.channel, "f")
    with lite.write() as conn:
        destinations.remove(conn, one.id)
    assert drain(Sender(Places(lite), Clock())) == 1
    with lite.read() as conn:
        assert channels.all_of(conn) == []


def test_a_test_message_says_that_it_is_one(lite: Store, receiver: HttpReceiver) -> None:
    place = Places(lite, hook(receiver))
    place.test("soc", NOW)
    (got,) = receiver.posted
    body = json.loads(got.body)
    assert body["service"]["additionalInfo"]["sample"] is True
    assert "Nothing happened" in body["title"]
    receiver.statuses = [400]
    with pytest.raises(NotDelivered, match="400"):
        place.test("soc", NOW)
    for name in ("none", "destination:none"):
        with pytest.raises(NoPlace):
            place.test(name, NOW)


def test_a_sample_goes_to_every_place(lite: Store, receiver: HttpReceiver) -> None:
    place = Places(lite, hook(receiver))
    place.announce()
    with serving(lite) as served:
        client = served.client()
        detector = client.create_detector(Enable=True)["DetectorId"]
        kind = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"
        client.create_sample_findings(DetectorId=detector, FindingTypes=[kind])
    clock = Clock()
    clock.now = 10**13
    drain(Sender(place, clock))
    (got,) = (json.loads(one.body) for one in receiver.posted)
    assert (got["type"], got["service"]["additionalInfo"]["sample"]) == (kind, True)


def test_two_services_on_one_database_double_nothing(
    postgres: Postgres, tmp_path: Path, receiver: HttpReceiver
) -> None:
    stores = [open_store(postgres.fresh(), tmp_path / "key")]
    stores.append(open_store(stores[0].engine.url.render_as_string(hide_password=False)))
    made = world("demo", "E8")
    filled(stores[0], made)
    crews = []
    for store in stores:
        place = Places(store, hook(receiver))
        crews.append(tasks(place, Clock(), senders=2))
    for one in told():
        put(stores[0], "soc", str(one["id"]))
    threads = [
        threading.Thread(target=_steps, args=(task.step,)) for crew in crews for task in crew
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    got = Counter(json.loads(one.body)["id"] for one in receiver.posted)
    assert got == Counter(str(one["id"]) for one in told())
    for store in stores:
        store.close()


def _steps(step: object) -> None:
    quiet = 0
    while quiet < 5:
        quiet = 0 if step(Stop()) else quiet + 1  # type: ignore[operator]
