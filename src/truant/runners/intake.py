"""Intake: what an inlet finds is fetched, folded and committed, and only then acknowledged.

Killed anywhere, the inlet finds again what was not committed; what was, the store knows. An item
that cannot be had while others can is tried a few times and then put into quarantine. Where nothing
at all can be had, the source is at fault: nothing is given up, and the task fails and waits.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from truant.connectors.parcels import Inlet, Item, Parcel, Unfetchable, message
from truant.connectors.sources import Holds, Source
from truant.connectors.store import intake, quarantine
from truant.connectors.store.batch import Batch, commit
from truant.connectors.store.database import Store
from truant.connectors.store.intake import AlreadyTaken
from truant.connectors.store.quarantine import Refused
from truant.connectors.trail_files import Content, Refusal
from truant.model.arrival import Arrivals
from truant.runners.crew import Expected, Stop
from truant.runners.ear import Ear, Heard
from truant.runners.embedded import fold_files
from truant.runners.fetching import Fetching
from truant.runners.flow_logs import FlowAccounting

TRIES = 5
FETCHERS = 8
LATELY_SECONDS = 600.0  # who could fetch something so long ago is let in
RETRY_SECONDS, RETRIED_MAX = 2.0, 50


class StoreKnown:
    """What the store knows of a source."""

    def __init__(self, store: Store, source: str, clock: Callable[[], int]) -> None:
        """`source`: the name that keys its positions; `clock`: milliseconds."""
        self._store, self._source, self._clock = store, source, clock

    def position(self, shard: str) -> str | None:
        """How far a shard has come."""
        with self._store.read() as conn:
            return intake.position(conn, self._source, shard)

    def untaken(self, names: Iterable[str]) -> list[str]:
        """Of these items, those that have not been taken in."""
        names = list(names)
        if not names:
            return []
        with self._store.read() as conn:
            return intake.untaken(conn, self._source, names)

    def keep(self, names: Iterable[str]) -> None:
        """Go on remembering these."""
        names = list(names)
        if names:
            self._store.run(lambda conn: intake.keep(conn, self._source, names, self._clock()))


class Intake:
    """Takes in what one inlet finds, parcel by parcel."""

    def __init__(
        self,
        store: Store,
        source: Source,
        inlet: Inlet,
        ear: Ear,
        tell: Callable[[], None],
        clock: Callable[[], int],
    ) -> None:
        """`ear` hears flow logs. `tell` is called when something was taken in.

        `clock` gives milliseconds.
        """
        self.store, self.source, self.inlet, self.ear = store, source, inlet, ear
        self._tell, self._clock = tell, clock
        self._known = StoreKnown(store, source.name, clock)
        self._tries: Counter[str] = Counter()
        self._fetched_at: float | None = None
        self._asked_at: float | None = None
        self._pool = ThreadPoolExecutor(FETCHERS, thread_name_prefix="fetch")

    def step(self, _: Stop) -> bool:
        """Look once and take in what is found; whether there is more to be had at once.

        Raises Expected where nothing of what is found can be had.
        """
        self._retry()
        parcel = self.inlet.look(self._known)
        if parcel is None:
            return False
        while (failed := self._take(parcel)) is None:
            if parcel.expected:
                return True  # not done: the inlet goes on where the other worker came to
        self.inlet.done(parcel, failed)
        return parcel.more

    def _take(self, parcel: Parcel, again: tuple[str, ...] = ()) -> Collection[str] | None:
        """Commit a parcel; gives the names of items that are to come again.

        None where another worker took some of it in meanwhile: to be looked at once more.
        """
        named = {item.name: item for item in parcel.items}
        once = [name for name, item in named.items() if item.once]
        new = set(self._known.untaken(once))
        wanted = [item for name, item in named.items() if name in new or not item.once]
        fetching = Fetching(self._pool, wanted)
        try:
            batch = self._batch(parcel, fetching)
            given_up = self._given_up(fetching) if not again else set(fetching.lost)
            failed = fetching.lost.keys() - given_up
            batch.refused += tuple(_lost(name, fetching.lost[name]) for name in sorted(given_up))
            batch.items = tuple(name for name in once if name in new and name not in failed)
            batch.again = again
            commit(self.store, batch)
        except AlreadyTaken:
            return None
        finally:
            fetching.close()
        if batch.state.seen or batch.refused or batch.hearings:
            self._tell()
        return failed

    def _batch(self, parcel: Parcel, fetching: Fetching) -> Batch:
        arrivals, at = Arrivals(), self._clock()
        folded = fold_files(fetching.of(Holds.TRAIL), arrivals)
        read = folded.accounting
        heard = Heard({}, frozenset(), FlowAccounting())
        if fetching.has(Holds.FLOW_LOGS):
            heard = self.ear.listen(fetching.of(Holds.FLOW_LOGS), at)
        messages = {item.name for item in parcel.items if item.message}
        refusals = [*read.refusals, *heard.accounting.refusals]
        refused = [_refused(one, fetching, messages) for one in refusals]
        refused += [Refused(one.name, 0, one.reason, one.content) for one in parcel.poison]
        ignored = {f"messages: {reason}": number for reason, number in parcel.ignored.items()}
        return Batch(
            source=self.source.name,
            at=at,
            state=folded.state,
            positions=parcel.positions,
            files=read.kinds,
            totals={
                "files": read.files,
                "bytes": read.size,
                "inflated": read.inflated,
                **_of_flow_logs(heard.accounting),
                **ignored,
            },
            refused=tuple(refused),
            arrivals=arrivals,
            expected=parcel.expected,
            hearings=heard.hearings,
            heard=heard.instances,
        )

    def _given_up(self, fetching: Fetching) -> set[str]:
        """The items that are not tried again. Raises Expected where nothing at all can be had."""
        now = time.monotonic()
        if fetching.contents:
            self._fetched_at = now
        passing = [name for name, error in fetching.lost.items() if not error.gone]
        lately = self._fetched_at is not None and now - self._fetched_at < LATELY_SECONDS
        if passing and not lately:
            raise Expected(f"nothing can be fetched: {passing[0]}: {fetching.lost[passing[0]]}")
        self._tries.update(passing)
        tired = {name for name in passing if self._tries[name] >= TRIES}
        for name in tired:
            del self._tries[name]
        return tired | (fetching.lost.keys() - set(passing))

    def _retry(self) -> None:
        """Take in what somebody wants to be read anew. It is in the quarantine until it is kept."""
        now = time.monotonic()
        if self._asked_at is not None and now - self._asked_at < RETRY_SECONDS:
            return
        self._asked_at = now
        with self.store.read() as conn:
            wanted = quarantine.wanted(conn, self.source.name, RETRIED_MAX)
        if wanted:
            items = [self._item(name, content) for name, content in wanted.items()]
            self._take(Parcel(items), tuple(wanted))

    def _item(self, name: str, content: bytes | None) -> Item:
        if content is not None:
            return message(name, content, self.source.holds)
        try:
            return replace(self.inlet.again(name), name=name, once=False)
        except Unfetchable as error:
            return Item(name, _failing(error), once=False)


def _of_flow_logs(read: FlowAccounting) -> dict[str, int]:
    told = {"files": read.files, "bytes": read.size, "inflated": read.inflated, **read.seen}
    return {f"flow logs: {name}": number for name, number in told.items()}


def _failing(error: Unfetchable) -> Callable[[], Content]:
    def fetch() -> Content:
        raise error

    return fetch


def _lost(name: str, error: Unfetchable) -> Refused:
    return Refused(name, 0, str(error))


def _refused(one: Refusal, fetching: Fetching, messages: Collection[str]) -> Refused:
    """A refusal, with its content where that is a message: it exists nowhere else."""
    content = None
    if one.file in messages:
        stream = fetching.contents[one.file].stream
        stream.seek(0)
        content = stream.read()
    return Refused(one.file, one.position, one.reason, content)
