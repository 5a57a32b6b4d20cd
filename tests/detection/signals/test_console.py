"""A console sign-in counts against those who signed in, and no one else."""

from tests.detection.records import (
    AWS,
    HOME,
    KEY,
    OUTSIDE,
    call,
    judged,
    made,
    network,
    said,
    verdict_at,
    who,
)
from truant.model.finding import Verdict

CONSOLE = "ASIACONSOLE000000001"


def sign_in(source: str, minute: float) -> dict[str, object]:
    answer = {"credentials": {"accessKeyId": CONSOLE}, "GetSigninToken": "Success"}
    return made(CONSOLE, source, minute, "signin:GetSigninToken", responseElements=answer)


def login(source: str, minute: float, outcome: str) -> dict[str, object]:
    answer = {"ConsoleLogin": outcome}
    identity = who("", delivery=None)
    return call(source, minute, "signin:ConsoleLogin", identity, responseElements=answer)


def used(source: str, minute: float) -> dict[str, object]:
    return call(source, minute, identity=who(CONSOLE, delivery=None))


def verdict(address: str, *records: dict[str, object]) -> Verdict:
    return verdict_at(address, judged(records, network()))


def test_calls_without_a_sign_in_are_no_evidence() -> None:
    assert not said("console", verdict(OUTSIDE, call(OUTSIDE)))


def test_a_sign_in_that_failed_is_none() -> None:
    assert not said("console", verdict(OUTSIDE, login(OUTSIDE, 1, "Failure")))


def test_another_party_does_not_answer_for_the_sign_in() -> None:
    records = [call(AWS, 0), sign_in(OUTSIDE, 5), used(OUTSIDE, 6)]
    assert not said("console", verdict(AWS, *records))
    assert said("console", verdict(OUTSIDE, *records))


def test_a_sign_in_speaks_for_theft_and_names_itself() -> None:
    record = login(OUTSIDE, 5, "Success")
    (evidence,) = said("console", verdict(OUTSIDE, record))
    assert evidence.weight > 0
    assert OUTSIDE in evidence.sentence
    assert evidence.event_ids == (record["eventID"],)


def test_a_sign_in_from_home_that_is_used_elsewhere_speaks_for_theft() -> None:
    """Made in a shell on the instance, opened in the thief's browser."""
    found = verdict(OUTSIDE, sign_in(HOME, 5), used(OUTSIDE, 6))
    (evidence,) = said("console", found)
    assert f"from {HOME}" in evidence.sentence
    assert not said("handed-on", found)
    assert found.probability > 0.9


def test_the_key_that_asked_may_be_the_one_that_is_answered() -> None:
    """Without a session duration GetSigninToken gives back the caller's own key."""
    answer = {"credentials": {"accessKeyId": KEY}, "GetSigninToken": "Success"}
    record = made(KEY, OUTSIDE, 5, "signin:GetSigninToken", responseElements=answer)
    found = verdict(OUTSIDE, call(HOME, 0), record)
    assert found.type.endswith("OutsideAWS")
    assert said("console", found)
