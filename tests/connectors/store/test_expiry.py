"""What is dropped is not forgotten: findings outlive the sightings that they were made from."""

import msgspec
import pytest
from msgspec.structs import replace

from tests.runners.test_judging import changes_of, rows
from tests.worlds import NOW, Made, filled, judge_of, world
from truant.connectors.store import accounting, dirty, findings, sessions, settings
from truant.connectors.store.batch import TOO_LATE, Batch, commit
from truant.connectors.store.database import Store
from truant.connectors.store.expiry import expire
from truant.connectors.store.history import Change
from truant.detection.state import State
from truant.model.event_time import DAY
from truant.model.role_session import RoleSession
from truant.model.sighting import CallNote, Sighting


def later(made: Made, days: int) -> State:
    """The same day of calls once more, some days later; the network stays as it is."""
    state = State()
    for _, part in made.parts:
        for one in part.sessions.values():
            moved = [shifted(sighting, days) for sighting in one.sightings]
            state.sessions.join(RoleSession(one.principal_id, one.identity, moved))
    return state


def shifted(one: Sighting, days: int) -> Sighting:
    moved = days * DAY

    def note(call: CallNote) -> CallNote:
        return replace(call, time=call.time + moved, event_id=f"{call.event_id}+{days}")

    return replace(
        one,
        day=one.day + days,
        first=one.first + moved,
        last=one.last + moved,
        created=None if one.created is None else one.created + moved,
        earliest=tuple(map(note, one.earliest)),
        latest=tuple(map(note, one.latest)),
        made=tuple(replace(thing, time=thing.time + moved) for thing in one.made),
    )


def take(store: Store, state: State, name: str) -> None:
    commit(store, Batch("trail", NOW, state, (name,)))


def everything_again(store: Store, made: Made) -> dict[Change, list[str]]:
    """Judge everybody anew; what changed."""
    with store.write() as conn:
        dirty.mark_all(conn, NOW)
    return judge_of(store, made).drain(NOW).changes


def origins(store: Store, finding_id: str) -> dict[tuple[object, object], object]:
    document = msgspec.json.decode(rows(store)[finding_id].body)
    told = document["service"]["additionalInfo"]["origins"]
    return {(one["address"], one["firstSeen"]): one["count"] for one in told}


def drop_old(store: Store) -> None:
    with store.write() as conn:
        expire(conn, NOW)


def test_a_finding_keeps_what_was_seen_on_days_that_are_gone(store: Store) -> None:
    made = world("E15")
    filled(store, made)
    ((finding_id, first),) = rows(store).items()
    known = origins(store, finding_id)
    take(store, later(made, 3), "day 3")
    judge_of(store, made).drain(NOW)
    both = rows(store)[finding_id]
    assert both.count == 2 * first.count
    drop_old(store)
    with store.read() as conn:
        kept = [one.session for one in sessions.everyone(conn)]
        day = settings.number(conn, settings.KEPT_FROM)
    assert day == first.first_seen // DAY + 2
    assert all(sighting.day >= day for session in kept for sighting in session.sightings)
    assert everything_again(store, made) == {}, "nothing is withdrawn, nothing counted twice"
    take(store, later(made, 4), "day 4")
    judge_of(store, made).drain(NOW)
    grown = rows(store)[finding_id]
    assert grown.count == 3 * first.count
    assert (grown.first_seen, grown.severity) == (first.first_seen, first.severity)
    assert known.items() <= origins(store, finding_id).items()
    assert Change.WITHDRAWN not in changes_of(store, finding_id)


def test_what_comes_too_late_is_counted_and_changes_nothing(store: Store) -> None:
    made = world("E15")
    filled(store, made)
    take(store, later(made, 3), "day 3")
    judge_of(store, made).drain(NOW)
    drop_old(store)
    before = rows(store)
    take(store, later(made, 0), "day 0 again, under another name")
    assert judge_of(store, made).drain(NOW).changes == {}
    assert rows(store) == before
    with store.read() as conn:
        assert accounting.counts(conn, accounting.TOTALS)[TOO_LATE] > 0


def test_what_waits_to_be_judged_is_not_dropped(store: Store) -> None:
    made = world("E15")
    take(store, later(made, 0), "day 0")
    take(store, later(made, 9), "day 9")
    drop_old(store)
    assert judge_of(store, made).drain(NOW).judged > 0
    (row,) = rows(store).values()
    assert row.last_seen - row.first_seen > 8 * DAY
    drop_old(store)
    with store.read() as conn:
        days = {s.day for one in sessions.everyone(conn) for s in one.session.sightings}
    assert max(days) - min(days) <= 1


def test_sessions_that_are_over_leave_their_findings(store: Store) -> None:
    made = world("E15", "T1")
    filled(store, made)
    before = rows(store)
    only = State()
    for principal, session in later(world("T1"), 30).sessions.items():
        only.sessions[principal] = session
    take(store, only, "another month")
    judge_of(store, made).drain(NOW)
    drop_old(store)
    with store.read() as conn:
        left = {one.session.principal_id for one in sessions.everyone(conn)}
    assert left <= only.sessions.keys()
    assert everything_again(store, made) == {}
    assert rows(store) == before


def test_findings_are_dropped_after_ninety_days(store: Store) -> None:
    made = world("E15")
    filled(store, made)
    take(store, later(world("T1"), 91), "three months later")
    judge_of(store, made).drain(NOW)
    with store.write() as conn:
        expire(conn, NOW)
        assert findings.count(conn) == 1, "it was updated just now, by the service's clock"
        expire(conn, NOW + 91 * DAY * 1000)
        assert findings.count(conn) == 0


@pytest.mark.parametrize("ahead", [40, 4_000])
def test_a_record_from_the_future_makes_nothing_old(lite: Store, ahead: int) -> None:
    made = world("E15")
    filled(lite, made)
    with lite.read() as conn:
        newest = sessions.newest(conn)
    take(lite, later(world("T1"), ahead), "the future")
    with lite.write() as conn:
        expire(conn, newest * 1000)
        assert settings.number(conn, settings.KEPT_FROM) <= newest // DAY - 1
    assert len(rows(lite)) == 1
