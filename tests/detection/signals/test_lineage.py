"""Keys that a stranger made with the instance's are his."""

from tests.detection.records import (
    HOME,
    KEY,
    OUTSIDE,
    call,
    child,
    found,
    made,
    network,
    said,
)

CHILD, GRANDCHILD = "ASIACHILD00000000001", "ASIACHILD00000000002"
FAR = "198.51.100.7"  # where the thief goes on with what he made


def test_a_chain_that_stays_at_home_is_no_finding() -> None:
    records = [made(CHILD, HOME, 1), call(HOME, 2, identity=child(CHILD))]
    assert not found(records, network())


def test_a_key_made_by_a_stray_speaks_for_theft_wherever_it_is_used() -> None:
    records = [making := made(CHILD, OUTSIDE, 1), call(FAR, 2, identity=child(CHILD))]
    far = next(v for v in found(records, network()) if v.strays[0].origin.address == FAR)
    (evidence,) = said("lineage", far)
    assert evidence.weight > 0
    assert KEY in evidence.sentence
    assert OUTSIDE in evidence.sentence
    assert evidence.event_ids == (making["eventID"],)


def test_suspicion_goes_down_the_generations() -> None:
    records = [
        made(CHILD, OUTSIDE, 1),
        made(GRANDCHILD, HOME, 2, identity=child(CHILD)),
        call(FAR, 3, identity=child(GRANDCHILD, "AROADEEPER:job")),
    ]
    far = next(v for v in found(records, network()) if v.strays[0].origin.address == FAR)
    assert said("lineage", far)
    assert not said("handed-on", far)
