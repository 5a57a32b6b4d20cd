"""A finding in a few words."""

import pytest

from tests.terminal.known import changed, finding
from truant.terminal import phrases

INFO = ("service", "additionalInfo")
REMOTE = ("service", "action", "awsApiCallAction", "remoteAccountDetails")


@pytest.mark.parametrize(
    ("severity", "word"),
    [(9.5, "CRITICAL 9.5"), (8.0, "HIGH 8"), (7.0, "HIGH 7"), (5.0, "MEDIUM 5"), (2.0, "LOW 2")],
)
def test_severity_is_guardduty_s_word(severity: float, word: str) -> None:
    assert phrases.band(finding(severity=severity)).plain == word


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1.0, "almost certain (>99 %)"),
        (0.9949, "almost certain (99 %)"),
        (0.95, "very likely (95 %)"),
        (0.75, "likely (75 %)"),
        (0.5, "more likely than not (50 %)"),
        (0.4, "unlikely (40 %)"),
        (0.0, "unlikely (<1 %)"),
    ],
)
def test_how_sure_never_claims_certainty(probability: float, words: str) -> None:
    assert phrases.sure(changed((*INFO, "probability"), probability)).plain == words


@pytest.mark.parametrize(
    ("place", "remote", "told"),
    [
        ("outside AWS", None, "outside AWS"),
        (
            "a foreign account",
            {"accountId": "777788889999", "affiliated": False},
            "a foreign account, 777788889999 (not affiliated)",
        ),
        (
            "an affiliated account",
            {"accountId": "444455556666", "affiliated": True},
            "an affiliated account, 444455556666",
        ),
        ("unknowable", {"accountId": "1", "affiliated": True}, "unknowable, 1 (affiliated)"),
        (
            "AWS, owner unknown",
            {"affiliated": False},
            "AWS, owner unknown (not known to be affiliated)",
        ),
    ],
)
def test_a_place_says_whether_its_account_is_affiliated(
    place: str, remote: object, told: str
) -> None:
    one = changed((*INFO, "origins", 0, "place"), place)
    one["service"]["action"]["awsApiCallAction"]["remoteAccountDetails"] = remote
    assert phrases.place(one) == told


def test_one_origin_and_its_place_are_one_line_and_more_are_more() -> None:
    one = finding()
    assert phrases.whence(one) == [
        "10.0.0.7 through vpce-0aaaaaaaaaaaaaaaa, a foreign account, 777788889999 (not affiliated)"
    ]
    origins = one["service"]["additionalInfo"]["origins"]
    origins += [{"address": f"10.0.0.{n}", "place": "outside AWS"} for n in range(5)]
    assert phrases.whence(one) == [
        "10.0.0.7 through vpce-0aaaaaaaaaaaaaaaa",
        "10.0.0.0",
        "10.0.0.1",
        "and 3 more",
        "a foreign account, outside AWS, 777788889999 (not affiliated)",
    ]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2026-01-09T00:15:00.000Z", "2026-01-09T00:15:00Z", "2026-01-09 00:15:00 UTC"),
        ("2026-01-09T00:15:00Z", "2026-01-09T01:00:00Z", "2026-01-09 00:15:00 to 01:00:00 UTC"),
        (
            "2026-01-09T23:59:00Z",
            "2026-01-10T00:01:00Z",
            "2026-01-09 23:59:00 to 2026-01-10 00:01:00 UTC",
        ),
    ],
)
def test_a_span_names_each_day_once(first: str, last: str, told: str) -> None:
    assert phrases.when(first, last) == told


def test_a_count_that_is_estimated_says_so() -> None:
    assert phrases.calls(finding()) == "2 calls"
    assert phrases.calls(changed(("service", "count"), 1)) == "1 call"
    assert phrases.calls(changed((*INFO, "exactCount"), value=False)) == "about 2 calls"


def test_the_weightiest_reasons_come_first_whichever_way_they_point() -> None:
    told, more = phrases.reasons(finding())
    assert told == ["Far from home.", "It lives there.", "The other twin."]
    assert more == 1


def test_who_names_the_instance_as_people_do() -> None:
    assert phrases.who(finding()) == (
        "role web",
        "instance i-0123456789abcdef0 (web-1)",
        "account 111122223333",
    )
    assert phrases.who({"accountId": "1"}) == ("role unnamed", "instance unknown", "account 1")
