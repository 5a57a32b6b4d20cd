"""Pieces of one cause are told together, though their records look unlike."""

from tests.detection.records import HOME, OUTSIDE, STRANGER, Json, call, found, network
from truant.model.finding import FindingType

CONSOLE = "vpce-f40dc59d"  # one of AWS's own, which no inventory lists and nobody owns


def console(minute: float, owner: str | None = None) -> Json:
    more: Json = {"vpcEndpointAccountId": owner} if owner else {}
    return call(OUTSIDE, minute, "s3:ListBuckets", vpcEndpointId=CONSOLE, **more)


def types(*records: Json) -> list[tuple[FindingType, int]]:
    told = found(records, network())
    return [(one.type, sum(stray.count for stray in one.strays)) for one in told]


def test_what_the_console_passes_on_is_its_user_s_and_no_foreign_account_s() -> None:
    assert types(call(HOME), call(OUTSIDE, 1), console(2)) == [(FindingType.OUTSIDE_AWS, 2)]


def test_another_s_endpoint_is_not_the_console_s() -> None:
    named = console(2, STRANGER)
    told = types(call(HOME), call(OUTSIDE, 1), named)
    assert sorted(told) == [(FindingType.INSIDE_AWS, 1), (FindingType.OUTSIDE_AWS, 1)]


def test_an_address_that_is_seen_through_the_endpoint_alone_stays_there() -> None:
    assert types(call(HOME), console(2)) == [(FindingType.INSIDE_AWS, 1)]
