"""Routes that lead to a corporate network leave an address outside AWS open."""

from tests.detection.records import (
    INSTANCE,
    OUTSIDE,
    call,
    found,
    judged,
    network,
    said,
    who,
)
from truant.model.fact import Fact, Mode

CORPORATE = Fact(f"rtb-{INSTANCE[-1]} 0.0.0.0/0", "target", 0, Mode.IS, ("vgw-1",), "test")


def behind_vpn() -> set[Fact]:
    return {f for f in network() if f.attribute != "target"} | {CORPORATE}


def elsewhere(number: int) -> dict[str, object]:
    identity = who(f"ASIA{number}", f"i-{number:017x}", role="AROAOTHER")
    return call(OUTSIDE, number, identity=identity)


def test_an_address_that_the_fleet_shares_is_no_finding() -> None:
    records = [call(OUTSIDE), *map(elsewhere, range(3))]
    assert INSTANCE not in {verdict.instance for verdict in found(records, behind_vpn())}


def test_a_lone_address_stays_a_finding_with_the_route_said() -> None:
    (verdict,) = found([call(OUTSIDE)], behind_vpn())
    (evidence,) = said("corporate", verdict)
    assert evidence.weight < 0
    assert "network.trusted" in evidence.sentence
    assert "vgw-1" in evidence.sentence


def test_without_such_a_route_it_has_nothing_to_say() -> None:
    (verdict,) = judged([call(OUTSIDE)], network())
    assert not said("corporate", verdict)
