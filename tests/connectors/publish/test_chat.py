"""Tests of `chat`: what apprise hands on, to a real receiver, and to Slack's own form."""

import json
from collections.abc import Iterator

import pytest

from tests.messages import message, place
from tests.receivers import HttpReceiver, http_receiver
from tests.told_findings import HOSTILE, hostile
from truant.connectors.config import BadConfig
from truant.connectors.publish.publisher import NotDelivered

apprise = pytest.importorskip("apprise", reason="the extra notify is not installed")


@pytest.fixture
def receiver() -> Iterator[HttpReceiver]:
    with http_receiver() as running:
        yield running


def url(receiver: HttpReceiver) -> dict[str, str]:
    return {"TRUANT_PUBLISH_HERE_URL": receiver.url.replace("http://", "json://")}


def test_people_get_words(receiver: HttpReceiver) -> None:
    assert place("chat", url(receiver)).publisher.send([message()]) == {}
    got = json.loads(receiver.posted[0].body)
    assert got["title"].startswith("High: New: Credentials for the EC2 instance role")
    assert "Finding " in got["message"]
    assert got["type"] == "failure"


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_mentions_or_links(receiver: HttpReceiver, text: str) -> None:
    place("chat", url(receiver)).publisher.send([message(hostile(text), "withdrawn")])
    got = json.loads(receiver.posted[0].body)
    for shown in (got["title"], got["message"]):
        assert not set("<>@") & set(shown)
        assert "://" not in shown


def test_one_that_does_not_take_it_is_tried_again_without_its_url(receiver: HttpReceiver) -> None:
    receiver.statuses = [500]
    with pytest.raises(NotDelivered, match="did not take it") as told_of:
        place("chat", url(receiver)).publisher.send([message()])
    assert "127.0.0.1" not in str(told_of.value)


def test_no_service_is_said_without_the_secret() -> None:
    with pytest.raises(BadConfig, match="url is of no service") as told_of:
        place("chat", {"TRUANT_PUBLISH_HERE_URL": "nosuch://T0KEN"})
    assert "T0KEN" not in str(told_of.value)
    slack = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#alerts"
    shown = place("chat", {"TRUANT_PUBLISH_HERE_URL": slack}).shown
    assert shown == "Slack"
