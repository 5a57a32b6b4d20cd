"""Ways out that are proposed, and the many that are not."""

import tomllib
from collections.abc import Iterable

from tests.detection.spoken import RANGES, call
from truant.connectors.config import parse as parse_config
from truant.connectors.config import written
from truant.detection.fold import fold
from truant.detection.inventory import Inventory
from truant.detection.place import Surroundings
from truant.detection.proposals import Proposal, proposals, rule_of
from truant.detection.state import State, merge
from truant.detection.trust import Rule, Trust
from truant.model.fact import Fact, Mode

OFFICE = "198.51.100.9"
FLEET = tuple(f"i-0000000000000000{n}" for n in range(1, 6))

Spoken = tuple[str, int, str, str]  # instance, day, address, API


def proposed(
    calls: Iterable[Spoken], *, subnets: bool = True, rules: tuple[Rule, ...] = ()
) -> list[Proposal]:
    state = State()
    merge(state, fold([call(*one) for one in calls]))
    told = [
        Fact(f"eni-{n}", attribute, 1, Mode.BEGINS, (value,), "describe-instances")
        for n, instance in enumerate(FLEET)
        for attribute, value in (("instance", instance), ("subnet", "subnet-1"))
    ]
    around = Surroundings(Inventory(told if subnets else ()), Trust(rules=rules), RANGES)
    return proposals(state.sessions.values(), around)


def spoke(
    instances: Iterable[str] = FLEET,
    days: Iterable[int] = range(1, 6),
    *,
    beats: bool = True,
    source: str = OFFICE,
) -> list[Spoken]:
    apis = ("ssm:UpdateInstanceInformation", "ssm:GetParameter") if beats else ("ssm:GetParameter",)
    return [(one, day, source, api) for one in instances for day in days for api in apis]


def test_one_instance_is_not_enough() -> None:
    assert not proposed(spoke(FLEET[:1], range(1, 20)))


def test_one_day_is_not_enough() -> None:
    assert not proposed(spoke(days=[1]))


def test_heartbeats_alone_of_a_few_of_the_subnet_are_not_enough() -> None:
    quiet = spoke(FLEET[2:], beats=False, source="54.10.1.1")
    assert not proposed([*spoke(FLEET[:2]), *quiet])


def test_many_instances_without_heartbeats_are_not_enough() -> None:
    assert not proposed(spoke(beats=False))


def test_an_unknown_subnet_is_not_enough() -> None:
    assert not proposed(spoke(), subnets=False)


def test_what_a_subnet_shows_over_days_with_heartbeats_is_proposed() -> None:
    (one,) = proposed(spoke())
    assert one.target == "198.51.100.9/32"
    assert (one.subnet, one.active, len(one.instances), len(one.agreeing)) == ("subnet-1", 5, 5, 5)
    assert (len(one.days), one.calls) == (5, 50)


def test_the_rule_says_on_what_it_rests_and_expires() -> None:
    (one,) = proposed(spoke())
    assert written(rule_of(one)) == (
        "[[network.trusted]]\n"
        'cidr = "198.51.100.9/32"\n'
        'reason = "accepted proposal: 5 of 5 instances of subnet-1 on 5 days from 2026-03-01 to '
        "2026-03-05, 50 calls, agents' heartbeats of 5\"\n"
        'accounts = ["111122223333"]\n'
        "expires = 2027-03-05\n"
    )


def test_the_rule_that_is_written_is_the_rule_that_is_read() -> None:
    rule = rule_of(proposed(spoke())[0])
    assert parse_config(tomllib.loads(written(rule))).rules == (rule,)


def test_what_is_trusted_already_is_not_proposed_again() -> None:
    calls = spoke()
    assert not proposed(calls, rules=(rule_of(proposed(calls)[0]),))
