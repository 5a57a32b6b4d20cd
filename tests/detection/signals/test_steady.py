"""A steady place may be the session's own way out, where no home is known."""

from collections.abc import Iterable

from tests.detection.records import (
    ACCOUNT,
    AWS,
    HOME,
    OUTSIDE,
    SISTER,
    Json,
    call,
    judged,
    network,
    said,
    verdict_at,
    who,
)
from truant.detection.pieces import HEARTBEAT
from truant.detection.trust import Trust
from truant.model.finding import Evidence

HUB = {"vpcEndpointId": "vpce-1", "vpcEndpointAccountId": SISTER}


def day(source: str, hours: float, api: str = HEARTBEAT, **more: str) -> list[Json]:
    """A call every ten minutes, with a new key every three hours."""
    minutes = range(0, int(hours * 60), 10)
    return [call(source, m, api, who(f"ASIA{m // 180}"), **more) for m in minutes]


def steady(source: str, records: Iterable[Json], *, known: bool = False) -> list[Evidence]:
    trust = Trust(administrator=ACCOUNT, members=frozenset({SISTER}))
    verdicts = judged(records, network() if known else (), trust)
    return said("steady", verdict_at(source, verdicts))


def test_hours_of_heartbeats_over_several_keys_may_be_home() -> None:
    (evidence,) = steady(OUTSIDE, day(OUTSIDE, 6))
    assert evidence.weight < 0
    assert "For 5 hours and over 2 keys" in evidence.sentence
    assert "inventory" in evidence.sentence


def test_every_key_all_day_may_be_home_without_heartbeats() -> None:
    """The endpoint of a hub serves one service, and the agent calls another."""
    (evidence,) = steady("10.9.0.1", day("10.9.0.1", 13, "kms:Decrypt", **HUB))
    assert "every one of the session's 5 keys" in evidence.sentence


def test_not_from_outside_aws() -> None:
    assert not steady(OUTSIDE, day(OUTSIDE, 13, "kms:Decrypt"))


def test_not_where_another_key_is_used_elsewhere() -> None:
    robbed = [*day("10.9.0.1", 13, "kms:Decrypt", **HUB), call(AWS, 5, identity=who("ASIAX"))]
    assert not steady("10.9.0.1", robbed)


def test_a_short_visit_or_a_single_key_is_not_steady() -> None:
    assert not steady(OUTSIDE, day(OUTSIDE, 4))
    assert not steady(OUTSIDE, [r | {"userIdentity": who()} for r in day(OUTSIDE, 6)])


def test_there_is_one_agent_so_that_beats_from_outside_beside_those_in_aws_are_forged() -> None:
    assert not steady(OUTSIDE, [*day(OUTSIDE, 20), *day(AWS, 24)])
    assert steady(AWS, [*day(OUTSIDE, 20), *day(AWS, 24)])


def test_it_never_speaks_where_home_is_known() -> None:
    assert not steady(OUTSIDE, day(OUTSIDE, 20), known=True)
    assert not steady(OUTSIDE, [call(HOME, 0), *day(OUTSIDE, 20)], known=True)
