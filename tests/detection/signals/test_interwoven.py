"""An affiliated hub's endpoint, used by the session's own software or by somebody with its key."""

from typing import Any

import pytest

from tests.detection.records import (
    ACCOUNT,
    AWS,
    HOME,
    LINUX,
    MAC,
    SISTER,
    STRANGER,
    Json,
    call,
    found,
    judged,
    network,
    said,
    verdict_at,
)
from truant.detection.trust import Trust
from truant.model.finding import Evidence

TRUST = Trust(administrator=ACCOUNT, members=frozenset({SISTER}))
FAR, HUB = "10.9.0.1", {"vpcEndpointId": "vpce-1", "vpcEndpointAccountId": SISTER}


def by_hub(*minutes: int, agent: str = LINUX, **more: str) -> list[Json]:
    members: dict[str, Any] = {"userAgent": agent, **HUB, **more}
    return [call(FAR, m, "kms:Decrypt", **members) for m in minutes]


def interwoven(records: list[Json], *, known: bool = False) -> list[Evidence]:
    verdicts = judged(records, network() if known else (), TRUST)
    return said("interwoven", verdict_at(FAR, verdicts))


def test_the_same_software_in_turns_is_no_finding() -> None:
    records = [*by_hub(5, 45, 100), call(AWS, 0), call(AWS, 60), call(AWS, 115)]
    assert not found(records, trust=TRUST)
    (evidence,) = interwoven(records)
    assert evidence.sentence.startswith("Over 95 of the 115 minutes")


def test_a_session_that_never_speaks_from_elsewhere_may_live_there() -> None:
    assert not found(by_hub(5, 45, 100), trust=TRUST)


@pytest.mark.parametrize(
    "strays",
    [
        pytest.param(by_hub(5, 45, 100, agent=MAC), id="another client"),
        pytest.param(by_hub(5, 6, 7), id="five minutes of it"),
        pytest.param(by_hub(5, 40, 50), id="less than half of the time"),
    ],
)
def test_who_comes_for_a_while_or_with_a_client_of_his_own_is_a_thief(strays: list[Json]) -> None:
    records = [*strays, call(AWS, 0), call(AWS, 60), call(AWS, 115)]
    assert not interwoven(records)
    assert found(records, trust=TRUST)


@pytest.mark.parametrize("minutes", [(5, 65), (5, 12, 19)], ids=["two calls", "a quarter hour"])
def test_a_short_visit_is_a_thiefs_though_nothing_else_is_seen(minutes: tuple[int, ...]) -> None:
    assert not interwoven(by_hub(*minutes))
    assert found(by_hub(*minutes), trust=TRUST)


def test_it_never_speaks_where_home_is_known() -> None:
    assert not interwoven([*by_hub(5, 45, 100), call(HOME, 0), call(HOME, 115)], known=True)


def test_a_strangers_endpoint_is_nobodys_hub() -> None:
    records = [*by_hub(5, 45, 100, vpcEndpointAccountId=STRANGER), call(AWS, 0), call(AWS, 115)]
    assert not interwoven(records)
    assert found(records, trust=TRUST)
