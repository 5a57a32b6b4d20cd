"""A stranger has an endpoint for each service, and some services never name its owner."""

from typing import Any

from tests.detection.records import HOME, INSIDE, SISTER, STRANGER, Json, call, found, network
from truant.model.finding import Verdict

FAR, NEAR = "10.9.0.77", "10.9.0.78"


def through(number: int, owner: str | None = None, address: str = FAR) -> Json:
    more: dict[str, Any] = {"vpcEndpointAccountId": owner} if owner else {}
    api = f"sts:GetCallerIdentity{number}"
    return call(address, number, api, vpcEndpointId=f"vpce-{number}", **more)


def parties(*records: Json) -> set[tuple[str | None, int]]:
    """The remote account and the number of calls of each finding."""

    def count(verdict: Verdict) -> int:
        return sum(stray.count for stray in verdict.strays)

    return {(verdict.remote_account, count(verdict)) for verdict in found(records, network())}


def test_who_speaks_from_one_address_through_a_named_endpoint_is_named_at_the_next() -> None:
    assert parties(through(1, STRANGER), through(2), through(3)) == {(STRANGER, 3)}


def test_endpoints_that_nobody_names_are_one_party_by_their_network() -> None:
    assert parties(through(1), through(2), through(3, address=NEAR)) == {(None, 3)}


def test_another_network_is_another_party() -> None:
    other = through(2, address="10.8.0.1")
    assert parties(through(1, STRANGER), other) == {(STRANGER, 1), (None, 1)}


def test_an_address_at_endpoints_of_two_strangers_names_neither() -> None:
    both = through(1, STRANGER), through(2, SISTER)
    assert parties(*both, through(3)) == {(STRANGER, 1), (SISTER, 1), (None, 1)}


def test_the_victims_address_at_a_strangers_endpoint_is_the_strangers() -> None:
    assert parties(call(HOME), through(1, STRANGER, INSIDE)) == {(STRANGER, 1)}
