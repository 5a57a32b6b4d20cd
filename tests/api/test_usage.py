"""Tests of `usage`: what has arrived of whom, in GuardDuty's terms, and nothing where none has."""

from typing import Any

import pytest

from tests.api_server import ADMINISTRATOR, MEMBER, REGION, STRANGER, Served
from truant.connectors.store import arrivals
from truant.model.arrival import Arrival

FREE = {"Amount": "0.00", "Unit": "USD"}


@pytest.fixture
def read(served: Served, filled: str) -> str:
    """Records of the administrator, of more of a member, of a stranger, of another region."""
    of = {
        (ADMINISTRATOR, REGION): 20,
        (MEMBER, REGION): 100,
        (STRANGER, REGION): 7,
        (MEMBER, "us-east-1"): 1_000,
    }
    more = {pair: Arrival(number, 0, 60) for pair, number in of.items()}
    with served.store.write() as conn:
        arrivals.add(conn, more, 100_000)
        arrivals.add(conn, {(ADMINISTRATOR, REGION): Arrival(3, 60, 90)}, 200_000)
    return filled


def statistics(client: Any, detector: str, kind: str, **given: Any) -> Any:
    criteria = given.pop("criteria", {})
    return client.get_usage_statistics(
        DetectorId=detector, UsageStatisticType=kind, UsageCriteria=criteria, **given
    )["UsageStatistics"]


def by_account(*numbers: tuple[str, int]) -> list[dict[str, Any]]:
    return [
        {"AccountId": account, "Total": {"Amount": str(number), "Unit": "RECORDS"}}
        for account, number in numbers
    ]


def test_records_are_told_by_account_where_they_are_asked_for(client: Any, read: str) -> None:
    told = by_account((MEMBER, 100), (ADMINISTRATOR, 23))
    assert statistics(client, read, "SUM_BY_ACCOUNT", Unit="RECORDS") == {"SumByAccount": told}
    one = statistics(
        client, read, "SUM_BY_ACCOUNT", Unit="RECORDS", criteria={"AccountIds": [ADMINISTRATOR]}
    )
    assert one == {"SumByAccount": told[1:]}
    assert statistics(client, read, "TOP_ACCOUNTS_BY_FEATURE", Unit="RECORDS") == {
        "TopAccountsByFeature": [{"Feature": "CLOUD_TRAIL", "Accounts": told}]
    }
    (source,) = statistics(client, read, "SUM_BY_DATA_SOURCE", Unit="RECORDS")["SumByDataSource"]
    (feature,) = statistics(client, read, "SUM_BY_FEATURES", Unit="RECORDS")["SumByFeature"]
    total = {"Amount": "123", "Unit": "RECORDS"}
    assert (source, feature) == (
        {"DataSource": "CLOUD_TRAIL", "Total": total},
        {"Feature": "CLOUD_TRAIL", "Total": total},
    )


@pytest.mark.parametrize("given", [{}, {"Unit": "USD"}])
def test_it_costs_nothing_in_money(client: Any, read: str, given: dict[str, str]) -> None:
    told = statistics(client, read, "SUM_BY_ACCOUNT", **given)["SumByAccount"]
    assert told == [{"AccountId": one, "Total": FREE} for one in (MEMBER, ADMINISTRATOR)]
    told = statistics(client, read, "SUM_BY_DATA_SOURCE", **given)["SumByDataSource"]
    assert told == [{"DataSource": one, "Total": FREE} for one in ("CLOUD_TRAIL", "S3_LOGS")]
    for kind, member in (("SUM_BY_RESOURCE", "SumByResource"), ("TOP_RESOURCES", "TopResources")):
        assert statistics(client, read, kind, **given) == {member: []}


@pytest.mark.usefixtures("read")
def test_a_member_sees_its_own(served: Served) -> None:
    member = served.client(MEMBER)
    (own,) = member.list_detectors()["DetectorIds"]
    told = statistics(member, own, "SUM_BY_ACCOUNT", Unit="RECORDS")["SumByAccount"]
    assert told == by_account((MEMBER, 100))


def test_where_nothing_arrived_nothing_is_told(client: Any, filled: str) -> None:
    for kind, member in (
        ("SUM_BY_ACCOUNT", "SumByAccount"),
        ("SUM_BY_DATA_SOURCE", "SumByDataSource"),
        ("SUM_BY_FEATURES", "SumByFeature"),
        ("TOP_ACCOUNTS_BY_FEATURE", "TopAccountsByFeature"),
    ):
        assert statistics(client, filled, kind) == {member: []}


def test_another_unit_is_refused(client: Any, read: str) -> None:
    with pytest.raises(client.exceptions.BadRequestException, match="USD or RECORDS"):
        statistics(client, read, "SUM_BY_ACCOUNT", Unit="EUR")
