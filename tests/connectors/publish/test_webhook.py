"""Tests of `webhook`: what a real receiver gets, can verify, and may answer."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from tests.messages import message, place
from tests.receivers import HttpReceiver, http_receiver
from tests.told_findings import HOSTILE, hostile, told
from truant.connectors.config import BadConfig
from truant.connectors.publish.publisher import NotDelivered, Publisher

BYTES = b"0123456789abcdefghijklmnopqrstuv"
SECRET = "whsec_" + base64.b64encode(BYTES).decode()
ENVIRONMENT = {"TRUANT_PUBLISH_HERE_SECRET": SECRET}


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        yield running


def webhook(receiver: HttpReceiver, **keys: object) -> Publisher:
    return place("webhook", ENVIRONMENT, more=keys, url=receiver.url).publisher


def test_a_receiver_gets_the_finding_signed(receiver: HttpReceiver) -> None:
    one = message()
    assert webhook(receiver).send([one]) == {}
    (got,) = receiver.posted
    assert json.loads(got.body) == told()[0]
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    mac = base64.b64encode(hmac.new(BYTES, signed, hashlib.sha256).digest()).decode()
    assert got.headers["webhook-signature"] == f"v1,{mac}"
    assert got.headers["webhook-id"] == one.key
    assert got.headers["content-type"] == "application/json"


def test_the_id_is_the_same_at_each_attempt(receiver: HttpReceiver) -> None:
    receiver.statuses = [503, 204]
    hook = webhook(receiver)
    with pytest.raises(NotDelivered, match="503"):
        hook.send([message()])
    assert hook.send([message()]) == {}
    assert len({got.headers["webhook-id"] for got in receiver.posted}) == 1


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410, 408, 429, 500, 503])
def test_what_the_receiver_cannot_take_now_is_tried_again(
    receiver: HttpReceiver, status: int
) -> None:
    receiver.statuses = [status]
    receiver.headers = {"retry-after": "7", "location": "http://127.0.0.1:9/elsewhere"}
    with pytest.raises(NotDelivered, match=str(status)) as told_of:
        webhook(receiver).send([message()])
    assert told_of.value.after == 7
    assert len(receiver.posted) == 1, "no redirect is followed"


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_what_the_receiver_refuses_is_said_of_the_message(
    receiver: HttpReceiver, status: int
) -> None:
    receiver.statuses = [status]
    one = message()
    assert webhook(receiver).send([one]) == {one.key: f"the receiver answered {status}"}


def test_nobody_there_is_said_without_the_url() -> None:
    hook = place("webhook", ENVIRONMENT, url="http://127.0.0.1:9/secret-path").publisher
    with pytest.raises(NotDelivered, match="not reached: ConnectError") as told_of:
        hook.send([message()])
    assert "secret-path" not in str(told_of.value)


@pytest.mark.parametrize("after", ["-1", "x", "9" * 9, "Wed, 21 Oct 2015 07:28:00 GMT", "²"])
def test_a_strange_retry_after_is_left_out(receiver: HttpReceiver, after: str) -> None:
    receiver.statuses, receiver.headers = [503], {"retry-after": after.encode().decode("latin-1")}
    with pytest.raises(NotDelivered) as told_of:
        webhook(receiver).send([message()])
    assert told_of.value.after is None


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("form", ["guardduty", "event", "ocsf", "cef", "text"])
def test_hostile_findings_arrive_in_one_line(receiver: HttpReceiver, text: str, form: str) -> None:
    assert webhook(receiver, form=form).send([message(hostile(text))]) == {}
    body = receiver.posted[0].body.decode()
    assert len(body.splitlines()) == 1
    assert body.isprintable()


def test_a_token_goes_with_it(receiver: HttpReceiver) -> None:
    environment = {**ENVIRONMENT, "TRUANT_PUBLISH_HERE_TOKEN": "t0ken"}
    place("webhook", environment, url=receiver.url).publisher.send([message()])
    assert receiver.posted[0].headers["authorization"] == "Bearer t0ken"


@pytest.mark.parametrize(
    "url",
    ["http://example.com/x", "ftp://example.com", "https://", "example.com", "http://10.0.0.1"],
)
def test_only_https_leaves_the_machine(url: str) -> None:
    with pytest.raises(BadConfig, match="url must be https"):
        place("webhook", ENVIRONMENT, url=url)
    if url.startswith("http://"):
        assert place("webhook", ENVIRONMENT, url=url, plain=True).shown in url


def test_it_is_not_made_without_a_secret() -> None:
    with pytest.raises(BadConfig, match="TRUANT_PUBLISH_HERE_SECRET"):
        place("webhook", url="https://example.com")
    with pytest.raises(BadConfig, match="whsec_") as told_of:
        place("webhook", {"TRUANT_PUBLISH_HERE_SECRET": "hunter2"}, url="https://example.com")
    assert "hunter2" not in str(told_of.value)
