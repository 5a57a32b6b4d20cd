"""Tests of `syslog`: what real receivers hear by UDP, TCP and TLS."""

import json
from pathlib import Path

import pytest

from tests.messages import message, messages, place
from tests.receivers import certificate, stream_receiver, udp_receiver, unframed
from tests.told_findings import HOSTILE, Json, hostile, told
from truant.connectors.publish.publisher import NotDelivered


def bodies(heard: list[bytes]) -> list[dict[str, object]]:
    found = []
    for one in heard:
        head, _, body = one.partition(b" - {")
        assert head.startswith(b"<106>1 2027-01-15T08:00:00.123Z ")
        found.append(json.loads(b"{" + body))
    return found


def test_datagrams_are_messages() -> None:
    with udp_receiver() as heard:
        many = [message(one, number=n) for n, one in enumerate(told()) if one["severity"] == 8.0]
        syslog = place("syslog", host="127.0.0.1", port=heard.port, transport="udp").publisher
        assert syslog.send(many) == {}
        got = bodies(heard.wait(len(many)))
        assert [one["id"] for one in got] == [one.document["id"] for one in many]


def test_a_stream_is_framed_by_lengths() -> None:
    with stream_receiver() as heard:
        keys: Json = {"host": "127.0.0.1", "port": heard.port, "transport": "tcp", "bytes": 65_000}
        syslog = place("syslog", more=keys).publisher
        assert syslog.send([message(hostile(text)) for text in HOSTILE]) == {}
        (stream,) = heard.wait(1)
        assert bodies(unframed(stream)) == [hostile(text) for text in HOSTILE]


@pytest.mark.parametrize("form", ["guardduty", "ocsf", "cef", "text", "event"])
def test_no_message_is_longer_than_receivers_take(form: str) -> None:
    document = hostile("\u202e" * 5_000)
    with stream_receiver() as heard:
        keys: Json = {"host": "127.0.0.1", "port": heard.port, "transport": "tcp", "form": form}
        assert place("syslog", more=keys).publisher.send([message(document)]) == {}
        (one,) = unframed(heard.wait(1)[0])
    assert len(one) <= 8_192
    assert all(32 <= byte < 127 for byte in one)
    if form in ("guardduty", "event", "ocsf"):
        json.loads(one.partition(b" - {")[2].join([b"{", b""]))


def test_tls_verifies_who_hears(tmp_path: Path) -> None:
    context, authority = certificate(tmp_path)
    with stream_receiver(context) as heard:
        keys: Json = {"host": "127.0.0.1", "port": heard.port}
        with pytest.raises(NotDelivered, match="syslog"):
            place("syslog", more=keys).publisher.send([message()])
        assert heard.wait(1) == [b""], "nothing was said to a stranger"
        trusted = place("syslog", folder=tmp_path, more=keys, authority=authority.name)
        assert trusted.shown == f"127.0.0.1:{heard.port} by tls"
        assert trusted.publisher.send(messages()) == {}
        assert len(unframed(heard.wait(2)[1])) == len(told())


def test_nobody_there_is_said() -> None:
    syslog = place("syslog", host="127.0.0.1", port=9, transport="tcp").publisher
    with pytest.raises(NotDelivered, match="Connection refused"):
        syslog.send([message()])
