"""An instance with no way to the internet, and a neighbouring VPC that has one."""

from tests.detection.records import ACCOUNT, DAY, INSTANCE, OTHER, call, found, judged, said
from tests.inventories import Taken
from truant.model.fact import Fact

PROXY, STRANGER = "54.10.1.1", "54.10.1.2"


def inventory(own_way: bool = False, peered: bool = True) -> set[Fact]:
    """Two VPCs of the account: that of the instance, and that of the proxies."""
    taken = Taken(ACCOUNT, at=DAY)
    taken.vpc("vpc-1", "10.1.0.0/16")
    taken.subnet("subnet-1", "vpc-1")
    ways = {"10.1.0.0/16": "local"} | ({"10.2.0.0/16": "pcx-1"} if peered else {})
    if own_way:
        ways["0.0.0.0/0"] = "nat-1"
        taken.nat("nat-1", "subnet-1", "vpc-1", ["54.10.1.9"], "10.1.0.9")
    taken.table("rtb-1", "vpc-1", ways, "subnet-1")
    taken.instance(INSTANCE, taken.interface("eni-1", "subnet-1", "vpc-1", "10.1.0.5"))
    taken.endpoint("vpce-1", "vpc-1")
    for number, vpc in ((2, "vpc-2"), (3, "vpc-3")):
        taken.vpc(vpc, f"10.{number}.0.0/16")
        taken.subnet(f"subnet-{number}", vpc)
        taken.table(f"rtb-{number}", vpc, {"0.0.0.0/0": f"igw-{number}"}, f"subnet-{number}")
    taken.nat("nat-2", "subnet-2", "vpc-2", [PROXY], "10.2.0.9")
    far = taken.interface("eni-3", "subnet-3", "vpc-3", "10.3.0.5", elastic=STRANGER)
    taken.instance(OTHER, far)
    if peered:
        taken.peering("pcx-1", (ACCOUNT, "vpc-1"), (ACCOUNT, "vpc-2"))
    return taken.facts()


def test_calls_by_the_gateway_of_the_vpc_within_reach_are_no_finding() -> None:
    records = [call(PROXY, minute) for minute in range(0, 600, 60)]
    assert not found(records, inventory())
    (verdict,) = judged(records, inventory())
    (evidence,) = said("proxy", verdict)
    assert "eu-west-1/vpc-2, where nat-2 held" in evidence.sentence


def test_its_endpoints_used_all_the_while_change_nothing() -> None:
    endpoint = [call("10.1.0.5", minute, vpcEndpointId="vpce-1") for minute in range(0, 600, 60)]
    assert not found([call(PROXY, 61), *endpoint], inventory())


def test_an_instance_with_a_way_of_its_own_needs_no_proxy() -> None:
    (verdict,) = found([call(PROXY)], inventory(own_way=True))
    assert not said("proxy", verdict)


def test_a_vpc_out_of_reach_holds_no_proxy() -> None:
    (verdict,) = found([call(PROXY)], inventory(peered=False))
    assert not said("proxy", verdict)


def test_a_vpc_that_may_be_within_reach_is_enough() -> None:
    """The route leads to a peering that no inventory lists."""
    facts = {fact for fact in inventory() if fact.entity != "pcx-1"}
    assert not found([call(PROXY)], facts)
    (verdict,) = judged([call(PROXY)], facts)
    assert "no inventory looks, perhaps to eu-west-1/vpc-2" in said("proxy", verdict)[0].sentence


def test_any_other_neighbour_beside_the_proxy_ends_the_excuse() -> None:
    (verdict,) = found([call(PROXY), call(STRANGER, 5)], inventory())
    assert not said("proxy", verdict)
    assert {stray.origin.address for stray in verdict.strays} == {PROXY, STRANGER}
