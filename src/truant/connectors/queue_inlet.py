"""The inlet of an SQS queue: messages that name objects in S3, or are calls themselves.

A message is deleted when all that it names has been kept, and not before; until then SQS shows it
again after its visibility timeout. So everything comes at least once, and the store sees to it that
an object counts once.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct

from truant.connectors.aws_clients import AwsFailed, client, told
from truant.connectors.parcels import Item, Known, Parcel, Poison, message
from truant.connectors.s3_objects import S3Objects
from truant.connectors.sources import Source
from truant.model.notifications import read

WAIT_SECONDS = 5  # a long poll; as long as it takes to stop
MESSAGES_MAX, AT_ONCE = 200, 10  # of one parcel; of one answer of SQS


class Held(Struct):
    """A message that was received: by what it is deleted, and the items that it stands for."""

    handle: str
    items: tuple[str, ...] = ()


class QueueInlet:
    """Receives from one queue."""

    def __init__(self, source: Source) -> None:
        """Look at the source's queue. Raises BadSource where AWS cannot be asked."""
        self._source, self._queue = source, source.location
        self._client = client("sqs", source)
        self._objects = S3Objects(client("s3", source), source.holds)

    def look(self, known: Known) -> Parcel | None:  # noqa: ARG002 the queue itself knows
        """The next messages: waits some seconds for a first one. Raises AwsFailed."""
        found = Counter[str]()
        parcel, held = Parcel(), list[Held]()
        for one in self._messages():
            held.append(self._take(one, parcel, found))
        if not held:
            return None
        parcel.ignored, parcel.receipt, parcel.more = dict(found), held, True
        return parcel

    def done(self, parcel: Parcel, failed: Collection[str]) -> None:
        """Delete the messages of which nothing failed. Raises AwsFailed."""
        held: Any = parcel.receipt or []
        handles = [one.handle for one in held if not set(one.items) & set(failed)]
        for at in range(0, len(handles), AT_ONCE):
            some = handles[at : at + AT_ONCE]
            entries = [{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(some)]
            with told(self._queue):
                # One that could not be deleted is shown again, and is known then.
                self._client.delete_message_batch(QueueUrl=self._queue, Entries=entries)

    def again(self, name: str) -> Item:
        """An object by its name. Raises Unfetchable."""
        return self._objects.named(name)

    def _messages(self) -> Iterator[dict[str, Any]]:
        wait, count = WAIT_SECONDS, 0
        while count < MESSAGES_MAX:
            try:
                with told(self._queue):
                    answer = self._client.receive_message(
                        QueueUrl=self._queue, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=wait
                    )
            except AwsFailed:
                if count:  # what has come is kept first
                    return
                raise
            some = answer.get("Messages", [])
            yield from some
            wait, count = 0, count + len(some)
            if not some:
                return

    def _take(self, one: dict[str, Any], parcel: Parcel, found: Counter[str]) -> Held:
        body, name = one["Body"], f"message {one['MessageId']}"
        said = read(body)
        if said.error is not None:
            parcel.poison.append(Poison(name, said.error, body.encode("utf-8", "replace")))
        elif said.ignored is not None:
            found[said.ignored] += 1
        elif said.is_record:
            content = said.body.encode("utf-8", "replace")
            parcel.items.append(message(name, content, self._source.holds))
        items = [self._objects.item(bucket, key) for bucket, key in said.objects]
        parcel.items += items
        return Held(one["ReceiptHandle"], tuple(item.name for item in items))
