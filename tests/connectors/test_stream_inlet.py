"""Tests of `stream_inlet`, against a real Kinesis: positions, restarts, shards that are split."""

import gzip
import json
from typing import Any

import pytest

from tests.aws_server import Aws
from tests.intakes import intake_of, records, run_dry, trail
from truant.connectors.parcels import Unfetchable
from truant.connectors.sources import Source, source
from truant.connectors.store import intake, quarantine
from truant.connectors.store.database import Store
from truant.connectors.stream_inlet import ENDED, StreamInlet
from truant.runners.crew import Stop

Json = dict[str, Any]


def calls(number: int) -> list[Json]:
    every = (r for data in trail("demo").values() for r in _records(data))
    return [record for _, record in zip(range(number), every, strict=False)]


def _records(data: bytes) -> list[Json]:
    found: list[Json] = json.loads(gzip.decompress(data))["Records"]
    return found


def stream(aws: Aws, shards: int = 2) -> tuple[str, Source]:
    """A new stream: its name, and as a source."""
    kinesis, name = aws.client("kinesis"), aws.name("stream")
    kinesis.create_stream(StreamName=name, ShardCount=shards)
    found = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]
    return name, source(found["StreamARN"])


def put(aws: Aws, name: str, datas: list[bytes]) -> None:
    entries = [{"Data": data, "PartitionKey": f"k{n}"} for n, data in enumerate(datas)]
    answer = aws.client("kinesis").put_records(StreamName=name, Records=entries)
    assert answer["FailedRecordCount"] == 0


def event(call: Json) -> bytes:
    return json.dumps({"detail-type": "AWS API Call via CloudTrail", "detail": call}).encode()


def taken(store: Store) -> int:
    return sum(records(store).values())


def test_every_call_counts_once_through_restarts(aws: Aws, lite: Store) -> None:
    name, where = stream(aws)
    some = calls(60)
    put(aws, name, [event(one) for one in some[:40]])
    first = intake_of(lite, where, StreamInlet(where))
    run_dry(first)
    assert taken(lite) == 40
    put(aws, name, [event(one) for one in some[40:]])
    run_dry(first)
    run_dry(intake_of(lite, where, StreamInlet(where)))
    assert taken(lite) == 60


def test_what_was_read_and_not_kept_is_read_again(aws: Aws, lite: Store) -> None:
    name, where = stream(aws, shards=1)
    put(aws, name, [event(one) for one in calls(5)])
    inlet = StreamInlet(where)
    known = intake_of(lite, where, inlet)._known
    for _ in range(2):
        parcel = inlet.look(known)
        assert parcel is not None
        assert len(parcel.items) == 5


def test_of_two_workers_one_goes_on_and_nothing_is_left_out(aws: Aws, lite: Store) -> None:
    name, where = stream(aws, shards=1)
    one, other = (intake_of(lite, where, StreamInlet(where)) for _ in range(2))
    some = calls(30)
    for at in range(0, 30, 10):
        put(aws, name, [event(call) for call in some[at : at + 10]])
        parcel = other.inlet.look(other._known)
        assert parcel is not None
        one.step(Stop())
        assert other._take(parcel) is None, "it was too late"
        one, other = other, one
    for worker in (one, other):
        run_dry(worker)
    assert taken(lite) == 30


def test_shards_that_are_split_end_and_their_heirs_begin(aws: Aws, lite: Store) -> None:
    name, where = stream(aws, shards=1)
    some = calls(20)
    put(aws, name, [event(one) for one in some[:10]])
    kinesis = aws.client("kinesis")
    (old,) = kinesis.list_shards(StreamName=name)["Shards"]
    middle = str(int(old["HashKeyRange"]["EndingHashKey"]) // 2)
    kinesis.split_shard(StreamName=name, ShardToSplit=old["ShardId"], NewStartingHashKey=middle)
    put(aws, name, [event(one) for one in some[10:]])
    reader = intake_of(lite, where, StreamInlet(where))
    run_dry(reader, looks=2)
    assert taken(lite) == 20
    with lite.read() as conn:
        assert intake.position(conn, where.name, old["ShardId"]) == ENDED
    run_dry(intake_of(lite, where, StreamInlet(where)))
    assert taken(lite) == 20


def test_what_cloudwatch_logs_sends(aws: Aws, lite: Store) -> None:
    name, where = stream(aws, shards=1)

    def sent(kind: str, some: list[Json]) -> bytes:
        events = [{"id": "1", "timestamp": 1, "message": json.dumps(one)} for one in some]
        return gzip.compress(json.dumps({"messageType": kind, "logEvents": events}).encode())

    some = calls(7)
    put(aws, name, [sent("DATA_MESSAGE", some[:4]), sent("CONTROL_MESSAGE", [])])
    put(aws, name, [json.dumps(some[4]).encode(), sent("DATA_MESSAGE", some[5:])])
    run_dry(intake_of(lite, where, StreamInlet(where)))
    assert taken(lite) == 7


def test_poison_is_kept_with_its_place_and_stops_nothing(aws: Aws, lite: Store) -> None:
    name, where = stream(aws, shards=1)
    broken = gzip.compress(b"{}")[:-3]
    put(aws, name, [b"no record", event(calls(1)[0]), broken])
    reader = intake_of(lite, where, StreamInlet(where))
    run_dry(reader)
    assert taken(lite) == 1
    with lite.read() as conn:
        found = quarantine.latest(conn)
    assert len(found) == 2
    assert all(one.item.startswith("shardId-000000000000 ") for one in found)
    with pytest.raises(Unfetchable):
        reader.inlet.again(found[0].item)
