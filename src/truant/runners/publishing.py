"""Sending: what waits in the outbox leaves for its places, each in its order and by itself.

A place that is not there is tried again after a time that grows to five minutes, and holds up no
other. What was sent and not noted, because the process died, is sent again with the same key.
"""

import hashlib
import logging
import os
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import Connection

from truant.connectors.publish.bucket import Bucket
from truant.connectors.publish.config import Place, read
from truant.connectors.publish.publisher import NotDelivered, Publisher
from truant.connectors.store import channels, destinations, detectors, outbox
from truant.connectors.store.channels import Channel
from truant.connectors.store.database import Store
from truant.connectors.store.destinations import Destination, Status
from truant.connectors.store.outbox import Claimed
from truant.formats.forms import Message
from truant.formats.trial import trial
from truant.runners.crew import Stop, Task

log = logging.getLogger("truant.publishing")

SENDERS = 4
LOOK_SECONDS = 1.0
HOLD_MILLISECONDS = 180_000  # longer than a turn and one call together
TURN_SECONDS = 45.0  # then another place has its turn
AGAIN_SECONDS, AGAIN_SECONDS_MAX = 1.0, 300.0
CHANNEL_PREFIX = "destination:"  # of GuardDuty's publishing destinations


class NoPlace(LookupError):
    """There is no such place."""


class Places:
    """Everywhere that findings are sent: what truant.toml names, and publishing destinations."""

    def __init__(self, store: Store, named: Sequence[Place] = ()) -> None:
        """`named`: by truant.toml."""
        self.store, self._named = store, {place.name: place for place in named}
        self._buckets: dict[tuple[str, str, str], Bucket] = {}

    @property
    def names(self) -> list[str]:
        """Those that truant.toml names."""
        return sorted(self._named)

    def announce(self) -> None:
        """Say in the store which places the configuration names: notices are written for these."""
        opened = [Channel(one.name, one.kind, one.shown) for one in self._named.values()]
        self.store.run(lambda conn: channels.configure(conn, opened))

    def publisher(self, name: str) -> Publisher:
        """What sends to a place. Raises NoPlace, and NotDelivered where none can be made."""
        if name in self._named:
            return self._named[name].publisher
        return self._bucket(*self.destination(name))

    def severity(self, name: str) -> float:
        """The least severity that is sent to a place."""
        return self._named[name].severity if name in self._named else 0.0

    def destination(self, name: str) -> tuple[Destination, str]:
        """A publishing destination and its detector's region. Raises NoPlace."""
        with self.store.read() as conn:
            found = destinations.by_id(conn, name.removeprefix(CHANNEL_PREFIX))
            detector = detectors.by_id(conn, found.detector_id) if found else None
        if found is None or detector is None or not name.startswith(CHANNEL_PREFIX):
            raise NoPlace(name)
        return found, detector.region

    def _bucket(self, one: Destination, region: str) -> Bucket:
        key = (one.arn, one.kms_key_arn, region)
        if key not in self._buckets:
            self._buckets[key] = Bucket(one.arn, one.kms_key_arn or None, region)
        return self._buckets[key]

    def verify(self, name: str, now: int) -> None:
        """Write a test object to a publishing destination. Raises NotDelivered, NoPlace."""
        one, region = self.destination(name)
        with self.store.read() as conn:
            detector = detectors.by_id(conn, one.detector_id)
        if detector is not None:
            self._bucket(one, region).verify(detector.account, region, now)

    def test(self, name: str, now: int) -> None:
        """Send a place a message that says it is a test. `now`: milliseconds.

        Raises NotDelivered with why it did not arrive, and NoPlace.
        """
        if name.startswith(CHANNEL_PREFIX):
            self.verify(name, now)
            return
        refused = self.publisher(name).send([trial_message(name, now)])
        for why in refused.values():
            raise NotDelivered(why)


def places_of(store: Store, config_file: Path | None) -> Places:
    """The places that a truant.toml names, beside publishing destinations. Raises BadConfig.

    Secrets come from the environment.
    """
    return Places(store, read(config_file, os.environ) if config_file else ())


def trial_message(name: str, now: int) -> Message:
    """A message that says it is a test."""
    key = hashlib.sha256(f"test\x1f{name}\x1f{now}".encode()).hexdigest()[:32]
    return Message(key, "test", now, trial(now))


class Sender:
    """Gives places their turns. Several senders may work on one store, in one process or many."""

    def __init__(self, places: Places, clock: Callable[[], int]) -> None:
        """`clock`: milliseconds."""
        self.places, self._store, self._clock = places, places.store, clock
        self._holder = secrets.token_hex(8)

    def step(self, stop: Stop) -> bool:
        """One turn of one place; whether any had something to send."""
        now = self._clock()
        until = now + HOLD_MILLISECONDS
        taken = self._store.run(
            lambda conn: channels.take(conn, now, until, self._holder, self.places.names)
        )
        if taken is None:
            return False
        try:
            reached = self._reach(taken, until, stop)
        except NoPlace:
            self._store.run(lambda conn: channels.remove(conn, [taken.name]))
        except NotDelivered as error:
            self._later(taken, str(error), error.after)
        else:
            self._store.run(lambda conn: self._over(conn, taken, reached=reached))
        return True

    def _reach(self, taken: Channel, until: int, stop: Stop) -> bool:
        """Verify a place that is to be verified, and send it what is due.

        Gives whether it was reached at all. Raises NotDelivered, NoPlace.
        """
        publisher = self.places.publisher(taken.name)
        verified = taken.to_verify and taken.name.startswith(CHANNEL_PREFIX)
        if verified:
            self.places.verify(taken.name, self._clock())
        return self._turn(taken, publisher, until, stop) or verified

    def _turn(self, taken: Channel, publisher: Publisher, until: int, stop: Stop) -> bool:
        """Send what is due, until nothing is, or others are to have their turn; whether any was.

        Raises NotDelivered, with everything that was claimed given back.
        """
        over, reached = time.monotonic() + TURN_SECONDS, False
        while not stop.is_set() and time.monotonic() < over:
            now = self._clock()
            most = 1 if taken.failures else publisher.most  # one to see whether it is back
            held = self._store.run(
                lambda conn, now=now, most=most: outbox.claim(conn, taken.name, now, until, most)  # type: ignore[misc]
            )
            if not held:
                break
            self._send(taken, publisher, held)
            reached, taken.failures, taken.failing_since = True, 0, None
        return reached

    def _send(self, taken: Channel, publisher: Publisher, held: Sequence[Claimed]) -> None:
        least = self.places.severity(taken.name)
        told = {one.id: message_of(one) for one in held}
        wanted = [one for one in held if _severity(told[one.id]) >= least]
        try:
            refused = send(publisher, [told[one.id] for one in wanted]) if wanted else {}
        except NotDelivered as error:
            why = str(error)
            self._store.run(lambda conn: _give_back(conn, held, wanted, why, self._clock()))
            raise
        sent = [one for one in wanted if one.key not in refused]
        self._store.run(
            lambda conn: self._note(conn, sent, set(held) - set(wanted), wanted, refused)
        )
        if refused:
            raise NotDelivered(next(iter(refused.values())))

    def _note(
        self,
        conn: Connection,
        sent: Sequence[Claimed],
        unwanted: Iterable[Claimed],
        wanted: Sequence[Claimed],
        refused: Mapping[str, str],
    ) -> None:
        now = self._clock()
        outbox.done(conn, sent, now)
        outbox.drop(conn, unwanted)
        for one in wanted:
            why = refused.get(one.key)
            if why is not None and outbox.failed(conn, one, why, now, refused=True):
                log.error("%s: a notice is set aside, refused too often: %s", one.channel, why)

    def _over(self, conn: Connection, taken: Channel, *, reached: bool) -> None:
        if not reached:  # told to stop before anything was sent
            channels.give_back(conn, taken, self._holder, self._clock())
            return
        channels.succeeded(conn, taken, self._holder, self._clock())
        _set_status(conn, taken.name, Status.PUBLISHING, None)

    def _later(self, taken: Channel, why: str, after: float | None) -> None:
        now = self._clock()
        seconds = max(after or 0.0, again_seconds(taken.failures))
        log.warning("%s: not sent, tried again in %d s: %s", taken.name, seconds, why)

        def note(conn: Connection) -> None:
            retry_at = now + round(seconds * 1000)
            channels.failed(conn, taken, self._holder, now, why, retry_at)
            _set_status(conn, taken.name, Status.FAILING, taken.failing_since or now)

        self._store.run(note)


def again_seconds(failures: int) -> float:
    """How long a place is left alone after so many failures in a row before this one."""
    return min(AGAIN_SECONDS_MAX, AGAIN_SECONDS * 2.0 ** min(failures, 20))


def message_of(one: Claimed) -> Message:
    """A notice as publishers take it."""
    return Message(one.key, one.change, one.created_at, msgspec.json.decode(one.body))


def _severity(one: Message) -> float:
    severity = one.document.get("severity")
    return float(severity) if isinstance(severity, int | float) else 0.0


def send(publisher: Publisher, messages: Sequence[Message]) -> Mapping[str, str]:
    """Send messages; one that cannot even be written is refused, and costs only itself.

    Raises NotDelivered.
    """
    try:
        return publisher.send(messages)
    except NotDelivered:
        raise
    except Exception as error:
        if len(messages) > 1:
            return {k: v for one in messages for k, v in send(publisher, [one]).items()}
        log.exception("a notice cannot be written")
        return {messages[0].key: f"it cannot be written: {type(error).__name__}"}


def _give_back(
    conn: Connection, held: Sequence[Claimed], tried: Sequence[Claimed], why: str, now: int
) -> None:
    outbox.drop(conn, set(held) - set(tried))
    for one in tried:
        outbox.failed(conn, one, why, now, refused=False)


def _set_status(conn: Connection, name: str, status: Status, failing_since: int | None) -> None:
    if name.startswith(CHANNEL_PREFIX):
        destinations.set_status(conn, name.removeprefix(CHANNEL_PREFIX), status, failing_since)


def tasks(places: Places, clock: Callable[[], int], senders: int = SENDERS) -> list[Task]:
    """The tasks that send, for the service's crew; what the configuration names is announced."""
    places.announce()
    return [
        Task(f"sender {number}", Sender(places, clock).step, LOOK_SECONDS)
        for number in range(1, senders + 1)
    ]
