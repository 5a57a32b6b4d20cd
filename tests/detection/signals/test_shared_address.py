"""An address or endpoint that many instances show is likely a way out of all of them."""

from tests.detection.records import (
    AWS,
    INSTANCE,
    OUTSIDE,
    SISTER,
    Json,
    call,
    judged,
    network,
    said,
    who,
)
from truant.model.finding import Verdict


def others(number: int, source: str, through: Json | None = None) -> list[Json]:
    return [
        call(source, n, identity=who(f"ASIA{n}", f"i-{n:017x}")) | (through or {})
        for n in range(1, number + 1)
    ]


def own(verdicts: list[Verdict]) -> Verdict:
    (verdict,) = [verdict for verdict in verdicts if verdict.instance == INSTANCE]
    return verdict


def test_two_neighbours_make_it_likely_a_shared_way_out() -> None:
    verdict = own(judged([call(AWS), *others(2, AWS)]))
    (evidence,) = said("shared-address", verdict)
    assert evidence.weight < 0
    assert "2 other instances (i-00000000000000001, i-00000000000000002)" in evidence.sentence


def test_a_shared_endpoint_says_more() -> None:
    through = {"vpcEndpointId": "vpce-1", "vpcEndpointAccountId": SISTER}
    records = [call("10.9.0.1") | through, *others(2, "10.9.0.2", through)]
    verdict = own(judged(records))
    (evidence,) = said("shared-address", verdict)
    assert evidence.weight < -3
    assert "endpoint vpce-1" in evidence.sentence


def test_one_neighbour_may_have_been_robbed_by_the_same_thief() -> None:
    assert not said("shared-address", own(judged([call(AWS), *others(1, AWS)])))


def test_it_never_speaks_against_what_is_certain() -> None:
    assert not said("shared-address", own(judged([call(AWS), *others(9, AWS)], network())))
    outside = judged([call(OUTSIDE), *others(9, OUTSIDE)])
    assert not any(said("shared-address", verdict) for verdict in outside)
