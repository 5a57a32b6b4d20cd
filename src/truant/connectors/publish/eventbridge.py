"""EventBridge: findings as GuardDuty's events, on a bus of one's own.

AWS lets nobody else put events of a source `aws.*`, on any bus: rules match on the source
`truant` and the same detail-type.
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from truant.connectors.publish.aws import AWS_ERRORS, client, profile, region_of, why
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.publish.settings import Settings
from truant.formats.event import BYTES_MAX, DETAIL_TYPE, TRUANT
from truant.formats.forms import Message
from truant.formats.size import encoded, fitted

ENTRIES_MAX = 10
_REFUSED = frozenset({"MalformedDetail", "InvalidArgument", "ValidationException"})


class EventBridge:
    """An event bus."""

    most = ENTRIES_MAX

    def __init__(self, bus: str, region: str | None, source: str, profile: str | None) -> None:
        """`bus`: its name or ARN."""
        self._bus, self._source = bus, source
        self._client = client("events", region_of(bus) or region, profile)

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Put the events, as many at once as may be."""
        refused: dict[str, str] = {}
        for some in _packed([(one, self._entry(one)) for one in messages]):
            try:
                answer = self._client.put_events(Entries=[entry for _, entry in some])
            except AWS_ERRORS as error:
                raise NotDelivered(why("EventBridge", error)) from None
            for (one, _), result in zip(some, answer["Entries"], strict=True):
                code = result.get("ErrorCode")
                if code in _REFUSED:
                    refused[one.key] = f"EventBridge says {code}"
                elif code:
                    raise NotDelivered(f"EventBridge says {code}")
        return refused

    def _entry(self, one: Message) -> dict[str, object]:
        return {
            "Time": datetime.fromtimestamp(one.at / 1000, UTC),
            "Source": self._source,
            "DetailType": DETAIL_TYPE,
            "Detail": encoded(fitted(one.document, BYTES_MAX)),
            "EventBusName": self._bus,
        }


_Entries = list[tuple[Message, dict[str, object]]]


def _packed(entries: _Entries) -> Iterator[_Entries]:
    """The entries in requests that are not too large together."""
    some: _Entries = []
    size = 0
    for one, entry in entries:
        length = len(str(entry["Detail"])) + ENTRY_BYTES
        if some and size + length > BYTES_MAX:
            yield some
            some, size = [], 0
        some.append((one, entry))
        size += length
    if some:
        yield some


ENTRY_BYTES = 500  # of an entry beside its detail


def make(settings: Settings) -> tuple[EventBridge, str]:
    """A bus, and what people are shown of it. Raises BadConfig."""
    bus, source = settings.text("bus"), settings.text("source", TRUANT)
    if source.startswith("aws."):
        raise settings.wrong("source", "cannot be aws.*: EventBridge takes those from AWS alone")
    place = EventBridge(bus, settings.optional("region"), source, profile(settings))
    return place, bus
