"""What is usual, learned from days before: scored before learning, the same in any order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truant.detection.baseline import DAYS_MIN, HALF_LIFE_DAYS, Baseline, log_ratio
from truant.model.habit import Feature, Habit

HOME, OFFICE, STRANGE = "54.10.1.0/24", "198.51.100.0/24", "203.0.113.0/24"
WEB, BATCH = "arn:aws:iam::111122223333:role/web", "arn:aws:iam::111122223333:role/batch"


def habit(instance: str, day: int, *networks: str, role: str = WEB, calls: int = 100) -> Habit:
    shown: dict[str, dict[str, int]] = {Feature.NETWORK: dict.fromkeys(networks, calls)}
    return Habit(f"{role}:{instance}", day, "111122223333", role, instance, shown)


def baseline(*habits: Habit) -> Baseline:
    return Baseline(habits, {habit.instance: "vpc-1" for habit in habits}.get)


def fleet(days: int, instances: int = 5) -> list[Habit]:
    return [habit(f"i-{n}", day, HOME) for day in range(days) for n in range(instances)]


def ratio(known: Baseline, value: str, at: Habit) -> float:
    surprise = known.surprise(Feature.NETWORK, value, known.levels(at), at.day)
    return log_ratio(surprise, new_to_thieves=0.95)


def test_a_usual_network_speaks_against_theft() -> None:
    today = habit("i-1", 20, HOME)
    assert ratio(baseline(*fleet(20), today), HOME, today) < -2


def test_a_network_never_seen_speaks_for_theft() -> None:
    today = habit("i-1", 20, STRANGE)
    assert ratio(baseline(*fleet(20), today), STRANGE, today) > 2


def test_a_fleet_that_roams_makes_new_networks_less_strange() -> None:
    roaming = [habit(f"i-{n}", d, f"10.{d}.{n}.0/24") for d in range(20) for n in range(5)]
    today = habit("i-1", 20, STRANGE)
    steady = ratio(baseline(*fleet(20), today), STRANGE, today)
    assert ratio(baseline(*roaming, today), STRANGE, today) < steady - 2


def test_what_the_role_shows_elsewhere_is_less_strange_than_what_nobody_shows() -> None:
    others = [habit("i-2", day, HOME, OFFICE) for day in range(20)]
    today = habit("i-1", 20, OFFICE)
    known = baseline(*fleet(20), *others, today)
    surprise = known.surprise(Feature.NETWORK, OFFICE, known.levels(today), 20)
    assert surprise.known_to == "role"
    assert ratio(known, OFFICE, today) < ratio(known, STRANGE, today)


def test_the_counts_are_calls_of_each_level_before_the_day() -> None:
    known = baseline(
        habit("i-1", 1, HOME, calls=10),
        habit("i-2", 2, OFFICE, calls=3),
        habit("i-3", 3, HOME, role=BATCH, calls=7),
        habit("i-1", 9, OFFICE, calls=1000),
    )
    levels = known.levels(habit("i-1", 9))
    assert known.surprise(Feature.NETWORK, OFFICE, levels, 9).counts == (
        ("session", 0, 10),
        ("role", 3, 13),
        ("VPC", 3, 20),
        ("account", 3, 20),
        ("all that was read", 3, 20),
    )


def test_a_day_is_scored_before_it_is_learned() -> None:
    """A thief's own day, and all later days, change nothing of what is said of that day."""
    today = habit("i-1", 20, STRANGE)
    later = [habit(f"i-{n}", day, STRANGE) for n in range(5) for day in range(20, 30)]
    before = ratio(baseline(*fleet(20)), STRANGE, today)
    assert ratio(baseline(*fleet(20), today, *later), STRANGE, today) == before


def test_a_thousand_calls_of_one_day_count_once() -> None:
    few = habit("i-9", 19, STRANGE, calls=1)
    many = habit("i-9", 19, STRANGE, calls=100_000)
    today = habit("i-1", 20, STRANGE)
    assert ratio(baseline(*fleet(20), few), STRANGE, today) == pytest.approx(
        ratio(baseline(*fleet(20), many), STRANGE, today)
    )


def test_nothing_is_said_before_enough_days() -> None:
    assert not baseline().knows(20)
    assert not baseline(*fleet(DAYS_MIN - 1)).knows(20)
    assert baseline(*fleet(DAYS_MIN)).knows(20)
    assert not baseline(*fleet(DAYS_MIN)).knows(1)


def test_old_days_fade() -> None:
    old = [habit("i-1", day, OFFICE, HOME) for day in range(10)]
    fresh = [habit("i-1", day, HOME) for day in range(10, 10 + 5 * HALF_LIFE_DAYS)]
    known = baseline(*old, *fresh)
    levels = known.levels(old[0])
    soon = known.surprise(Feature.NETWORK, OFFICE, levels, 10).own
    late = known.surprise(Feature.NETWORK, OFFICE, levels, 10 + 5 * HALF_LIFE_DAYS).own
    assert late < soon / 10


def test_a_new_machine_of_a_known_role_is_judged_by_its_role() -> None:
    today = habit("i-new", 20, HOME)
    assert ratio(baseline(*fleet(20), today), HOME, today) < -2


@given(st.randoms(use_true_random=True))
def test_order_changes_nothing(chance: random.Random) -> None:
    habits = [
        habit(f"i-{chance.randrange(4)}x{n}", chance.randrange(9), chance.choice([HOME, OFFICE]))
        for n in range(20)
    ]
    shuffled = list(habits)
    chance.shuffle(shuffled)
    today = habit("i-1", 8, OFFICE)
    one, other = baseline(*habits), baseline(*shuffled)
    for value in (HOME, OFFICE, STRANGE):
        assert one.surprise(Feature.NETWORK, value, one.levels(today), 8) == other.surprise(
            Feature.NETWORK, value, other.levels(today), 8
        )
