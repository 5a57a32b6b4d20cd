"""How soon a finding comes: after how many of the thief's calls, and how many minutes of his work.

The trail is cut after his first call, his second, his fifth and so on, and judged as it would be
then, with the inventory at hand.
"""

from collections.abc import Sequence
from datetime import datetime

from benchmarks.worlds import Json, World
from truant.detection.findings import event_ids
from truant.detection.fold import fold
from truant.detection.judge import is_finding, judge
from truant.detection.state import State, bench_of, merge
from truant.model.api_call import ApiCall

STEPS = (1, 2, 3, 5, 8, 13)


def calls_until_found(world: World) -> list[tuple[str, int, float]]:
    """Scenario, calls and minutes for each theft that is found with an inventory."""
    given = {"logs", "inventory"}
    return [
        (session["scenario"], *soon)
        for session in world.sessions
        for expected in session["findings"]
        if given.issuperset(expected["needs"])
        and (soon := _soonest(world, session, expected, world.calls)) is not None
    ]


def _soonest(
    world: World, session: Json, expected: Json, calls: Sequence[ApiCall]
) -> tuple[int, float] | None:
    ids = set(expected["eventIds"])
    told = {call.event_id: call.event_time or "" for call in calls if call.event_id in ids}
    times = sorted(told.values())
    for step in (*STEPS, len(times)):
        if step <= len(times) and _is_found(world, session, ids, calls, times[step - 1]):
            first, last = map(datetime.fromisoformat, (times[0], times[step - 1]))
            return step, (last - first).total_seconds() / 60
    return None


def _is_found(
    world: World, session: Json, ids: set[str], calls: Sequence[ApiCall], until: str
) -> bool:
    state = State()
    merge(state, fold([call for call in calls if (call.event_time or "") <= until]))
    principal = session["principalId"]
    if principal not in state.sessions:
        return False
    bench = bench_of(state, world.surroundings(inventory=True, flow_logs=False))
    return any(
        is_finding(verdict) and ids & set(event_ids(verdict))
        for verdict in judge(state.sessions[principal], bench)
    )
