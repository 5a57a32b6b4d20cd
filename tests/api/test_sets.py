"""Tests of `sets`: lists are really read, from files and from S3, and then they count."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from tests.api_server import Served
from truant.connectors.store import address_sets
from truant.connectors.store.address_sets import Kind

KINDS = {
    "ip_set": ("IpSetId", "IpSetIds", Kind.TRUSTED_IP),
    "threat_intel_set": ("ThreatIntelSetId", "ThreatIntelSetIds", Kind.THREAT_IP),
    "trusted_entity_set": ("TrustedEntitySetId", "TrustedEntitySetIds", Kind.TRUSTED_ENTITY),
    "threat_entity_set": ("ThreatEntitySetId", "ThreatEntitySetIds", Kind.THREAT_ENTITY),
}


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """The folder of lists, with some in it."""
    folder = tmp_path / "lists"
    folder.mkdir()
    (folder / "office.txt").write_text("# ours\n198.51.100.0/24\n2001:db8::1\n")
    (folder / "otx.csv").write_text("Indicator type,Indicator,Description\nIPv4,192.0.2.9,bad\n")
    (folder / "empty.txt").write_text("# nothing\n")
    (tmp_path / "secret.txt").write_text("192.0.2.1\n")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def make(client: Any, kind: str, detector: str, location: str, **given: Any) -> str:
    whole = {"Name": f"list {location}"[:80], "Format": "TXT", "Activate": True, **given}
    made = getattr(client, f"create_{kind}")(DetectorId=detector, Location=location, **whole)
    identity: str = made[KINDS[kind][0]]
    return identity


def settled(client: Any, kind: str, detector: str, id_: str) -> dict[str, Any]:
    """The list, as soon as it is no longer about to be read."""
    for _ in range(500):
        shown: dict[str, Any] = getattr(client, f"get_{kind}")(
            DetectorId=detector, **{KINDS[kind][0]: id_}
        )
        if shown["Status"] != "ACTIVATING":
            return shown
        time.sleep(0.02)
    raise AssertionError("the list is still about to be read")


@pytest.mark.parametrize("kind", KINDS)
def test_the_life_of_a_list(
    served: Served, client: Any, detector: str, lists: Path, kind: str
) -> None:
    name, names, what = KINDS[kind]
    id_ = make(client, kind, detector, f"file://{lists}/office.txt", Tags={"a": "b"})
    shown = settled(client, kind, detector, id_)
    assert (shown["Status"], shown["Format"]) == ("ACTIVE", "TXT")
    assert shown["Location"] == f"file://{lists}/office.txt"
    assert shown["Tags"] == {"a": "b"}
    with served.store.read() as conn:
        (loaded,) = address_sets.active(conn)
    assert (loaded.set.kind, loaded.set.entries) == (what, 2)
    assert loaded.content.startswith(b"# ours")
    assert getattr(client, f"list_{kind}s")(DetectorId=detector)[names] == [id_]
    update = getattr(client, f"update_{kind}")
    update(DetectorId=detector, Activate=False, Name="another", **{name: id_})
    shown = settled(client, kind, detector, id_)
    assert (shown["Status"], shown["Name"]) == ("INACTIVE", "another")
    with served.store.read() as conn:
        assert address_sets.active(conn) == []
    getattr(client, f"delete_{kind}")(DetectorId=detector, **{name: id_})
    with pytest.raises(client.exceptions.BadRequestException, match="no such resource"):
        getattr(client, f"get_{kind}")(DetectorId=detector, **{name: id_})


def test_formats_are_read_as_named(client: Any, detector: str, lists: Path) -> None:
    path = str(lists / "otx.csv")
    right = make(client, "threat_intel_set", detector, path, Format="OTX_CSV")
    wrong = make(client, "threat_intel_set", detector, path, Format="STIX", Name="wrong")
    assert settled(client, "threat_intel_set", detector, right)["Status"] == "ACTIVE"
    assert settled(client, "threat_intel_set", detector, wrong)["Status"] == "ERROR"


@pytest.mark.parametrize(
    ("location", "says"),
    [
        ("missing.txt", "no such file"),
        ("empty.txt", "holds no address"),
        ("../secret.txt", "alone"),
        ("link.txt", "alone"),
        ("/etc/passwd", "alone"),
        ("file:///etc/passwd", "alone"),
        (".", "no such file"),
    ],
)
def test_what_cannot_be_read_is_said(
    client: Any, detector: str, lists: Path, location: str, says: str
) -> None:
    assert lists.is_dir()
    id_ = make(client, "threat_entity_set", detector, location)
    shown = settled(client, "threat_entity_set", detector, id_)
    assert shown["Status"] == "ERROR"
    assert says in shown["ErrorDetails"]
    assert "root:" not in shown["ErrorDetails"]


@pytest.mark.parametrize(
    "location", ["https://example.com/list", "http://169.254.169.254/x", "s3://b/", "ftp://x/y"]
)
def test_nothing_else_of_the_web_is_fetched(client: Any, detector: str, location: str) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="location"):
        make(client, "ip_set", detector, location)


def test_a_list_is_read_again_when_it_moves(client: Any, detector: str, lists: Path) -> None:
    id_ = make(client, "threat_entity_set", detector, str(lists / "missing.txt"))
    assert settled(client, "threat_entity_set", detector, id_)["Status"] == "ERROR"
    client.update_threat_entity_set(
        DetectorId=detector, ThreatEntitySetId=id_, Location=str(lists / "office.txt")
    )
    shown = settled(client, "threat_entity_set", detector, id_)
    assert shown["Status"] == "ACTIVE"
    assert "ErrorDetails" not in shown


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An S3 on this machine, and a client for it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL_S3": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    yield boto3.client("s3")
    server.stop()


def test_lists_in_s3_are_read(client: Any, detector: str, s3: Any) -> None:
    s3.create_bucket(Bucket="lists-of-ours")
    s3.put_object(Bucket="lists-of-ours", Key="a/threats.txt", Body=b"192.0.2.7\n192.0.2.8\n")
    for number, location in enumerate(
        ("s3://lists-of-ours/a/threats.txt", "https://s3.amazonaws.com/lists-of-ours/a/threats.txt")
    ):
        id_ = make(client, "threat_entity_set", detector, location, Name=f"n{number}")
        assert settled(client, "threat_entity_set", detector, id_)["Status"] == "ACTIVE"
    id_ = make(client, "threat_entity_set", detector, "s3://lists-of-ours/none", Name="none")
    shown = settled(client, "threat_entity_set", detector, id_)
    assert (shown["Status"], shown["ErrorDetails"]) == ("ERROR", "S3 says NoSuchKey")
