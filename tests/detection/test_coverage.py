"""Silences of a trail, and who touched it."""

from truant.detection.coverage import silences, spoken_hours, tamperings
from truant.detection.fold import fold
from truant.model.api_call import ApiCall, decode_call
from truant.model.role_session import RoleSession


def call(day: int, hour: int, api: str = "GetParameter", error: str | None = None) -> ApiCall:
    failed = f'"errorCode": "{error}",' if error else ""
    return decode_call(
        f"""{{"eventTime": "2026-03-{day:02}T{hour:02}:10:00Z", "eventID": "e{day}-{hour}-{api}",
        "eventName": "{api}", "eventSource": "cloudtrail.amazonaws.com", {failed}
        "awsRegion": "eu-west-1", "sourceIPAddress": "54.10.1.1",
        "requestParameters": {{"name": "main"}},
        "userIdentity": {{"type": "AssumedRole", "principalId": "AROAEXAMPLE:ops",
        "accountId": "111122223333", "accessKeyId": "ASIAEXAMPLE"}}}}""".encode()
    )


def sessions(*calls: ApiCall) -> list[RoleSession]:
    return list(fold(calls).sessions.values())


def test_a_trail_that_speaks_every_hour_is_not_silent() -> None:
    assert not silences(spoken_hours(sessions(*(call(1, hour) for hour in range(24)))))


def test_a_night_of_an_account_that_works_by_day_is_no_news() -> None:
    days = [call(day, hour) for day in range(1, 6) for hour in range(8, 18)]
    assert not silences(spoken_hours(sessions(*days)))


def test_a_silence_after_a_steady_day_is_told() -> None:
    (one,) = silences(
        spoken_hours(sessions(*(call(1, hour) for hour in range(24) if hour not in (15, 16, 17))))
    )
    assert str(one) == (
        "account 111122223333 in eu-west-1: no call from 2026-03-01 15:00:00 UTC to "
        "2026-03-01 18:00:00 UTC, after 15 hours without such a gap; logs may be missing, or the "
        "trail was off"
    )


def test_one_quiet_hour_is_no_silence() -> None:
    assert not silences(
        spoken_hours(sessions(*(call(1, hour) for hour in range(24) if hour != 15)))
    )


def test_whoever_stops_a_trail_is_named() -> None:
    ((principal, made),) = tamperings(sessions(call(1, 9, "StopLogging")))
    assert (principal, made.kind, made.name) == ("AROAEXAMPLE:ops", "stopped trail", "main")


def test_a_refused_attempt_changed_nothing() -> None:
    assert not tamperings(sessions(call(1, 9, "StopLogging", error="AccessDenied")))
