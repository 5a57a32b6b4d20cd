"""Keys made at home and used elsewhere: brokers hand them on, and thieves on the box do."""

from tests.detection.records import (
    HOME,
    OTHER,
    OUTSIDE,
    SISTER,
    Json,
    call,
    child,
    found,
    judged,
    made,
    network,
    said,
    verdict_at,
)
from truant.detection.signals.handed_on import BROKER_NETWORKS_MIN
from truant.model.finding import Verdict


def brokered(number: int, source: str) -> list[Json]:
    """The instance makes a key at home; a client of its uses it."""
    key = f"ASIACHILD{number:011}"
    return [made(key, HOME, number), call(source, number + 1, identity=child(key), userAgent="x")]


def at(address: str, *records: Json) -> Verdict:
    return verdict_at(address, judged(records, network()))


def test_a_broker_that_hands_keys_to_many_networks_pages_nobody() -> None:
    clients = [
        brokered(n, f"{address}.7")
        for n, address in enumerate(("203.0.113", "198.51.100", "192.0.2", "198.18.0", "198.19.1"))
    ]
    assert len(clients) == BROKER_NETWORKS_MIN
    records = [record for some in clients for record in some]
    assert not found(records, network())
    assert "5 networks" in said("handed-on", at("192.0.2.7", *records))[0].sentence


def test_a_key_handed_to_another_instance_or_account_of_ours_is_no_finding() -> None:
    other = network(OTHER, "54.10.9.9", "10.0.9.9", SISTER)
    assert not found(brokered(1, "54.10.9.9"), network() | other)


def test_one_key_used_outside_aws_is_a_finding_that_says_so() -> None:
    verdict = at(OUTSIDE, *brokered(1, OUTSIDE))
    (evidence,) = said("handed-on", verdict)
    assert evidence.weight < 0
    assert "may have been handed on" in evidence.sentence
    assert 0.5 <= verdict.probability < 0.9


def test_what_a_handed_on_key_looks_like_elsewhere_is_not_held_against_it() -> None:
    """Another client at the same time follows from its being somebody else's."""
    verdict = at(OUTSIDE, call(HOME, 2), *brokered(1, OUTSIDE))
    assert {one.signal for one in verdict.evidence} == {"place", "handed-on"}


def test_the_instances_own_key_beside_it_is_not_handed_on() -> None:
    verdict = at(OUTSIDE, *brokered(1, OUTSIDE), call(OUTSIDE, 5))
    assert not said("handed-on", verdict)
    assert verdict.probability > 0.95
