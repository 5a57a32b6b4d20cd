"""Places for tests of sending: one that remembers, and a clock that is set by hand."""

import json
from collections.abc import Mapping, Sequence

from tests.worlds import NOW
from truant.connectors.publish.config import Place
from truant.connectors.publish.publisher import NotDelivered
from truant.connectors.store import outbox
from truant.connectors.store.database import Store
from truant.connectors.store.outbox import Notice
from truant.formats.forms import Message
from truant.runners.crew import Stop
from truant.runners.publishing import Places, Sender


class Received:
    """A place that remembers what it took, and can be dead, refuse, or break."""

    def __init__(self, most: int = 3) -> None:
        self.most, self.got = most, list[Message]()
        self.dead, self.refuses, self.breaks = False, set[str](), set[str]()
        self.calls = 0

    def send(self, messages: Sequence[Message]) -> Mapping[str, str]:
        """Take messages."""
        self.calls += 1
        if self.dead:
            raise NotDelivered("it is dead")
        ids = {str(one.document["id"]) for one in messages}
        if ids & self.breaks:
            raise TypeError("a mistake of ours")
        refused = {o.key: "no" for o in messages if str(o.document["id"]) in self.refuses}
        self.got += [one for one in messages if one.key not in refused]
        return refused

    @property
    def ids(self) -> list[str]:
        """Of the findings, in the order in which they came."""
        return [str(one.document["id"]) for one in self.got]


class Clock:
    """Milliseconds, set by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        """The time that it is."""
        return self.now


def placed(store: Store, named: Mapping[str, Received], severity: float = 0.0) -> Places:
    """Places of these names, announced."""
    found = Places(store, [Place(n, "file", "here", one, severity) for n, one in named.items()])
    found.announce()
    return found


def put(store: Store, channel: str, *ids: str, change: str = "created", **more: object) -> None:
    """Write a notice of each finding."""
    body = {"severity": 8.0, "accountId": "1", "region": "r", **more}
    with store.write() as conn:
        told_of = [Notice(channel, i, change, json.dumps({**body, "id": i}), NOW) for i in ids]
        outbox.put(conn, told_of, NOW)


def drain(sender: Sender) -> int:
    """Let a sender work until nothing is due; gives how many turns it had."""
    turns = 0
    while sender.step(Stop()):
        turns += 1
    return turns


def waiting(store: Store) -> dict[str, outbox.Waiting]:
    """What waits, by place."""
    with store.read() as conn:
        return outbox.waiting(conn)
