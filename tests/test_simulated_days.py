"""Worlds of several days: work on all of them, thefts on the last, and one day as it always was."""

import gzip
from collections import defaultdict
from pathlib import Path

import pytest

from tests.command import truant
from tests.simulator.opened import records
from truant.simulator.scenario import DAYS, DAYS_MAX, build
from truant.simulator.simulation import files

SEED = 11


def test_every_instance_works_on_every_day_and_the_theft_is_on_the_last() -> None:
    simulation = build(SEED, ["E6", "T2"], with_flow_logs=False, days=3)
    days_of: dict[str, set[str]] = defaultdict(set)
    for record in records(simulation):
        principal = str(record["userIdentity"].get("principalId"))
        days_of[principal].add(record["eventTime"][:10])
    days = sorted(set().union(*days_of.values()))
    assert len(days) == 3
    clean = [one for one in simulation.truth.sessions if not one.stolen]
    assert clean
    assert all(days_of[one.principal] == set(days) for one in clean)
    (stolen,) = [one for one in simulation.truth.sessions if one.stolen]
    assert days_of[stolen.principal] == {days[-1]}  # the instance itself never uses its role


def test_each_day_s_keys_are_issued_in_the_trail() -> None:
    simulation = build(SEED, ["T8"], with_flow_logs=False, days=3)
    told, used = set(), set()
    for record in records(simulation):
        used.add(record["userIdentity"].get("accessKeyId"))
        if record["eventName"] == "AssumeRole":
            told.add(record["responseElements"]["credentials"]["accessKeyId"])
    assert len(told & used) > 2 * 2 * 3  # two instances, three days, some four keys a day


def test_flow_logs_cover_all_days() -> None:
    simulation = build(SEED, ["T1"], days=2)
    starts = [
        int(line.split()[10])
        for data in simulation.flow_logs.values()
        for line in gzip.decompress(data).decode().splitlines()[1:]
    ]
    hours = {start // 3600 for start in starts}
    assert max(hours) - min(hours) + 1 == len(hours) >= 48


def test_one_day_is_the_usual_and_some_scenarios_have_more_by_themselves() -> None:
    assert files(build(SEED, ["E7"])) == files(build(SEED, ["E7"], days=1))
    assert DAYS
    for name, days in DAYS.items():
        times = [one["eventTime"] for one in records(build(SEED, [name], with_flow_logs=False))]
        assert len({time[:10] for time in times}) == days


@pytest.mark.parametrize("days", [0, -1, DAYS_MAX + 1])
def test_a_world_without_days_or_with_too_many_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match=f"a world has 1 to {DAYS_MAX} days, not {days}"):
        build(SEED, ["T1"], days=days)


def test_the_command_makes_days(tmp_path: Path) -> None:
    made = truant(tmp_path, "simulate", "world", "--scenario", "T8", "--days", "2")
    assert made.returncode == 0, made.stderr
    refused = truant(tmp_path, "simulate", "other", "--scenario", "T8", "--days", "99")
    assert refused.returncode == 2
    assert "a world has 1 to 30 days, not 99" in refused.stderr
