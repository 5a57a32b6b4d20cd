"""The inlet of a Kinesis stream: calls that EventBridge or CloudWatch Logs put there.

Each shard goes on behind the sequence number that was committed with its last records. A shard that
was split or merged ends, and those that follow begin at their own beginnings: the order between
them changes no finding.
https://docs.aws.amazon.com/streams/latest/dev/developing-consumers-with-sdk.html
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any

import msgspec

from truant.connectors.aws_clients import AwsFailed, client, told
from truant.connectors.parcels import Item, Known, Parcel, Unfetchable, message
from truant.connectors.sources import Source
from truant.model.inflate import GZIP_MAGIC, CannotInflate, inflate

RECORDS_MAX = 1_000  # of one shard at one look
INFLATED_BYTES_MAX = 64 * 1024 * 1024
ENDED = "ended"  # the position of a shard of which everything has been read
IGNORED_CONTROL = "a control message of CloudWatch Logs"


class StreamInlet:
    """Reads all shards of one stream."""

    def __init__(self, source: Source) -> None:
        """Look at the source's stream. Raises BadSource where AWS cannot be asked."""
        self._source, self._stream = source, source.location
        # By both: a stream of another account needs its ARN, and moto its name.
        self._named = {"StreamARN": self._stream, "StreamName": self._stream.split("/")[-1]}
        self._client = client("kinesis", source)
        self._iterators: dict[str, str] = {}  # where to go on, of shards that are read already
        self._ended: set[str] = set()
        self._handed = False

    def look(self, known: Known) -> Parcel | None:
        """What has come in every shard. Raises AwsFailed."""
        if self._handed:
            self._iterators.clear()  # it was not kept: go on where the store says
        parcel = Parcel()
        for shard, is_closed in self._shards():
            if shard not in self._ended:
                self._read(shard, known, parcel, is_closed=is_closed)
        self._handed = bool(parcel.positions)
        return parcel if parcel.positions else None

    def done(self, parcel: Parcel, failed: Collection[str]) -> None:  # noqa: ARG002
        """Go on behind these."""
        self._handed = False

    def again(self, name: str) -> Item:
        """Nothing of a stream can be had by name: what was refused is kept with its content."""
        raise Unfetchable(f"{name} is kept nowhere", gone=True)

    def _shards(self) -> Iterator[tuple[str, bool]]:
        """Every shard, and whether it was split or merged and gets no more records."""
        given: dict[str, Any] = dict(self._named)
        while True:
            with told(self._stream):
                answer = self._client.list_shards(**given)
            for one in answer["Shards"]:
                yield one["ShardId"], "EndingSequenceNumber" in one["SequenceNumberRange"]
            if not answer.get("NextToken"):
                return
            given = {"NextToken": answer["NextToken"]}

    def _read(self, shard: str, known: Known, parcel: Parcel, *, is_closed: bool) -> None:
        before = known.position(shard)
        if before == ENDED:
            self._ended.add(shard)
            return
        answer = self._records(shard, before)
        records = answer["Records"]
        for record in records:
            self._take(f"{shard} {record['SequenceNumber']}", record["Data"], parcel)
        following = answer.get("NextShardIterator")
        if is_closed and not records and answer.get("MillisBehindLatest") == 0:
            following = None
        if following:
            self._iterators[shard] = following
        if records or not following:
            position = records[-1]["SequenceNumber"] if following else ENDED
            parcel.positions[shard], parcel.expected[shard] = position, before
        parcel.more = parcel.more or bool(records)

    def _records(self, shard: str, before: str | None) -> Any:  # noqa: ANN401 boto3 has no types
        for _ in range(2):
            iterator = self._iterators.pop(shard, None) or self._iterator(shard, before)
            try:
                with told(f"{self._stream} {shard}"):
                    return self._client.get_records(ShardIterator=iterator, Limit=RECORDS_MAX)
            except AwsFailed as error:
                if error.code != "ExpiredIteratorException":  # they hold for five minutes
                    raise
        raise AwsFailed(f"{self._stream} {shard}: its iterators expire at once")

    def _iterator(self, shard: str, before: str | None) -> str:
        where = {**self._named, "ShardId": shard}
        if before is None:
            given = {"ShardIteratorType": "TRIM_HORIZON"}
        else:
            given = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": before}
        with told(f"{self._stream} {shard}"):
            return str(self._client.get_shard_iterator(**where, **given)["ShardIterator"])

    def _take(self, name: str, data: bytes, parcel: Parcel) -> None:
        content = _content(data)
        if content is None:
            parcel.ignored[IGNORED_CONTROL] = parcel.ignored.get(IGNORED_CONTROL, 0) + 1
        else:
            parcel.items.append(message(name, content, self._source.holds))


class _LogEvent(msgspec.Struct):
    message: str


class _LogEvents(msgspec.Struct, rename="camel"):
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html."""

    message_type: str
    log_events: list[_LogEvent]


_LOG_EVENTS = msgspec.json.Decoder(_LogEvents)


def _content(data: bytes) -> bytes | None:
    """The text of a record; of CloudWatch Logs, its events, a line each; None for nothing to read.

    What cannot be inflated is given as it is, and refused by whoever reads it.
    """
    if data.startswith(GZIP_MAGIC):
        with suppress(CannotInflate):
            data = inflate(data, INFLATED_BYTES_MAX)
    with suppress(msgspec.MsgspecError, UnicodeError, RecursionError):
        found = _LOG_EVENTS.decode(data)
        if found.message_type != "DATA_MESSAGE":
            return None
        return b"\n".join(one.message.strip().encode() for one in found.log_events)
    return data
