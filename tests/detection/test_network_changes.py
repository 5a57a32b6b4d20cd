"""What the trail tells of the network, against every real EC2 write at hand."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inventories import NOON, OURS, write
from tests.shared_data import shared_data
from truant.detection.network_changes import CHANGES, network_changes
from truant.model.api_call import decode_call, lenient_call
from truant.model.event_time import epoch
from truant.model.fact import Fact, Mode

Json = dict[str, Any]
REAL = ("traildiscover", "panther-rule-tests", "stratus-detonation-logs", "single-records")


def test_every_api_is_one_of_ec2s() -> None:
    model = botocore.session.get_session().get_service_model("ec2")
    assert set(CHANGES) <= set(model.operation_names)


@pytest.mark.parametrize(
    "more",
    [
        {"errorCode": "Client.UnauthorizedOperation"},
        {"errorCode": "Client.DryRunOperation"},
        {"eventSource": "autoscaling.amazonaws.com"},
        {"recipientAccountId": None},
    ],
)
def test_what_did_not_happen_or_is_not_ec2s_tells_nothing(more: Json) -> None:
    asked = {"instancesSet": {"items": [{"instanceId": "i-1"}]}}
    assert write("TerminateInstances", NOON, asked, **more) == set()
    assert write("TerminateInstances", NOON, asked) != set()


def test_every_fact_names_its_record() -> None:
    asked = {"instancesSet": {"items": [{"instanceId": "i-1"}]}}
    (source,) = {fact.source for fact in write("TerminateInstances", NOON, asked)}
    assert source == f"event-TerminateInstances-{NOON}"


@pytest.mark.parametrize("name", sorted(CHANGES))
@pytest.mark.parametrize("blob", [None, {}, [], "text", {"a": None}])
def test_a_record_without_its_members_tells_nothing_of_anything(name: str, blob: object) -> None:
    assert write(name, NOON, blob, blob) == set()


leaves = st.none() | st.integers() | st.sampled_from(["i-1", "eni-1", "10.0.0.5", "::1", "x"])
members = st.sampled_from(
    (
        *("instancesSet", "items", "item", "content", "instanceId", "networkInterfaceId"),
        *("networkInterfaceSet", "launchTime", "publicIp", "allocationId", "routeTableId"),
        *("destinationCidrBlock", "natGatewayId", "NatGatewayId", "vpcId", "vpcEndpointId"),
        *("associationId", "privateIpAddress"),
    )
)
blobs = st.dictionaries(
    members,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(members, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=4,
)


@given(st.sampled_from(sorted(CHANGES)), blobs, blobs)
def test_no_shape_of_a_record_raises(name: str, asked: Json, answered: Json) -> None:
    for fact in write(name, NOON, asked, answered):
        assert fact.entity
        assert fact.values == tuple(sorted(set(fact.values)))
        assert all(isinstance(value, str) and value for value in fact.values)


# Real records.


def _found(value: object) -> Iterator[Json]:
    """Every record in a document, also in one that stands as text in another."""
    if isinstance(value, str) and '"eventName"' in value:
        try:
            value = json.loads(value)
        except ValueError:
            return
    if isinstance(value, dict):
        if {"eventName", "eventSource"} <= value.keys():
            yield value
        for inner in value.values():
            yield from _found(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner)


def _documents(path: Path) -> Iterator[object]:
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8", "replace")
    try:
        yield json.loads(text)
    except ValueError:
        for line in text.splitlines():
            if line.startswith("{"):
                yield json.loads(line)


@cache
def _real(folder: str) -> list[Json]:
    found = [
        record
        for path in sorted(shared_data(folder).rglob("*.json*"))
        for document in _documents(path)
        for record in _found(document)
    ]
    return [one for one in found if one["eventSource"] == "ec2.amazonaws.com"]


def _told(record: Json) -> list[Fact]:
    try:
        call = decode_call(json.dumps(record).encode())
    except ValueError:
        call = lenient_call(record)
    return list(network_changes(call, epoch(record["eventTime"]) or 0))


@pytest.mark.parametrize("folder", REAL)
def test_every_real_write_of_a_kind_that_is_known_tells_something(folder: str) -> None:
    writes = [one for one in _real(folder) if one["eventName"] in CHANGES]
    for record in writes:
        told = _told(record)
        silent = record.get("errorCode") or not record.get("recipientAccountId")
        assert bool(told) is not bool(silent), record["eventName"]


def test_real_launches_tell_addresses_subnets_and_times() -> None:
    launches = [
        record
        for record in _real("panther-rule-tests")
        if record["eventName"] == "RunInstances" and not record.get("errorCode")
    ]
    assert launches
    for record in launches:
        told = {(f.entity, f.attribute, value): f for f in _told(record) for value in f.values}
        for made in record["responseElements"]["instancesSet"]["items"]:
            name, own = made["instanceId"], made["networkInterfaceSet"]["items"][0]
            eni, launched = own["networkInterfaceId"], int(made["launchTime"] / 1000)
            assert told[name, "launched", str(launched)].time == launched
            assert (eni, "address", own["privateIpAddress"]) in told
            assert (eni, "subnet", own["subnetId"]) in told
            assert (eni, "vpc", f"{record['awsRegion']}/{own['vpcId']}") in told
            assert (eni, "instance", name) in told
            assert (own["attachment"]["attachmentId"], "is", eni) in told


def test_a_real_launch_that_asks_for_no_public_address_has_none() -> None:
    modes = set()
    for record in _real("panther-rule-tests"):
        if record["eventName"] == "RunInstances" and not record.get("errorCode"):
            asked = json.dumps(record["requestParameters"])
            (public,) = {f.mode for f in _told(record) if f.attribute == "auto-public"}
            assert (public is Mode.IS) is ('"associatePublicIpAddress": false' in asked)
            modes.add(public)
    assert modes == {Mode.IS, Mode.UNKNOWN}


def test_real_ends_and_stops_name_their_instances() -> None:
    seen = set()
    for record in (one for folder in REAL for one in _real(folder)):
        name = record["eventName"]
        if name in ("TerminateInstances", "StopInstances", "StartInstances"):
            asked = {
                one["instanceId"] for one in record["requestParameters"]["instancesSet"]["items"]
            }
            if told := _told(record):
                assert {fact.entity for fact in told} == asked
                seen.add(name)
    assert seen == {"TerminateInstances", "StopInstances", "StartInstances"}


def test_a_shared_subnets_launch_belongs_to_the_account_that_launched() -> None:
    """RAM: the record's recipient is the participant, whoever owns the VPC."""
    made = {"instanceId": "i-1", "subnetId": "subnet-h", "vpcId": "vpc-h"}
    told = write("RunInstances", NOON, {}, {"instancesSet": {"items": [made]}})
    assert {fact.values for fact in told if fact.attribute == "account"} == {(OURS,)}
