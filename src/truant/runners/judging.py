"""Judging for the service: takes marked principals, writes what became of their findings.

One round is one transaction: claims, verdicts, findings, history, notices, and the marks cleared.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec
from msgspec import Struct, field
from sqlalchemy import Connection

from truant.connectors.store import channels, destinations, dirty, findings, history, outbox
from truant.connectors.store.columns import key
from truant.connectors.store.database import Store
from truant.connectors.store.destinations import Status as DestinationStatus
from truant.connectors.store.detectors import FREQUENCIES
from truant.connectors.store.findings import Because, Finding
from truant.connectors.store.history import Change, Entry
from truant.connectors.store.outbox import Notice
from truant.detection.findings import count, finding
from truant.detection.judge import is_finding, judge
from truant.detection.place import Subject, Surroundings, place_of
from truant.detection.sealing import KeptFrom, sealed_strays, with_sealed
from truant.model.finding import Stray, Verdict
from truant.runners.silencing import Ruling, Rulings
from truant.runners.world import World, docket, kept_from

FORM = 1
ACTOR = "truant"
ROUND_MAX = 200  # principals: SQLite's writers wait while a round is written

_verdicts = msgspec.msgpack.Decoder(tuple[int, Verdict])


class Round(Struct):
    """What one round did: how many principals it judged, and findings by what became of them."""

    judged: int = 0
    changes: dict[Change, list[str]] = field(default_factory=dict)


class Judge:
    """A worker that judges. Several may work on one PostgreSQL database."""

    def __init__(self, store: Store, world: World) -> None:
        """Work on a store; what is told leaves by the channels that it names."""
        self.store, self.world = store, world

    def round(self, now: int, most: int = ROUND_MAX) -> Round:
        """Judge up to `most` of those that are marked, news first; `now`: milliseconds.

        Where none is marked and the world has changed, all sessions are marked.
        """
        return self.store.run(lambda conn: self._round(conn, now, most))

    def drain(self, now: int, most: int = ROUND_MAX) -> Round:
        """Rounds of up to `most` principals until nobody is marked; their sum."""
        total = Round()
        while (done := self.round(now, most)).judged:
            total.judged += done.judged
            for change, ids in done.changes.items():
                total.changes.setdefault(change, []).extend(ids)
        return total

    def _round(self, conn: Connection, now: int, most: int) -> Round:
        claimed = dirty.claim(conn, most)
        if not claimed and dirty.sweep(conn, now):
            claimed = dirty.claim(conn, most)
        if not claimed:
            return Round()
        some = docket(conn, claimed, self.world)
        days = kept_from(conn, some)
        written = findings.of_principals(conn, claimed)
        told = {
            verdict.id: verdict
            for name in sorted(some.sessions)
            for verdict in judge(some.sessions[name].session, some.bench)
            if is_finding(verdict)
        }
        desk = _Desk(some.bench.around, Rulings(conn, now), days.__getitem__, now)
        _decide(conn, desk, told, written)
        dirty.clear(conn, claimed)
        return Round(len(claimed), desk.changes())


def keep_verdicts(
    store: Store, told: Iterable[Verdict], roots: Collection[str], around: Surroundings, now: int
) -> Round:
    """Write what became of the findings of some principals that were all judged elsewhere.

    `roots` are these principals, by CloudTrail's ids; `now`: milliseconds. Written again, the same
    verdicts change nothing.
    """
    return store.run(lambda conn: _keep_verdicts(conn, told, roots, around, now))


def _keep_verdicts(
    conn: Connection,
    told: Iterable[Verdict],
    roots: Collection[str],
    around: Surroundings,
    now: int,
) -> Round:
    desk = _Desk(around, Rulings(conn, now), lambda _: 0, now)  # no day of theirs is sealed here
    verdicts = {verdict.id: verdict for verdict in told}
    named = {*roots, *(verdict.principal_id for verdict in verdicts.values())}
    written = findings.of_principals(conn, map(key, named))
    _decide(conn, desk, verdicts, written)
    return Round(len(roots), desk.changes())


def _decide(
    conn: Connection, desk: "_Desk", told: Mapping[str, Verdict], written: Mapping[str, Finding]
) -> None:
    """Decide on all verdicts told and all findings there, and write what changed."""
    for verdict in told.values():
        desk.tell(verdict, written.get(verdict.id))
    for row in written.values():
        if row.id not in told:
            desk.miss(row, told.values())
    findings.keep(conn, [row for row, _ in desk.written])
    history.add(conn, [entry for _, entry in desk.written])
    ours = channels.configured(conn) if desk.written else []
    notices = [
        notice for row, entry in desk.written for notice in _notices(conn, desk, row, entry, ours)
    ]
    outbox.put(conn, notices, desk.now)


# What the rest of the world may change, though the verdict stays the same.
_RECONSIDERED = (Because.WITHDRAWN, Because.DETECTOR)


def _notices(
    conn: Connection, desk: "_Desk", row: Finding, entry: Entry, ours: list[str]
) -> Iterator[Notice]:
    """Who is told of a change: nobody of what is silenced.

    A destination that fails keeps its notices until it is mended.
    """
    if row.archived_because in (Because.SUPPRESSED, Because.DETECTOR) or row.sample:
        return
    ruling = desk.rulings.of(row.account, row.region)
    due = desk.now
    if entry.change is Change.UPDATED:
        due += FREQUENCIES[ruling.chief.frequency]
    theirs = destinations.of_detectors(conn, {ruling.detector.id, ruling.chief.id})
    named = [*ours, *(o.channel for o in theirs if o.status is not DestinationStatus.STOPPED)]
    if named:
        body = msgspec.json.encode(row.document()).decode()
        for channel in named:
            yield Notice(channel, row.id, entry.change.value, body, due)


class _Desk:
    """Decides what becomes of each finding, and collects rows with their entry of history."""

    def __init__(
        self, around: Surroundings, rulings: Rulings, kept_from: KeptFrom, now: int
    ) -> None:
        self.around, self.rulings, self.kept_from, self.now = around, rulings, kept_from, now
        self.written: list[tuple[Finding, Entry]] = []

    def changes(self) -> dict[Change, list[str]]:
        """Findings by what became of them."""
        found: dict[Change, list[str]] = {}
        for row, entry in self.written:
            found.setdefault(entry.change, []).append(row.id)
        return found

    def tell(self, verdict: Verdict, row: Finding | None) -> None:
        """A verdict that is to be told, and the finding that is there already."""
        if row is not None and row.verdict is not None:
            verdict = with_sealed(decode_verdict(row.verdict), verdict, self.kept_from)
        fresh, ruling = self._row(verdict)
        if row is None:
            self._create(fresh, ruling, verdict.probability)
        elif row.body != fresh.body or row.archived_because in _RECONSIDERED:
            self._update(row, fresh, ruling)

    def _row(self, verdict: Verdict) -> tuple[Finding, Ruling]:
        document = finding(verdict, self.around.inventory, self.around.feeds)
        account, region = str(document["accountId"]), str(document["region"])
        ruling = self.rulings.of(account, region)
        row = Finding(
            id=verdict.id,
            account=account,
            region=region,
            type=verdict.type.value,
            severity=verdict.severity,
            principal=key(verdict.principal_id),
            created_at=self.now,
            updated_at=self.now,
            first_seen=min(stray.first for stray in verdict.strays),
            last_seen=max(stray.last for stray in verdict.strays),
            count=count(verdict),
            body=msgspec.json.encode(document).decode(),
            verdict=msgspec.msgpack.encode((FORM, verdict), order="deterministic"),
        )
        return row, ruling

    def _create(self, fresh: Finding, ruling: Ruling, probability: float) -> None:
        silence = ruling.silence(fresh.document())
        if silence is None:
            self._note(fresh, Change.CREATED, f"probability {probability}")
            return
        fresh.archived, fresh.archived_because = True, silence.because
        fresh.suppressed_by = silence.rule
        self._note(fresh, Change.SUPPRESSED, f"{silence.because.value}: {silence.rule}")

    def _update(self, row: Finding, fresh: Finding, ruling: Ruling) -> None:
        fresh.created_at, fresh.sent_at, fresh.feedback = row.created_at, row.sent_at, row.feedback
        fresh.archived, fresh.archived_because = row.archived, row.archived_because
        fresh.suppressed_by = row.suppressed_by
        change, reason = Change.UPDATED, f"seen {fresh.count} times"
        was_silent = row.archived and row.archived_because is not Because.USER
        silence = ruling.silence(fresh.document())
        if silence is not None and (was_silent or silence.because is Because.DETECTOR):
            reason = f"{silence.because.value}: {silence.rule}"
            fresh.archived, fresh.archived_because = True, silence.because
            fresh.suppressed_by = silence.rule
        elif was_silent:
            change, reason = Change.RESTORED, f"it is over that {row.archived_because}"
            fresh.archived, fresh.archived_because, fresh.suppressed_by = False, None, None
        elif row.body == fresh.body:
            return
        if change is Change.RESTORED or (row.body, row.archived_because) != (
            fresh.body,
            fresh.archived_because,
        ):
            self._note(fresh, change, reason)

    def miss(self, row: Finding, told: Iterable[Verdict]) -> None:
        """A finding that no verdict tells any more: withdrawn, unless its days are sealed."""
        if row.verdict is None or row.archived_because in (Because.WITHDRAWN, Because.USER):
            return
        old = decode_verdict(row.verdict)
        if sealed_strays(old, self.kept_from):
            return
        why = self._why_not(old, told)
        row.archived, row.archived_because, row.suppressed_by = True, Because.WITHDRAWN, why
        row.updated_at = self.now
        self._note(row, Change.WITHDRAWN, why)

    def _why_not(self, old: Verdict, told: Iterable[Verdict]) -> str:
        """Sentences that say what its origins are now taken for."""
        subject = Subject(old.instance, old.account, old.region)
        reasons: dict[str, None] = {}
        for stray in old.strays[:20]:
            now_told = next((one.id for one in told if _holds(one, stray)), None)
            if now_told is not None:
                reasons[f"{stray.origin} is now told by finding {now_told}"] = None
                continue
            placement, _ = place_of(stray.origin, subject, stray.first, self.around)
            reasons[f"{stray.origin} is {placement.place.value}: {placement.reason}"] = None
        return "; ".join(reasons)

    def _note(self, row: Finding, change: Change, reason: str) -> None:
        document: Mapping[str, object] = msgspec.json.decode(row.body)
        confidence = document.get("confidence")
        entry = Entry(
            finding_id=row.id,
            at=self.now,
            change=change,
            reason=reason,
            actor=ACTOR,
            count=row.count,
            severity=row.severity,
            confidence=float(confidence) if isinstance(confidence, int | float) else 0.0,
            last_seen=row.last_seen,
        )
        self.written.append((row, entry))


def _holds(verdict: Verdict, stray: Stray) -> bool:
    return any((one.key, one.origin) == (stray.key, stray.origin) for one in verdict.strays)


def decode_verdict(data: bytes) -> Verdict:
    """The verdict that a finding was written from. Raises msgspec.DecodeError for another form."""
    form, verdict = _verdicts.decode(data)
    if form != FORM:
        raise msgspec.ValidationError(f"a verdict in form {form}; this Truant knows form {FORM}")
    return verdict
