"""EKS sends the GetCallerIdentity that a node signed; nothing else comes from there."""

from tests.detection.records import AWS, DAY, INSTANCE, OUTSIDE, call, found, judged, network, said
from truant.model.fact import Fact, Mode

ASK = "sts:GetCallerIdentity"
NODE = {*network(), Fact(INSTANCE, "kubernetes-node", 0, Mode.IS, ("yes",), "test")}
ENDED = Fact(INSTANCE, "ended", DAY, Mode.BEGINS, (str(DAY),), "test")


def test_eks_is_no_thief_even_when_the_node_is_gone() -> None:
    """A signed request is good for a quarter of an hour, a node may not be."""
    records = [call(AWS, 12, ASK, userAgent="Go-http-client/2.0")]
    (verdict,) = judged(records, {*NODE, ENDED})
    assert said("kubernetes", verdict)
    assert verdict.probability < 0.05


def test_any_second_api_from_there_is_a_finding() -> None:
    (verdict,) = found([call(AWS, 0, ASK), call(AWS, 1)], NODE)
    assert not said("kubernetes", verdict)


def test_outside_aws_there_is_no_eks() -> None:
    (verdict,) = found([call(OUTSIDE, 0, ASK)], NODE)
    assert not said("kubernetes", verdict)


def test_an_instance_that_is_no_node_is_not_excused_as_one() -> None:
    (verdict,) = judged([call(AWS, 0, ASK)], network())
    assert not said("kubernetes", verdict)
