"""Who finds a key asks whose it is. Software asks that, too, when it starts."""

from tests.detection.records import (
    AWS,
    HOME,
    KEY,
    OUTSIDE,
    TWIN,
    call,
    judged,
    network,
    said,
    verdict_at,
    who,
)

ASK = "sts:GetCallerIdentity"


def test_software_that_asks_at_home_first_is_no_evidence() -> None:
    records = [call(HOME, 0, ASK), call(OUTSIDE, 9, ASK), call(OUTSIDE, 10)]
    assert not said("first-call", verdict_at(OUTSIDE, judged(records, network())))


def test_it_says_nothing_where_the_place_may_be_the_instances_own() -> None:
    verdict = verdict_at(AWS, judged([call(AWS, 0, ASK), call(AWS, 1)]))
    assert not said("first-call", verdict)


def test_the_first_call_of_a_key_speaks_for_theft_and_names_key_and_call() -> None:
    records = [
        call(HOME, 0),
        asked := call(OUTSIDE, 9, ASK, who(TWIN)),
        call(OUTSIDE, 10, identity=who(TWIN)),
    ]
    (evidence,) = said("first-call", verdict_at(OUTSIDE, judged(records, network())))
    assert evidence.weight > 0
    assert TWIN in evidence.sentence
    assert KEY not in evidence.sentence
    assert evidence.event_ids == (asked["eventID"],)
